using System.Text;

namespace TaskArithmetic.Text.Tokenizers.Patterns;

/// <summary>Replaces every match of a pattern by a text, which is taken literally: <c>$1</c> is no reference.</summary>
internal sealed class PatternReplacement(ITextPattern pattern, string content)
{
    public string Apply(string text)
    {
        var spans = new List<PatternSpan>();
        pattern.Cut(text, spans);
        if (!spans.Exists(span => span.IsMatch))
            return text;
        var result = new StringBuilder(text.Length);
        foreach (var span in spans)
        {
            TextGrowth.Require((long)result.Length + (span.IsMatch ? content.Length : span.Length));
            if (span.IsMatch)
                result.Append(content);
            else
                result.Append(text, span.Start, span.Length);
        }
        return result.ToString();
    }
}
