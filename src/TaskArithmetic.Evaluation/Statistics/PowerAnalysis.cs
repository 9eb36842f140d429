namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>What a number of items can show.</summary>
internal static class PowerAnalysis
{
    /// <summary>
    /// Smallest difference that n paired items show with the given power, as a share; null if not even all of psi going one way would be
    /// shown. The root d of sqrt(n)·d − z_alpha·sqrt(psi) = z_beta·sqrt(psi − d²), which is R. J. Connor's number of items (Biometrics 43, 1987)
    /// solved for the difference.
    /// </summary>
    /// <param name="count">Items, n.</param>
    /// <param name="discordance">Share of items whose answer changes, psi.</param>
    /// <param name="alpha">Level of the test.</param>
    /// <param name="twoSided">Whether the test is two-sided.</param>
    /// <param name="power">Chance of showing it.</param>
    public static double? SmallestDetectableDifference(int count, double discordance, double alpha = 0.05, bool twoSided = false, double power = 0.8)
    {
        var needed = NormalDistribution.Quantile(1 - (twoSided ? alpha / 2 : alpha)) * Math.Sqrt(discordance);
        var beta = NormalDistribution.Quantile(power);
        var curvature = count + beta * beta;
        var difference = (needed * Math.Sqrt(count) + beta * Math.Sqrt(discordance * curvature - needed * needed)) / curvature;
        // Not a number where so few items have no root at all.
        return difference > 0 && difference <= discordance ? difference : null;
    }
}
