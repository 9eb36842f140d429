using System.Text;

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
    public const int Missing = -100;

    /// <summary>Items in the order in which lm-evaluation-harness lists them.</summary>
    public IEnumerable<(string Metric, MetricValue Value)> Score(IReadOnlyCollection<string> metrics)
    {
        var predicted = ArgMax(logProbabilities);
        if (metrics.Contains("acc"))
            yield return ("acc", Hit(predicted));
        if (metrics.Contains("f1"))
            yield return ("f1", MetricValue.Labels(gold[0], predicted));
        if (metrics.Contains("mcc"))
            yield return ("mcc", MetricValue.Labels(gold[0], predicted));
        if (metrics.Contains("acc_norm"))
            yield return ("acc_norm", Hit(ArgMax(Divide(c => c.EnumerateRunes().Count()))));
        if (metrics.Contains("acc_bytes"))
            yield return ("acc_bytes", Hit(ArgMax(Divide(Encoding.UTF8.GetByteCount))));
        if (metrics.Contains("exact_match"))
            yield return ("exact_match", MetricValue.Whole(gold.Any(IsGreedy) ? 1 : 0));
        if (metrics.Contains("brier_score"))
            yield return ("brier_score", MetricValue.Distribution(gold[0], SoftMax(logProbabilities)));
        if (metrics.Contains("acc_mutual_info") && unconditional is not null)
            yield return ("acc_mutual_info", MetricValue.Float(ArgMax([.. logProbabilities.Zip(unconditional, (c, u) => c - u)]) == gold[0] ? 1 : 0));
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

    private double[] Divide(Func<string, int> length)
    {
        var quotients = new double[choices.Count];
        for (var i = 0; i < quotients.Length; i++)
            quotients[i] = logProbabilities[i] / length(choices[i]);
        return quotients;
    }
}
