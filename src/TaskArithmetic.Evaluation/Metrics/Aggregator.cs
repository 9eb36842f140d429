namespace TaskArithmetic.Evaluation.Metrics;

/// <summary>Aggregates items in the order of documents, adding up from the left as Python's <c>sum</c> does.</summary>
internal static class Aggregator
{
    public static double Apply(Aggregation aggregation, IReadOnlyList<MetricValue> items) => aggregation switch
    {
        Aggregation.Mean => Mean(items),
        // lm-evaluation-harness takes the middle item without sorting; the name is kept, and so is the value.
        Aggregation.Median => items[items.Count / 2].First,
        Aggregation.NanMean => NanMean(items),
        Aggregation.Perplexity => Math.Exp(-Mean(items)),
        Aggregation.WeightedPerplexity => Math.Exp(-WeightedMean(items)),
        Aggregation.BitsPerByte => -WeightedMean(items) / Math.Log(2),
        Aggregation.BrierScore => Brier(items),
        Aggregation.F1 => F1(items),
        Aggregation.Mcc => Matthews(items),
        _ => throw new ArgumentOutOfRangeException(nameof(aggregation)),
    };

    private static double Mean(IReadOnlyList<MetricValue> items)
    {
        var sum = 0.0;
        for (var i = 0; i < items.Count; i++)
            sum += items[i].First;
        return sum / items.Count;
    }

    private static double NanMean(IReadOnlyList<MetricValue> items)
    {
        var present = items.Where(i => !double.IsNaN(i.First)).ToArray();
        return present.Length == 0 ? double.NaN : Mean(present);
    }

    private static double WeightedMean(IReadOnlyList<MetricValue> items) => items.Sum(i => i.First) / items.Sum(i => i.Second);

    /// <summary>Mean over documents of Σ (p − 1 at the true label)².</summary>
    private static double Brier(IReadOnlyList<MetricValue> items) => items.Sum(item =>
    {
        var gold = (int)item.First < 0 ? (int)item.First + item.Probabilities!.Count : (int)item.First;
        return item.Probabilities!.Select((p, i) => (p - (i == gold ? 1 : 0)) * (p - (i == gold ? 1 : 0))).Sum();
    }) / items.Count;

    /// <summary>F1 of label 1: 2·TP / (2·TP + FP + FN), 0 where nothing is or should be 1.</summary>
    private static double F1(IReadOnlyList<MetricValue> items)
    {
        var hits = items.Count(i => i is { First: 1, Second: 1 });
        var claimed = items.Count(i => i.Second == 1);
        var real = items.Count(i => i.First == 1);
        return claimed + real == 0 ? 0 : 2.0 * hits / (claimed + real);
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
