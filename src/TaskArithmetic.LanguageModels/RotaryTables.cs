using static TorchSharp.torch;

namespace TaskArithmetic.LanguageModels;

/// <summary>The rotations of a model's layers: one for all, or one for full attention and one for sliding windows (Gemma 3).</summary>
internal sealed class LayerRotations(ModelConfiguration model)
{
    private readonly RotaryEmbedding full = new(model, model.Rope);
    private readonly RotaryEmbedding? sliding = model.SlidingRope is { } rope ? new(model, rope) : null;

    /// <summary>The rotation of a layer.</summary>
    public RotaryEmbedding Of(int layer) => sliding is not null && model.SlidingWindows[layer] is not null ? sliding : full;

    /// <inheritdoc cref="RotaryEmbedding.DependsOnLength"/>
    public bool DependsOnLength(int length) => full.DependsOnLength(length) || sliding?.DependsOnLength(length) == true;

    /// <inheritdoc cref="RotaryEmbedding.VoidsCacheAt"/>
    public bool VoidsCacheAt(int length) => full.VoidsCacheAt(length);

    /// <summary>For each layer its tables for a batch.</summary>
    public Func<int, RotaryTables> Tables(ReadOnlySpan<int> positions, ReadOnlySpan<int> lengths, ScalarType dtype, Device device)
    {
        var ofFull = RotaryTables.Build(full, positions, lengths, dtype, device);
        var ofSliding = sliding is null ? ofFull : RotaryTables.Build(sliding, positions, lengths, dtype, device);
        return layer => Of(layer) == full ? ofFull : ofSliding;
    }
}

/// <summary>Cosines and sines for the tokens of a batch, [rows, width, 1, angles], in the model's dtype.</summary>
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

    /// <summary>Rotates heads [rows, width, heads, head dimension] by halves: (a, b) → (a·cos − b·sin, b·cos + a·sin). What is past the rotated part stays.</summary>
    public Tensor Rotate(Tensor heads)
    {
        var half = Cosines.shape[^1];
        var a = heads.narrow(-1, 0, half);
        var b = heads.narrow(-1, half, half);
        // b·cos − a·(−sin): a sum would need TorchSharp's Scalar, see Decoder.
        Tensor[] rotated = [a * Cosines - b * Sines, b * Cosines - a * NegativeSines];
        var rest = heads.shape[^1] - 2 * half;
        return cat(rest == 0 ? rotated : [.. rotated, heads.narrow(-1, 2 * half, rest)], -1);
    }
}
