namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>The standard normal distribution.</summary>
internal static class NormalDistribution
{
    /// <summary>
    /// The z with P(Z &lt;= z) = <paramref name="probability"/>, to about 16 digits.
    /// Source: M. J. Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37 (1988).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not between 0 and 1, both excluded.</exception>
    public static double Quantile(double probability)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(probability, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(probability, 1);
        var q = probability - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            var r = 0.180625 - q * q;
            return q * Rational(r, CentralNumerator, CentralDenominator);
        }
        var tail = Math.Sqrt(-Math.Log(Math.Min(probability, 1 - probability)));
        var z = tail <= 5
            ? Rational(tail - 1.6, MiddleNumerator, MiddleDenominator)
            : Rational(tail - 5, FarNumerator, FarDenominator);
        return q < 0 ? -z : z;
    }

    /// <summary>P(Z &lt;= z). Source: the continued fraction and series of the incomplete gamma function, Abramowitz and Stegun 26.2.</summary>
    public static double Cumulative(double z)
    {
        if (double.IsNaN(z))
            return double.NaN;
        var x = Math.Abs(z);
        double upper;
        if (x > 38)
        {
            upper = 0;
        }
        else if (x < 3)
        {
            // 26.2.11: P(Z <= x) = 1/2 + density * sum of x^(2k+1) / (1*3*5*...*(2k+1)).
            double term = x, sum = x;
            for (var k = 1; term > sum * 1e-17; k++)
                sum += term *= x * x / (2 * k + 1);
            upper = 0.5 - Density(x) * sum;
        }
        else
        {
            // 26.2.14: the tail as density / (x + 1/(x + 2/(x + 3/(x + ...)))).
            var fraction = x;
            for (var k = 200; k >= 1; k--)
                fraction = x + k / fraction;
            upper = Density(x) / fraction;
        }
        return z > 0 ? 1 - upper : upper;
    }

    private static double Density(double x) => Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI);

    private static double Rational(double x, ReadOnlySpan<double> numerator, ReadOnlySpan<double> denominator) =>
        Polynomial(x, numerator) / Polynomial(x, denominator);

    private static double Polynomial(double x, ReadOnlySpan<double> coefficients)
    {
        var value = 0.0;
        for (var i = coefficients.Length - 1; i >= 0; i--)
            value = value * x + coefficients[i];
        return value;
    }

    private static ReadOnlySpan<double> CentralNumerator =>
    [
        3.3871328727963666080, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
        4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
    ];

    private static ReadOnlySpan<double> CentralDenominator =>
    [
        1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
        2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3,
    ];

    private static ReadOnlySpan<double> MiddleNumerator =>
    [
        1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
        1.27045825245236838258, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
    ];

    private static ReadOnlySpan<double> MiddleDenominator =>
    [
        1.0, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1,
        1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
    ];

    private static ReadOnlySpan<double> FarNumerator =>
    [
        6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 2.96560571828504891230e-1,
        2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
    ];

    private static ReadOnlySpan<double> FarDenominator =>
    [
        1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
        7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
    ];
}
