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

    /// <summary>Factor on cosine and sine; attention scores get its square. 1 except for YaRN.</summary>
    public double AttentionFactor { get; init; } = 1;
}
