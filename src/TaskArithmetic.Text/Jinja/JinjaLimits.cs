namespace TaskArithmetic.Text.Jinja;

/// <summary>What one rendering may use at most; templates come with downloaded models and are not trusted.</summary>
internal sealed record JinjaLimits
{
    /// <summary>Limits that no real chat template or task comes near.</summary>
    public static JinjaLimits Default { get; } = new();

    /// <summary>Expressions and statements evaluated, turns of loops, and items that filters and comparisons visit.</summary>
    public long MaxSteps { get; init; } = 10_000_000;

    /// <summary>UTF-16 units of all strings built on the way, the output included: 64 MiB.</summary>
    public long MaxCharacters { get; init; } = 32L << 20;

    /// <summary>UTF-16 units of one string: 16 MiB.</summary>
    public long MaxLength { get; init; } = 8L << 20;

    /// <summary>Bytes allocated on the way, whether they are still held or not. The other limits end most templates first; this one holds whatever a template thinks of.</summary>
    public long MaxAllocatedBytes { get; init; } = 256L << 20;

    /// <summary>UTF-16 units of a template's source. The longest chat templates have some ten thousands.</summary>
    public int MaxSourceLength { get; init; } = 1 << 20;

    /// <summary>Items of one <c>range()</c>, as in Jinja2's sandbox.</summary>
    public int MaxRange { get; init; } = 100_000;

    /// <summary>Items of one list or tuple made by repetition or padding.</summary>
    public int MaxItems { get; init; } = 1_000_000;

    /// <summary>Bits of an integer result.</summary>
    public int MaxIntegerBits { get; init; } = 16_384;
}
