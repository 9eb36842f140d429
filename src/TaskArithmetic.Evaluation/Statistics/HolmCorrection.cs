namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>Keeps the chance of any false finding among several tests at the level of one.</summary>
internal static class HolmCorrection
{
    /// <summary>
    /// Adjusted p-values, in the order given: the i-th smallest of m is multiplied by m - i + 1, and none may be below
    /// its predecessor. Source: S. Holm, Scandinavian Journal of Statistics 6 (1979).
    /// </summary>
    public static IReadOnlyList<double> Adjust(IReadOnlyList<double> probabilities)
    {
        var adjusted = new double[probabilities.Count];
        var running = 0.0;
        var rank = 0;
        foreach (var index in Enumerable.Range(0, probabilities.Count).OrderBy(i => probabilities[i]))
        {
            running = Math.Max(running, Math.Min(1, probabilities[index] * (probabilities.Count - rank++)));
            adjusted[index] = running;
        }
        return adjusted;
    }
}
