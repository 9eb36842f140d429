namespace TaskArithmetic.Evaluation.Gates;

/// <summary>How gates judge.</summary>
public sealed record GateOptions
{
    /// <summary>One-sided level of every bound and test.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>What an inconclusive gate does to the build.</summary>
    public InconclusivePolicy Inconclusive { get; init; }
}

/// <summary>What an inconclusive gate does to the build.</summary>
public enum InconclusivePolicy
{
    /// <summary>A warning; the build goes on. For everyday builds.</summary>
    Warn,

    /// <summary>An error; for releases.</summary>
    Fail,
}
