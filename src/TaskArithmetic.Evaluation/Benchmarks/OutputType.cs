namespace TaskArithmetic.Evaluation.Benchmarks;

/// <summary>What a task asks of a model: lm-evaluation-harness's <c>output_type</c>.</summary>
public enum OutputType
{
    /// <summary>Free text up to a stop string (<c>generate_until</c>).</summary>
    GenerateUntil,

    /// <summary>The log-probability of each of several choices (<c>multiple_choice</c>).</summary>
    MultipleChoice,

    /// <summary>The log-probability of one continuation (<c>loglikelihood</c>).</summary>
    Loglikelihood,

    /// <summary>The log-probability of a whole text (<c>loglikelihood_rolling</c>).</summary>
    LoglikelihoodRolling,
}
