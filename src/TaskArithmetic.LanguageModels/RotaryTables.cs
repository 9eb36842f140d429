using static TorchSharp.torch;

namespace TaskArithmetic.LanguageModels;

/// <summary>Cosines and sines for the tokens of a batch, [rows, width, 1, half a head], in the model's dtype.</summary>
/// <param name="Cosines">cos(p·f) for each position and frequency.</param>
/// <param name="Sines">sin(p·f) for each position and frequency.</param>
/// <param name="NegativeSines">Their negatives.</param>
internal sealed record RotaryTables(Tensor Cosines, Tensor Sines, Tensor NegativeSines)
{
    /// <summary>Builds the tables of a batch; each row has the frequencies of its own length.</summary>
    public static RotaryTables Build(RotaryEmbedding rotary, ReadOnlySpan<int> positions, ReadOnlySpan<int> lengths, ScalarType dtype, Device device)
    {
        var half = rotary.Width;
        var width = positions.Length / lengths.Length;
        var cosines = new float[positions.Length * half];
        var sines = new float[positions.Length * half];
        for (var row = 0; row < lengths.Length; row++)
        {
            var frequencies = rotary.FrequenciesFor(lengths[row]);
            for (var i = row * width; i < (row + 1) * width; i++)
                rotary.Write(positions[i], frequencies, cosines.AsSpan(i * half, half), sines.AsSpan(i * half, half));
        }
        long[] shape = [lengths.Length, width, 1, half];
        var sine = tensor(sines, shape).to(dtype, device);
        return new(tensor(cosines, shape).to(dtype, device), sine, sine.negative());
    }

    /// <summary>Rotates heads [rows, width, heads, head dimension] by halves: (a, b) → (a·cos − b·sin, b·cos + a·sin).</summary>
    public Tensor Rotate(Tensor heads)
    {
        var half = heads.shape[^1] / 2;
        var a = heads.narrow(-1, 0, half);
        var b = heads.narrow(-1, half, half);
        // b·cos − a·(−sin): a sum would need TorchSharp's Scalar, see Decoder.
        return cat([a * Cosines - b * Sines, b * Cosines - a * NegativeSines], -1);
    }
}
