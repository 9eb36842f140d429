using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Text.Tokenizers;

namespace TaskArithmetic.Evaluation.Embedded;

/// <summary>
/// Stop strings as lm-evaluation-harness applies them: generation ends when one appears in the text of the last few new tokens, special tokens
/// included; the answer is then cut before the first of each.
/// </summary>
internal sealed class StopStrings(HuggingFaceTokenizer tokenizer, IReadOnlyList<string> texts)
{
    // Two more tokens than the stop string has itself, since it may be cut into other tokens in context.
    private readonly (string Text, int Window)[] stops = [.. texts.Where(t => t.Length > 0).Select(t => (t, tokenizer.Encode(t, addSpecialTokens: false).Length + 2))];

    /// <summary>Whether the newest tokens, of those from <paramref name="from"/> on, hold a stop string.</summary>
    public bool Reached(IReadOnlyList<int> ids, int from)
    {
        return stops.Any(stop =>
        {
            var first = Math.Max(from, ids.Count - stop.Window);
            return tokenizer.Decode(first == 0 ? ids : [.. ids.Skip(first)], skipSpecialTokens: false).Contains(stop.Text, StringComparison.Ordinal);
        });
    }

    /// <summary>The text before the first stop string, one after the other in their order.</summary>
    public string Cut(string text) => GenerationOptions.Cut(text, stops.Select(s => s.Text));
}
