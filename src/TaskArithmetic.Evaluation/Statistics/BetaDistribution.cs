namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>The beta distribution, to which tails of the binomial and of Student's t reduce.</summary>
internal static class BetaDistribution
{
    /// <summary>
    /// P(X &lt;= x), the regularised incomplete beta function I_x(a, b), by its continued fraction.
    /// Source: NIST Digital Library of Mathematical Functions 8.17.22, evaluated after W. J. Lentz, Applied Optics 15 (1976).
    /// </summary>
    public static double Cumulative(double x, double a, double b)
    {
        if (x <= 0)
            return 0;
        if (x >= 1)
            return 1;
        var front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + a * Math.Log(x) + b * double.LogP1(-x));
        // The fraction converges fast on this side of the mean only.
        return x < (a + 1) / (a + b + 2) ? front * Fraction(x, a, b) / a : 1 - front * Fraction(1 - x, b, a) / b;
    }

    /// <summary>The x with P(X &lt;= x) = <paramref name="probability"/>.</summary>
    public static double Quantile(double probability, double a, double b)
    {
        double low = 0, high = 1;
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Cumulative(middle, a, b) < probability ? (middle, high) : (low, middle);
        }
        return (low + high) / 2;
    }

    /// <summary>ln Γ(x) for x above 0, to about 15 digits. Source: C. Lanczos, SIAM Journal on Numerical Analysis 1 (1964), g = 7, n = 9.</summary>
    public static double LogGamma(double x)
    {
        ReadOnlySpan<double> coefficients =
        [
            0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
            12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
        ];
        var sum = coefficients[0];
        for (var i = 1; i < coefficients.Length; i++)
            sum += coefficients[i] / (x - 1 + i);
        var t = x + 6.5;
        return 0.5 * Math.Log(2 * Math.PI) + (x - 0.5) * Math.Log(t) - t + Math.Log(sum);
    }

    private static double Fraction(double x, double a, double b)
    {
        const double tiny = 1e-300;
        double c = 1, d = 1 / Guarded(1 - (a + b) * x / (a + 1)), result = d;
        for (var m = 1; m < 10_000; m++)
        {
            var even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / Guarded(1 + even * d);
            c = Guarded(1 + even / c);
            result *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / Guarded(1 + odd * d);
            c = Guarded(1 + odd / c);
            result *= d * c;
            if (Math.Abs(d * c - 1) < 1e-15)
                break;
        }
        return result;

        static double Guarded(double value) => Math.Abs(value) < tiny ? tiny : value;
    }
}
