using TaskArithmetic.Evaluation.Metrics;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>The index of the right choice, as lm-evaluation-harness reads a reference of any kind.</summary>
internal static class GoldLabels
{
    /// <summary>The indices of the right choices; what is no choice is <see cref="ChoiceOutcome.Missing"/> or a negative number, which is never predicted.</summary>
    public static int[] Indices(PythonValue gold, IReadOnlyList<string> choices) =>
        gold is PythonSequence { Items.Count: > 0 } list ? [.. list.Items.Select(i => Index(i, choices))] : [Index(gold, choices)];

    /// <summary>Whether a reference points at something that is no choice, so that no answer can be right.</summary>
    public static bool IsOutside(PythonValue gold, IReadOnlyList<string> choices) => Indices(gold, choices).Any(i => i < 0);

    private static int Index(PythonValue gold, IReadOnlyList<string> choices) => gold switch
    {
        PythonInteger { Value: var index } => index < choices.Count && index >= -choices.Count ? (int)index : ChoiceOutcome.Missing,
        // A column of whole and broken numbers holds broken ones only; Python compares them with the index all the same.
        PythonFloat { Value: var number } => number >= 0 && number < choices.Count && number == Math.Floor(number) ? (int)number : ChoiceOutcome.Missing,
        PythonBoolean { Value: var flag } => (flag ? 1 : 0) < choices.Count ? flag ? 1 : 0 : ChoiceOutcome.Missing,
        PythonString { Value: var text } => choices.ToList().IndexOf(text) is >= 0 and var at ? at : ChoiceOutcome.Missing,
        _ => ChoiceOutcome.Missing,
    };
}
