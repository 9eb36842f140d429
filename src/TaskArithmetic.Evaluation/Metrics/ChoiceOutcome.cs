using System.Text;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Metrics;

/// <summary>Scores of one multiple-choice document from the log-probabilities of its choices.</summary>
/// <param name="choices">The texts of the choices, without delimiter.</param>
/// <param name="logProbabilities">Natural-log probability of each choice.</param>
/// <param name="greedy">Whether greedy decoding would have written each choice.</param>
/// <param name="unconditional">Log-probability of each choice without the question, for <c>acc_mutual_info</c>; null if not asked for.</param>
/// <param name="gold">Indices of the right choices; an index out of range counts as never chosen.</param>
/// <param name="multiple">Whether the task allows several right choices.</param>
internal sealed class ChoiceOutcome(
    IReadOnlyList<string> choices, double[] logProbabilities, bool[] greedy, double[]? unconditional, IReadOnlyList<int> gold, bool multiple)
{
    /// <summary>The index that stands for a reference which is no choice.</summary>
    private const int Missing = -100;

    /// <summary>Items in the order in which lm-evaluation-harness lists them.</summary>
    public IEnumerable<(string Metric, MetricValue Value)> Score(IReadOnlyCollection<string> metrics)
    {
        var predicted = ArgMax(logProbabilities);
        (string Metric, Func<MetricValue> Value)[] all =
        [
            ("acc", () => Hit(predicted)),
            ("f1", () => MetricValue.Labels(gold[0], predicted)),
            ("mcc", () => MetricValue.Labels(gold[0], predicted)),
            ("acc_norm", () => Hit(ArgMax(Divide(c => c.EnumerateRunes().Count())))),
            ("acc_bytes", () => Hit(ArgMax(Divide(Encoding.UTF8.GetByteCount)))),
            ("exact_match", () => MetricValue.Whole(gold.Any(IsGreedy) ? 1 : 0)),
            ("brier_score", () => MetricValue.Distribution(gold[0], SoftMax(logProbabilities))),
            ("acc_mutual_info", () => MetricValue.Float(ArgMax([.. logProbabilities.Zip(unconditional!, (c, u) => c - u)]) == gold[0] ? 1 : 0)),
        ];
        return all.Where(m => metrics.Contains(m.Metric)).Select(m => (m.Metric, m.Value()));
    }

    /// <summary>
    /// The indices of the right choices, as lm-evaluation-harness reads a reference of any kind; what is no choice is
    /// <see cref="Missing"/> or a negative number, which is never predicted.
    /// </summary>
    public static int[] GoldOf(PythonValue reference, IReadOnlyList<string> choices)
    {
        return reference is PythonSequence { Items.Count: > 0 } list ? [.. list.Items.Select(Index)] : [Index(reference)];

        int Index(PythonValue value) => value switch
        {
            PythonInteger { Value: var index } => index < choices.Count && index >= -choices.Count ? (int)index : Missing,
            // A column of whole and broken numbers holds broken ones only; Python compares them with the index all the same.
            PythonFloat { Value: var number } => number >= 0 && number < choices.Count && number == Math.Floor(number) ? (int)number : Missing,
            PythonBoolean { Value: var flag } => (flag ? 1 : 0) < choices.Count ? flag ? 1 : 0 : Missing,
            PythonString { Value: var text } => choices.ToList().IndexOf(text) is >= 0 and var at ? at : Missing,
            _ => Missing,
        };
    }

    /// <summary>NumPy's argmax: the first of equal maxima; not-a-number counts as the largest.</summary>
    private static int ArgMax(double[] values)
    {
        var best = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (double.IsNaN(values[i]))
                return i;
            if (values[i] > values[best])
                best = i;
        }
        return best;
    }

    private static double[] SoftMax(double[] values)
    {
        var largest = values.Max();
        var powers = Array.ConvertAll(values, v => Math.Exp(v - largest));
        var sum = powers.Sum();
        return Array.ConvertAll(powers, p => p / sum);
    }

    private MetricValue Hit(int predicted) =>
        MetricValue.Float((multiple ? gold.Contains(predicted) : predicted == gold[0]) ? 1 : 0);

    private bool IsGreedy(int index) => index != Missing && greedy[index < 0 ? greedy.Length + index : index];

    private double[] Divide(Func<string, int> length) => [.. logProbabilities.Zip(choices, (p, choice) => p / length(choice))];
}
