namespace TaskArithmetic.Evaluation.Benchmarks;

/// <summary>The names that task files use for <see cref="OutputType"/>.</summary>
internal static class OutputTypes
{
    public static readonly (string Name, OutputType Type)[] All =
    [
        ("generate_until", OutputType.GenerateUntil),
        ("multiple_choice", OutputType.MultipleChoice),
        ("loglikelihood", OutputType.Loglikelihood),
        ("loglikelihood_rolling", OutputType.LoglikelihoodRolling),
    ];

    public static string NameOf(OutputType type) => All.First(t => t.Type == type).Name;
}

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
