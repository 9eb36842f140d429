namespace TaskArithmetic.Evaluation.Gates;

/// <summary>What the scores say about a requirement.</summary>
public enum GateVerdict
{
    /// <summary>The requirement is met.</summary>
    Pass,

    /// <summary>There are too few items to tell.</summary>
    Inconclusive,

    /// <summary>The requirement is not met.</summary>
    Fail,
}
