using TaskArithmetic.Evaluation.Statistics;

namespace TaskArithmetic.Evaluation.Metrics;

/// <summary>Standard errors as lm-evaluation-harness gives them; null is its <c>N/A</c>.</summary>
internal static class StandardError
{
    private const int Chunk = 1000;

    /// <summary>
    /// Of a mean: the sample deviation over the root of the count. Of a median, perplexity, F1, Matthews coefficient or nanmean:
    /// the deviation of the statistic over bootstrap draws, seeded by the number of each chunk of 1000. Of all else: none.
    /// </summary>
    public static double? Of(Aggregation aggregation, IReadOnlyList<MetricValue> items, int bootstrapIterations)
    {
        if (items.Count < 2 || bootstrapIterations <= 0)
            return null;
        return aggregation == Aggregation.Mean ? SampleDeviation([.. items.Select(i => i.First)]) / Math.Sqrt(items.Count)
            : aggregation.IsBootstrapped ? Bootstrap(aggregation, items, bootstrapIterations) : null;
    }

    /// <summary>Of a group weighted by size: sqrt(Σ (nᵢ−1)·seᵢ²·nᵢ / (N−k) / N), the pooled variance over the count.</summary>
    public static double Pooled(IReadOnlyList<double> errors, IReadOnlyList<int> sizes)
    {
        double sum = 0, total = sizes.Sum();
        for (var i = 0; i < errors.Count; i++)
            sum += (sizes[i] - 1) * (errors[i] * errors[i]) * sizes[i];
        return Math.Sqrt(sum / (total - sizes.Count) / total);
    }

    /// <summary>Of a plain mean over tasks: sqrt(Σ seᵢ²) / k.</summary>
    public static double Unweighted(IReadOnlyList<double> errors) => Math.Sqrt(errors.Sum(e => e * e)) / errors.Count;

    private static double Bootstrap(Aggregation aggregation, IReadOnlyList<MetricValue> items, int iterations)
    {
        var size = Math.Min(Chunk, iterations);
        var chunks = iterations / size;
        var statistics = new double[chunks * size];
        Parallel.For(0, chunks, chunk =>
        {
            var random = new MersenneTwister(chunk);
            var indices = new int[items.Count];
            var sample = new MetricValue[items.Count];
            for (var i = 0; i < size; i++)
            {
                random.Choices(items.Count, indices);
                for (var j = 0; j < sample.Length; j++)
                    sample[j] = items[indices[j]];
                statistics[chunk * size + i] = aggregation.Apply(sample);
            }
        });
        return SampleDeviation(statistics);
    }

    private static double SampleDeviation(double[] values)
    {
        var mean = 0.0;
        foreach (var value in values)
            mean += value;
        mean /= values.Length;
        var squares = 0.0;
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        return Math.Sqrt(squares / (values.Length - 1));
    }
}
