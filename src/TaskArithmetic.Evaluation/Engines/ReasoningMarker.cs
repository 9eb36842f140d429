using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Engines;

/// <summary>
/// What ends a model's reasoning (<c>think_end_token</c> of lm-evaluation-harness). Stop strings, filters and metrics see only what
/// follows its last occurrence.
/// </summary>
/// <param name="End">The text that ends reasoning, such as <c>&lt;/think&gt;</c>.</param>
/// <param name="Start">The text that begins it, or null where it cannot be told from <paramref name="End"/>.</param>
/// <param name="IsGiven">
/// Whether somebody named it: an answer then counts as reasoning until it ends. One that was only found in a model's vocabulary
/// counts where the prompt or the answer opens reasoning.
/// </param>
public sealed record ReasoningMarker(string End, string? Start, bool IsGiven)
{
    /// <summary>What most reasoning models write.</summary>
    internal const string Usual = "</think>";

    /// <summary>Markers of known models, looked for in a vocabulary.</summary>
    internal static readonly IReadOnlyList<string> Known =
        [Usual, "[/THINK]", "</thinking>", "</thought>", "</reasoning>", "</seed:think>", "<|/think|>", "◁/think▷", "<|END_THINKING|>"];

    internal static ReasoningMarker Of(string end, bool isGiven) => new(end, Opening(end), isGiven);

    /// <summary>Whether an answer to a prompt begins inside reasoning: templates of some models open it themselves.</summary>
    internal bool IsOpenAfter(string prompt) => Start is not null && PythonText.Strip(prompt, null, start: false).EndsWith(Start, StringComparison.Ordinal);

    internal ReasonedText Split(string text, bool isOpen, bool isTruncated)
    {
        var end = text.LastIndexOf(End, StringComparison.Ordinal);
        var start = Start is null ? -1 : text.LastIndexOf(Start, StringComparison.Ordinal);
        if (start > end || (end < 0 && (isOpen || (IsGiven && isTruncated))))
            return new ReasonedText("", text, false);
        if (end < 0)
            return new ReasonedText(text, null, null);
        end += End.Length;
        return new ReasonedText(PythonText.Strip(text[end..], null, end: false), text[..end], true);
    }

    /// <summary><c>&lt;/x&gt;</c> is begun by <c>&lt;x&gt;</c>, <c>[/X]</c> by <c>[X]</c>; END by START.</summary>
    private static string? Opening(string end)
    {
        if (end.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash && end.Length > 2)
            return end.Remove(slash, 1);
        return end.Contains("END", StringComparison.Ordinal) ? end.Replace("END", "START", StringComparison.Ordinal)
            : end.Contains("end", StringComparison.Ordinal) ? end.Replace("end", "start", StringComparison.Ordinal) : null;
    }
}

/// <summary>An answer and the reasoning before it.</summary>
/// <param name="Answer">What follows the reasoning; empty where that never ended.</param>
/// <param name="Reasoning">The reasoning with its marker, or null.</param>
/// <param name="Ended">Whether it ended; null where there was none.</param>
internal sealed record ReasonedText(string Answer, string? Reasoning, bool? Ended);
