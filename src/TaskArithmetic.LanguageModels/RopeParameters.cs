namespace TaskArithmetic.LanguageModels;

/// <summary>Rotary position parameters, read from <c>rope_theta</c> and <c>rope_scaling</c> or from <c>rope_parameters</c>.</summary>
public sealed record RopeParameters
{
    /// <summary>How frequencies are stretched.</summary>
    public RopeType Type { get; init; }

    /// <summary>Base of the frequencies.</summary>
    public double Theta { get; init; } = 10000;

    /// <summary>How many times the trained length is stretched; 1 for <see cref="RopeType.Default"/>.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>The trained length, where the type distinguishes it from the model's maximum.</summary>
    public int OriginalMaxPositionEmbeddings { get; init; }

    /// <summary>Llama 3: wavelengths above original length / this are divided by the factor.</summary>
    public double LowFrequencyFactor { get; init; } = 1;

    /// <summary>Llama 3: wavelengths below original length / this are kept.</summary>
    public double HighFrequencyFactor { get; init; } = 4;

    /// <summary>YaRN: rotations above which a dimension is kept.</summary>
    public double BetaFast { get; init; } = 32;

    /// <summary>YaRN: rotations below which a dimension is interpolated.</summary>
    public double BetaSlow { get; init; } = 1;

    /// <summary>YaRN: whether the ramp's ends are rounded to whole dimensions.</summary>
    public bool Truncate { get; init; } = true;

    /// <summary>Factor on cosine and sine; attention scores get its square. 1 except for YaRN and LongRoPE.</summary>
    public double AttentionFactor { get; init; } = 1;

    /// <summary>LongRoPE: divisors of the frequencies up to the trained length.</summary>
    public IReadOnlyList<double> ShortFactors { get; init; } = [];

    /// <summary>LongRoPE: divisors of the frequencies of longer sequences.</summary>
    public IReadOnlyList<double> LongFactors { get; init; } = [];

    /// <summary>The part of a head, from its start, that is rotated.</summary>
    public double PartialRotaryFactor { get; init; } = 1;

    /// <summary>How many entries of a head are rotated.</summary>
    internal int RotatedDimensions(int headDimension) => (int)(headDimension * PartialRotaryFactor);
}

/// <summary>How rotary frequencies are stretched beyond the trained length.</summary>
public enum RopeType
{
    /// <summary>Not at all (Su et al., RoFormer).</summary>
    Default,

    /// <summary>All frequencies divided by the factor (position interpolation).</summary>
    Linear,

    /// <summary>The base grows with the length once it exceeds the trained one (dynamic NTK).</summary>
    Dynamic,

    /// <summary>Low frequencies divided, high ones kept, a smooth mix between (Llama 3.1).</summary>
    Llama3,

    /// <summary>Interpolation by a ramp over the dimensions and a scaled softmax (Peng et al., YaRN).</summary>
    Yarn,

    /// <summary>Each frequency divided by a factor of its own, of the long set once the sequence exceeds the trained length (Ding et al., LongRoPE).</summary>
    LongRope,
}
