namespace TaskArithmetic.Evaluation.Tests.Engines;

/// <summary>Whether this run takes the minutes that every golden item needs, instead of a representative part.</summary>
internal static class AllGoldens
{
    public const string Variable = "TASKARITHMETIC_ALL_GOLDENS";

    public static bool Wanted { get; } = Environment.GetEnvironmentVariable(Variable) == "1";
}
