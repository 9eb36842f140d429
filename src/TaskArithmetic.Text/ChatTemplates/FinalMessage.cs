using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.ChatTemplates;

/// <summary>
/// The <c>continue_final_message</c> of transformers 5: a mark is put behind the last message's text, and the rendered
/// chat is cut before the mark.
/// </summary>
/// <param name="Messages">The conversation with the mark.</param>
/// <param name="Text">The last message's text without it.</param>
internal sealed record FinalMessage(PythonList Messages, string Text)
{
    // The space at its end shows whether the template strips what follows the content.
    private const string Tag = "CONTINUE_FINAL_MESSAGE_TAG ";

    private static readonly string BareTag = Tag.TrimEnd();

    public static FinalMessage Mark(PythonList messages)
    {
        if (messages.Items.Count == 0 || messages.Items[^1] is not PythonDictionary last)
            throw ChatTemplateDiagnostics.NothingToContinue("there is no message");
        var marked = new PythonDictionary(last.Entries);
        string text;
        switch (last.Find("content"))
        {
            case PythonString content:
                text = content.Value;
                marked.Mutable["content"] = text + Tag;
                break;
            case PythonSequence blocks:
                (marked.Mutable["content"], text) = MarkLastText(blocks);
                break;
            default:
                throw ChatTemplateDiagnostics.NothingToContinue("the final message has no content");
        }
        return new FinalMessage(new PythonList([.. messages.Items.SkipLast(1), marked]), text);
    }

    /// <summary>The chat up to the end of the last message's text.</summary>
    public string Cut(string rendered)
    {
        var place = rendered.LastIndexOf(BareTag, StringComparison.Ordinal);
        if (place < 0 || !rendered.Contains(PythonText.Strip(Text, null), StringComparison.Ordinal))
            throw ChatTemplateDiagnostics.FinalMessageLost();
        var text = rendered[..place];
        return string.CompareOrdinal(rendered, place, Tag, 0, Tag.Length) == 0 ? text : PythonText.Strip(text, null, start: false);
    }

    private static (PythonValue Blocks, string Text) MarkLastText(PythonSequence blocks)
    {
        var copy = blocks.Items.ToList();
        for (var i = copy.Count - 1; i >= 0; i--)
        {
            if (copy[i] is not PythonDictionary block || block.Find("text") is not PythonString text)
                continue;
            var marked = new PythonDictionary(block.Entries);
            marked.Mutable["text"] = text.Value + Tag;
            copy[i] = marked;
            return (new PythonList(copy), text.Value);
        }
        throw ChatTemplateDiagnostics.NothingToContinue("none of its content blocks has a text");
    }
}
