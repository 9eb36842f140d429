namespace TaskArithmetic.Evaluation.Gates;

/// <summary>What an inconclusive gate does to the build.</summary>
public enum InconclusivePolicy
{
    /// <summary>A warning; the build goes on. For everyday builds.</summary>
    Warn,

    /// <summary>An error; for releases.</summary>
    Fail,
}
