namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>Where a sequential test stands.</summary>
public enum SequentialDecision
{
    /// <summary>Neither border is reached: score more items.</summary>
    Continue,

    /// <summary>The merged model is better.</summary>
    Better,

    /// <summary>The merged model is not better by the amount looked for.</summary>
    NotBetter,
}
