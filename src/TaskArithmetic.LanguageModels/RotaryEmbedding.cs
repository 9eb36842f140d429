namespace TaskArithmetic.LanguageModels;

/// <summary>
/// Cosines and sines of rotary positions, float32 as transformers computes them: the angle of position p and
/// frequency f is the float32 product p·f.
/// </summary>
internal sealed class RotaryEmbedding
{
    private readonly RopeParameters parameters;
    private readonly int dimensions;
    private readonly int trainedLength;
    private readonly float[] inverseFrequencies;
    private float[]? longFrequencies;

    public RotaryEmbedding(ModelConfiguration configuration, RopeParameters parameters)
    {
        this.parameters = parameters;
        dimensions = parameters.RotatedDimensions(configuration.HeadDimension);
        trainedLength = parameters.Type == RopeType.LongRope ? parameters.OriginalMaxPositionEmbeddings : configuration.MaxPositionEmbeddings;
        inverseFrequencies = parameters.Type switch
        {
            RopeType.LongRope => LongRope(parameters.ShortFactors),
            RopeType.Linear => [.. Frequencies(parameters.Theta).Select(frequency => (float)(frequency / parameters.Factor))],
            RopeType.Llama3 => [.. Frequencies(parameters.Theta).Select(Llama3)],
            RopeType.Yarn => Yarn(),
            _ => [.. Frequencies(parameters.Theta)],
        };
    }

    /// <summary>Number of angles of one position: half of what is rotated of a head.</summary>
    public int Width => inverseFrequencies.Length;

    /// <summary>Whether the angles of a position depend on the length of the sequence it stands in.</summary>
    public bool DependsOnLength(int length) => parameters.Type is RopeType.Dynamic or RopeType.LongRope && length > trainedLength;

    /// <summary>
    /// Whether a sequence that grows to a length has other angles from its start on, so that what a cache holds of it is
    /// void: LongRoPE past the trained length. (Dynamic NTK as transformers runs it leaves old keys as they are.)
    /// </summary>
    public bool VoidsCacheAt(int length) => parameters.Type == RopeType.LongRope && length == trainedLength + 1;

    /// <summary>Writes the cosines and sines of one position, each <see cref="Width"/> long.</summary>
    /// <param name="position">The position, from 0.</param>
    /// <param name="frequencies">What <see cref="FrequenciesFor"/> gave for the sequence.</param>
    /// <param name="cosines">Receives the cosines.</param>
    /// <param name="sines">Receives the sines.</param>
    public void Write(int position, ReadOnlySpan<float> frequencies, Span<float> cosines, Span<float> sines)
    {
        var scale = (float)parameters.AttentionFactor;
        for (var i = 0; i < frequencies.Length; i++)
        {
            var (sine, cosine) = MathF.SinCos(position * frequencies[i]);
            cosines[i] = cosine * scale;
            sines[i] = sine * scale;
        }
    }

    /// <summary>
    /// The frequencies in force for a sequence of a length. Dynamic NTK: above the trained length L₀ the base is
    /// θ·((s·L/L₀) − (s − 1))^(d/(d−2)) for the current length L and the factor s.
    /// </summary>
    public float[] FrequenciesFor(int length)
    {
        if (!DependsOnLength(length))
            return inverseFrequencies;
        if (parameters.Type == RopeType.LongRope)
            return longFrequencies ??= LongRope(parameters.LongFactors);
        var stretch = parameters.Factor * length / trainedLength - (parameters.Factor - 1);
        var theta = parameters.Theta * Math.Pow(stretch, dimensions / (dimensions - 2.0));
        return [.. Frequencies(theta)];
    }

    private IEnumerable<float> Frequencies(double theta)
    {
        for (var i = 0; i < dimensions; i += 2)
            yield return (float)(1 / Math.Pow(theta, (double)i / dimensions));
    }

    /// <summary>Frequencies 1 / (λᵢ·θ^(2i/d)) (Ding et al., LongRoPE).</summary>
    private float[] LongRope(IReadOnlyList<double> factors) =>
        [.. factors.Select((factor, i) => (float)(1 / ((float)factor * Math.Pow(parameters.Theta, 2.0 * i / dimensions))))];

    /// <summary>Llama 3.1's rule by wavelength 2π/f: long ones divided by the factor, short ones kept, a smooth mix between.</summary>
    private float Llama3(float frequency)
    {
        var wavelength = 2 * Math.PI / frequency;
        var original = (double)parameters.OriginalMaxPositionEmbeddings;
        if (wavelength > original / parameters.LowFrequencyFactor)
            return (float)(frequency / parameters.Factor);
        if (wavelength < original / parameters.HighFrequencyFactor)
            return frequency;
        var smooth = (original / wavelength - parameters.LowFrequencyFactor) / (parameters.HighFrequencyFactor - parameters.LowFrequencyFactor);
        return (float)((1 - smooth) * frequency / parameters.Factor + smooth * frequency);
    }

    /// <summary>YaRN (Peng et al., section 3.2): a ramp from extrapolated to interpolated frequencies over the dimensions.</summary>
    private float[] Yarn()
    {
        var low = CorrectionDimension(parameters.BetaFast);
        var high = CorrectionDimension(parameters.BetaSlow);
        if (parameters.Truncate)
            (low, high) = (Math.Floor(low), Math.Ceiling(high));
        low = Math.Max(low, 0);
        high = Math.Min(high, dimensions - 1);
        if (low == high)
            high += 0.001; // the ramp must not divide by zero

        var frequencies = Frequencies(parameters.Theta).ToArray();
        for (var i = 0; i < frequencies.Length; i++)
        {
            var ramp = Math.Clamp((i - low) / (high - low), 0, 1);
            frequencies[i] = (float)(frequencies[i] / parameters.Factor * ramp + frequencies[i] * (1 - ramp));
        }
        return frequencies;
    }

    /// <summary>The dimension that makes a number of rotations over the trained length.</summary>
    private double CorrectionDimension(double rotations) =>
        dimensions * Math.Log(parameters.OriginalMaxPositionEmbeddings / (rotations * 2 * Math.PI)) / (2 * Math.Log(parameters.Theta));
}
