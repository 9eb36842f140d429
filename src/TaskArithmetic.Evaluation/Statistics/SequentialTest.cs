namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>
/// Wald's sequential probability ratio test on discordant items: H0 q = 0.5 against H1 q = 0.7, where q is the
/// probability that the merged model wins a discordant item. It may be looked at after every item, unlike a p-value for
/// a fixed number. Source: A. Wald, Annals of Mathematical Statistics 16 (1945).
/// </summary>
/// <param name="Wins">Discordant items won so far.</param>
/// <param name="Losses">Discordant items lost so far.</param>
/// <param name="NullProbability">q under H0.</param>
/// <param name="AlternativeProbability">q under H1.</param>
/// <param name="Alpha">Chance of "better" under H0.</param>
/// <param name="Beta">Chance of "not better" under H1.</param>
public readonly record struct SequentialTest(
    int Wins = 0, int Losses = 0, double NullProbability = 0.5, double AlternativeProbability = 0.7, double Alpha = 0.05, double Beta = 0.2)
{
    /// <summary>The test with its default levels, before the first item.</summary>
    public SequentialTest()
        : this(0)
    {
    }

    /// <summary>Sum of log likelihood ratios: ln(q1/q0) per win, ln((1-q1)/(1-q0)) per loss.</summary>
    public double LogLikelihoodRatio =>
        Wins * Math.Log(AlternativeProbability / NullProbability)
        + Losses * Math.Log((1 - AlternativeProbability) / (1 - NullProbability));

    /// <summary>Border of "better": ln((1 - beta) / alpha).</summary>
    public double UpperBorder => Math.Log((1 - Beta) / Alpha);

    /// <summary>Border of "not better": ln(beta / (1 - alpha)).</summary>
    public double LowerBorder => Math.Log(Beta / (1 - Alpha));

    /// <summary>Where the test stands.</summary>
    public SequentialDecision Decision =>
        LogLikelihoodRatio >= UpperBorder ? SequentialDecision.Better
        : LogLikelihoodRatio <= LowerBorder ? SequentialDecision.NotBetter
        : SequentialDecision.Continue;

    /// <summary>The test after one more item; equal scores change nothing.</summary>
    public SequentialTest Add(double baseScore, double mergedScore) => mergedScore.CompareTo(baseScore) switch
    {
        > 0 => this with { Wins = Wins + 1 },
        < 0 => this with { Losses = Losses + 1 },
        _ => this,
    };
}
