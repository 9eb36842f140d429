namespace TaskArithmetic.Evaluation.Gates;

/// <summary>How gates judge.</summary>
public sealed record GateOptions
{
    /// <summary>One-sided level of every test.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>What an inconclusive gate does to the build.</summary>
    public InconclusivePolicy Inconclusive { get; init; }

    /// <summary>Seed of the bootstrap.</summary>
    public ulong Seed { get; init; } = 1234;
}
