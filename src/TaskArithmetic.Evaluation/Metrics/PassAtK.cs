namespace TaskArithmetic.Evaluation.Metrics;

/// <summary>
/// The unbiased estimate of the chance that one of k programs passes, from n programs of which c passed: 1 − C(n−c, k) / C(n, k)
/// (Chen et al., arXiv 2107.03374), computed as a product.
/// </summary>
internal static class PassAtK
{
    public static double Estimate(int n, int c, int k)
    {
        if (n - c < k)
            return 1;
        var miss = 1.0;
        for (var i = n - c + 1; i <= n; i++)
            miss *= 1 - (double)k / i;
        return 1 - miss;
    }
}
