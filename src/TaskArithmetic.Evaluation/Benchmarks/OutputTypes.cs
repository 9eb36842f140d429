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
