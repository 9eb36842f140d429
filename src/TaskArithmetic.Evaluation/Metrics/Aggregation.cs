namespace TaskArithmetic.Evaluation.Metrics;

/// <summary>How the items of one metric become one number, in the order of documents, adding up from the left as Python's <c>sum</c> does.</summary>
internal sealed record Aggregation(string Name, MetricShape Shape, Func<IReadOnlyList<MetricValue>, double> Apply, bool IsBootstrapped = false)
{
    public static readonly Aggregation Mean = new("mean", MetricShape.Number, MeanOf);
    public static readonly Aggregation Perplexity = new("perplexity", MetricShape.Number, items => Math.Exp(-MeanOf(items)), true);
    public static readonly Aggregation WeightedPerplexity = new("weighted_perplexity", MetricShape.Weighted, items => Math.Exp(-WeightedMean(items)));
    public static readonly Aggregation BitsPerByte = new("bits_per_byte", MetricShape.Weighted, items => -WeightedMean(items) / Math.Log(2));
    public static readonly Aggregation BrierScore = new("brier_score", MetricShape.Probabilities, Brier);
    public static readonly Aggregation F1 = new("f1", MetricShape.Labels, F1Of, true);
    public static readonly Aggregation Mcc = new("mcc", MetricShape.Labels, Matthews, true);

    public static readonly IReadOnlyList<Aggregation> All =
    [
        Mean,
        // lm-evaluation-harness takes the middle item without sorting; the name is kept, and so is the value.
        new("median", MetricShape.Number, items => items[items.Count / 2].First, true),
        new("nanmean", MetricShape.Number, items => items.Where(i => !double.IsNaN(i.First)).ToArray() is { Length: > 0 } present ? MeanOf(present) : double.NaN, true),
        Perplexity, WeightedPerplexity, BitsPerByte, BrierScore, F1, Mcc,
    ];

    private static double MeanOf(IReadOnlyList<MetricValue> items)
    {
        var sum = 0.0;
        for (var i = 0; i < items.Count; i++)
            sum += items[i].First;
        return sum / items.Count;
    }

    private static double WeightedMean(IReadOnlyList<MetricValue> items) => items.Sum(i => i.First) / items.Sum(i => i.Second);

    /// <summary>Mean over documents of Σ (p − 1 at the true label)².</summary>
    private static double Brier(IReadOnlyList<MetricValue> items) => items.Sum(item =>
    {
        var gold = (int)item.First < 0 ? (int)item.First + item.Probabilities!.Count : (int)item.First;
        return item.Probabilities!.Select((p, i) => (p - (i == gold ? 1 : 0)) * (p - (i == gold ? 1 : 0))).Sum();
    }) / items.Count;

    /// <summary>F1 of label 1: 2·TP / (2·TP + FP + FN), 0 where nothing is or should be 1.</summary>
    private static double F1Of(IReadOnlyList<MetricValue> items)
    {
        var hits = items.Count(i => i is { First: 1, Second: 1 });
        var claimedAndReal = items.Count(i => i.Second == 1) + items.Count(i => i.First == 1);
        return claimedAndReal == 0 ? 0 : 2.0 * hits / claimedAndReal;
    }

    /// <summary>
    /// Matthews' coefficient for any number of labels (Gorodkin, 2004): (c·s − Σ p·t) / sqrt((s² − Σ p²)(s² − Σ t²)), where c counts
    /// correct items, s all items, p and t how often each label is predicted and true; 0 where the root is 0.
    /// </summary>
    private static double Matthews(IReadOnlyList<MetricValue> items)
    {
        double total = items.Count;
        double correct = items.Count(i => i.First == i.Second);
        double crossed = 0, predicted = 0, actual = 0;
        foreach (var label in items.SelectMany(i => new[] { i.First, i.Second }).Distinct())
        {
            double t = items.Count(i => i.First == label);
            double p = items.Count(i => i.Second == label);
            crossed += p * t;
            predicted += p * p;
            actual += t * t;
        }
        var root = Math.Sqrt((total * total - predicted) * (total * total - actual));
        return root == 0 ? 0 : (correct * total - crossed) / root;
    }
}
