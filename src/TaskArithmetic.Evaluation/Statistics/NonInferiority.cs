namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>"Not worse than the base by more than a margin."</summary>
public static class NonInferiority
{
    /// <summary>Lower and upper one-sided bounds of a difference, each at confidence 1 - alpha.</summary>
    public static ConfidenceInterval Bounds(PairedDifference difference, double alpha = 0.05) => difference.Interval(1 - 2 * alpha);

    /// <summary>
    /// Items needed to show it when the models are in truth equal: (z_alpha + z_beta)^2 psi / m^2.
    /// Source: as <see cref="PowerAnalysis"/> with the margin in place of the difference.
    /// </summary>
    /// <param name="margin">Margin m, as a share.</param>
    /// <param name="discordance">Share of items whose answer changes, psi.</param>
    /// <param name="alpha">One-sided level.</param>
    /// <param name="power">Chance of showing it.</param>
    public static int RequiredCount(double margin, double discordance, double alpha = 0.05, double power = 0.8)
    {
        var deviations = NormalDistribution.Quantile(1 - alpha) + NormalDistribution.Quantile(power);
        return (int)Math.Ceiling(deviations * deviations * discordance / (margin * margin));
    }
}
