namespace TaskArithmetic.Evaluation.Jinja;

/// <summary>What one rendering may use at most; templates come with downloaded models and are not trusted.</summary>
public sealed record JinjaLimits
{
    /// <summary>Limits that no real chat template or task comes near.</summary>
    public static JinjaLimits Default { get; } = new();

    /// <summary>Expressions and statements evaluated, turns of loops, and items that filters and comparisons visit.</summary>
    public long MaxSteps { get; init; } = 10_000_000;

    /// <summary>UTF-16 units of all strings built on the way, the output included.</summary>
    public long MaxCharacters { get; init; } = 512L << 20;

    /// <summary>Items of one <c>range()</c>, as in Jinja2's sandbox.</summary>
    public int MaxRange { get; init; } = 100_000;

    /// <summary>Items of one list or tuple made by repetition or padding.</summary>
    public int MaxItems { get; init; } = 1_000_000;

    /// <summary>Bits of an integer result.</summary>
    public int MaxIntegerBits { get; init; } = 16_384;
}
