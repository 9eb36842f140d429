namespace TaskArithmetic.Evaluation.Benchmarks;

/// <summary>The names that task files use for <see cref="OutputType"/>.</summary>
internal static class OutputTypes
{
    private static readonly (OutputType Type, string Name)[] All =
    [
        (OutputType.GenerateUntil, "generate_until"),
        (OutputType.MultipleChoice, "multiple_choice"),
        (OutputType.Loglikelihood, "loglikelihood"),
        (OutputType.LoglikelihoodRolling, "loglikelihood_rolling"),
    ];

    public static IEnumerable<string> Names => All.Select(t => t.Name);

    public static OutputType? Find(string name)
    {
        foreach (var (type, known) in All)
        {
            if (known == name)
                return type;
        }
        return null;
    }

    public static string NameOf(OutputType type) => All.First(t => t.Type == type).Name;
}
