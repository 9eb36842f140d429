using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Text.ChatTemplates;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Prompts;

/// <summary>
/// Puts prompts together as lm-evaluation-harness does: system text, shots, question and the start of the answer; as plain
/// text, as a conversation, or as a conversation of one user turn.
/// </summary>
internal sealed class PromptBuilder(BenchmarkTask task, DocumentTemplates templates, PromptOptions options, bool choicesAreQuestions, Func<IReadOnlyList<ChatMessage>, bool, string> chatTemplate)
{
    /// <summary>The turns before the question: the system text and the shots.</summary>
    public IReadOnlyList<PromptMessage> Opening(PythonDictionary document, IReadOnlyList<PythonDictionary> shots)
    {
        var messages = new List<PromptMessage>();
        var system = Join(options.SystemInstruction, templates.Field(document, task.Description), task.FewshotDelimiter);
        if (system.Length > 0)
            messages.Add(new PromptMessage("system", system));
        var settings = task.Fewshot;
        foreach (var shot in shots)
        {
            var choices = templates.Choices(shot, settings.DocToChoice);
            var question = Question(templates.Text(shot, settings.DocToText), choices);
            messages.AddRange(Turn(
                question, Answer(templates.Target(shot, settings.DocToTarget), choicesAreQuestions ? null : choices),
                templates.Field(shot, settings.GenPrefix ?? task.GenPrefix),
                settings.TargetDelimiter ?? task.TargetDelimiter, settings.FewshotDelimiter ?? task.FewshotDelimiter));
        }
        return messages;
    }

    /// <summary>The whole prompt of a document whose question is one text.</summary>
    public RenderedPrompt Build(PythonDictionary document, IReadOnlyList<PromptMessage> opening)
    {
        var prefix = templates.Field(document, task.GenPrefix);
        var question = Question(templates.Text(document), templates.Choices(document));
        return Render([.. opening, .. Turn(question, null, prefix, task.TargetDelimiter, "")], prefix);
    }

    /// <summary>One prompt for each choice, where the choices are the questions.</summary>
    public IReadOnlyList<RenderedPrompt> BuildEach(PythonDictionary document, IReadOnlyList<PromptMessage> opening)
    {
        var prefix = templates.Field(document, task.GenPrefix);
        return [.. templates.Choices(document)!.Select(question =>
            Render([.. opening, .. Turn(options.QuestionPrefix + question, null, prefix, "", "")], prefix))];
    }

    /// <summary>The text between a question and a choice to score; none after a chat template, save an open answer that does not end in white space.</summary>
    public string ChoiceDelimiter =>
        !options.ApplyChatTemplate || (task.GenPrefix is { Length: > 0 } prefix && !Text.Python.PythonText.IsSpace(prefix[^1])) ? task.TargetDelimiter : "";

    private static IEnumerable<PromptMessage> Turn(string question, string? answer, string? prefix, string targetDelimiter, string fewshotDelimiter)
    {
        var hasPrefix = !string.IsNullOrEmpty(prefix);
        var hasAnswer = !string.IsNullOrEmpty(answer);
        var delimited = hasPrefix ? NeedsDelimiter(question, prefix!) : hasAnswer;
        yield return new PromptMessage("user", question, delimited ? targetDelimiter : "");
        if (hasAnswer)
            yield return new PromptMessage("assistant", Join(prefix, answer, " "), fewshotDelimiter);
        else if (hasPrefix)
            yield return new PromptMessage("assistant", prefix!);
    }

    private string Question(PythonValue text, IReadOnlyList<string>? choices)
    {
        if (choicesAreQuestions && text is PythonInteger { Value: var index } && choices is not null && index >= 0 && index < choices.Count)
            return options.QuestionPrefix + choices[(int)index];
        return text is PythonString question
            ? options.QuestionPrefix + question.Value
            : throw new DiagnosticException(BenchmarkDiagnostics.WrongTemplate(task.Name, "doc_to_text", "text"));
    }

    private string? Answer(PythonValue target, IReadOnlyList<string>? choices) => target switch
    {
        PythonInteger { Value: var index } when choices is { Count: > 0 } =>
            index >= 0 && index < choices.Count ? choices[(int)index]
            : throw new DiagnosticException(BenchmarkDiagnostics.WrongTemplate(task.Name, "doc_to_target", "the index of a choice in every shot")),
        PythonList { Items: [var first, ..] } => first.ToString(),
        PythonNone => null,
        _ => target.ToString(),
    };

    private RenderedPrompt Render(IReadOnlyList<PromptMessage> messages, string? prefix)
    {
        if (!options.ApplyChatTemplate)
            return new RenderedPrompt(string.Concat(messages.Select(m => m.Content + m.Delimiter)), null);
        var turns = options.FewshotAsMultiturn
            ? [.. messages.Select(m => new ChatMessage(m.Role, m.Content))]
            : SingleTurn(messages);
        return new RenderedPrompt(chatTemplate(turns, !string.IsNullOrEmpty(prefix)), turns);
    }

    /// <summary>Joins texts with a delimiter unless white space already stands at the joint.</summary>
    private static string Join(string? left, string? right, string delimiter)
    {
        if (string.IsNullOrEmpty(left) || string.IsNullOrEmpty(right))
            return left + right;
        return NeedsDelimiter(left, right) ? left + delimiter + right : left + right;
    }

    /// <summary>Whether both sides are there and neither has white space at the joint.</summary>
    private static bool NeedsDelimiter(string left, string right) =>
        left.Length > 0 && right.Length > 0 && !PythonText.IsSpace(left[^1]) && !PythonText.IsSpace(right[0]);

    /// <summary>All but the system text and an open answer becomes one user turn, joined as plain text.</summary>
    private static IReadOnlyList<ChatMessage> SingleTurn(IReadOnlyList<PromptMessage> messages)
    {
        var system = messages.TakeWhile(m => m.Role == "system").Select(m => new ChatMessage(m.Role, m.Content));
        var open = messages[^1].Role == "assistant" ? messages[^1] : null;
        var joined = messages.SkipWhile(m => m.Role == "system").SkipLast(open is null ? 0 : 1).ToArray();
        var text = string.Concat(joined.Select((m, i) => i == joined.Length - 1 ? m.Content : m.Content + m.Delimiter));
        var user = new ChatMessage("user", text);
        return open is null ? [.. system, user] : [.. system, user, new ChatMessage("assistant", open.Content)];
    }
}

/// <summary>A piece of a prompt, usable as a turn of a conversation and, with its delimiter, as plain text.</summary>
internal sealed record PromptMessage(string Role, string Content, string Delimiter = "");

/// <summary>How prompts are put together, besides what the task says.</summary>
/// <param name="SystemInstruction">Text before the task's own description.</param>
/// <param name="ApplyChatTemplate">Whether the prompt is a conversation rendered by the model's chat template.</param>
/// <param name="FewshotAsMultiturn">Whether shots are turns of their own; otherwise all goes into one user turn.</param>
/// <param name="QuestionPrefix">Text before each question, such as <c>Think step by step. </c>; empty for none.</param>
internal sealed record PromptOptions(string? SystemInstruction, bool ApplyChatTemplate, bool FewshotAsMultiturn, string QuestionPrefix = "");

/// <summary>A prompt as text, and the conversation behind it where a chat template made it.</summary>
/// <param name="Text">The text the model reads.</param>
/// <param name="Messages">The conversation, or null.</param>
internal sealed record RenderedPrompt(string Text, IReadOnlyList<ChatMessage>? Messages);
