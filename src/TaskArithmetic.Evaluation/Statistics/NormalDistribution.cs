namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>The standard normal distribution.</summary>
internal static class NormalDistribution
{
    /// <summary>The z with P(Z &lt;= z) = <paramref name="probability"/>, between 0 and 1, both excluded.</summary>
    public static double Quantile(double probability)
    {
        // The lower tail is exact to the last digit, the upper one is what 1 leaves.
        if (probability > 0.5)
            return -Quantile(1 - probability);
        double low = -38, high = 0;
        for (var i = 0; i < 64; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Cumulative(middle) < probability ? (middle, high) : (low, middle);
        }
        return (low + high) / 2;
    }

    /// <summary>
    /// P(Z &lt;= z). Source: Abramowitz and Stegun; 26.2.11, 1/2 + density · Σ x^(2k+1) / (1·3·5·…·(2k+1)), and for the tail 26.2.14,
    /// density / (x + 1/(x + 2/(x + 3/(x + …)))).
    /// </summary>
    public static double Cumulative(double z)
    {
        var x = Math.Abs(z);
        var density = Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI);
        double upper;
        if (x < 3)
        {
            double term = x, sum = x;
            for (var k = 1; term > sum * 1e-17; k++)
                sum += term *= x * x / (2 * k + 1);
            upper = 0.5 - density * sum;
        }
        else
        {
            var fraction = x;
            for (var k = 200; k >= 1; k--)
                fraction = x + k / fraction;
            upper = density / fraction;
        }
        return z > 0 ? 1 - upper : upper;
    }
}
