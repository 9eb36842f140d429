namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>
/// What a number of items can show. Source: R. J. Connor, Biometrics 43 (1987) for paired proportions,
/// n = (z_alpha sqrt(psi) + z_beta sqrt(psi - d^2))^2 / d^2.
/// </summary>
internal static class PowerAnalysis
{
    /// <summary>Items needed to show a difference.</summary>
    /// <param name="difference">True difference d, as a share (0.05 is 5 percentage points).</param>
    /// <param name="discordance">Share of items whose answer changes, psi, at least |d|.</param>
    /// <param name="alpha">Level of the test.</param>
    /// <param name="twoSided">Whether the test is two-sided.</param>
    /// <param name="power">Chance of showing it.</param>
    public static int RequiredCount(double difference, double discordance, double alpha = 0.05, bool twoSided = false, double power = 0.8) =>
        (int)Math.Ceiling(Math.Pow(Deviations(difference, discordance, alpha, twoSided, power) / difference, 2));

    /// <summary>
    /// Smallest difference that n paired items show with the given power, as a share; null if not even all of psi
    /// going one way would be shown.
    /// </summary>
    public static double? SmallestDetectableDifference(int count, double discordance, double alpha = 0.05, bool twoSided = false, double power = 0.8)
    {
        // The items needed fall as the difference grows, so halving the range finds the border.
        if (Excess(discordance) < 0)
            return null;
        double low = 0, high = discordance;
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Excess(middle) < 0 ? (middle, high) : (low, middle);
        }
        return high;

        double Excess(double difference) => difference > 0
            ? Math.Sqrt(count) * difference - Deviations(difference, discordance, alpha, twoSided, power)
            : double.NegativeInfinity;
    }

    /// <summary>
    /// Smallest difference that two independent samples of n items each show, as a share:
    /// (z_alpha + z_beta) sqrt(2 p (1 - p) / n).
    /// </summary>
    public static double SmallestDetectableUnpaired(int count, double proportion, double alpha = 0.05, bool twoSided = true, double power = 0.8) =>
        (Critical(alpha, twoSided) + NormalDistribution.Quantile(power)) * Math.Sqrt(2 * proportion * (1 - proportion) / count);

    /// <summary>
    /// Chance that the exact one-sided McNemar test shows a true difference: over the number m of discordant items,
    /// Binomial(n, psi), and the wins among them, Binomial(m, (psi + d) / 2 psi).
    /// </summary>
    public static double ExactPower(int count, double discordance, double difference, double alpha = 0.05)
    {
        var winProbability = (discordance + difference) / (2 * discordance);
        var power = 0.0;
        for (var discordant = 0; discordant <= count; discordant++)
        {
            if (McNemarTest.SmallestSignificantWins(discordant, alpha) is { } wins)
                power += BinomialDistribution.Probability(discordant, count, discordance) * BinomialDistribution.UpperTail(wins, discordant, winProbability);
        }
        return power;
    }

    private static double Deviations(double difference, double discordance, double alpha, bool twoSided, double power) =>
        Critical(alpha, twoSided) * Math.Sqrt(discordance)
        + NormalDistribution.Quantile(power) * Math.Sqrt(Math.Max(0, discordance - difference * difference));

    private static double Critical(double alpha, bool twoSided) => NormalDistribution.Quantile(1 - (twoSided ? alpha / 2 : alpha));
}
