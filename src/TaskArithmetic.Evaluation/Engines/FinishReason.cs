namespace TaskArithmetic.Evaluation.Engines;

/// <summary>Why a generation ended.</summary>
public enum FinishReason
{
    /// <summary>The end token or a stop string.</summary>
    Stop,

    /// <summary>The token limit: the answer is truncated.</summary>
    Length,
}
