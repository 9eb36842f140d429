using TaskArithmetic.Checkpoints;
using TaskArithmetic.Inputs;
using TaskArithmetic.Kernels;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Compression;

/// <summary>Reads a written compact vector back, as a merge would, and holds it against the vector.</summary>
internal sealed class CompressMeasurement(Checkpoint? target)
{
    private readonly float[] decoded = new float[CompactParts.BlockElements];
    private readonly float[] before = new float[CompactParts.BlockElements];
    private readonly float[] plain = new float[CompactParts.BlockElements];
    private readonly float[] compact = new float[CompactParts.BlockElements];
    private readonly TensorReader reader = new();

    /// <summary>Measures one tensor.</summary>
    public CompressQuality Of(SourceTensor tensor, ITensorInput written)
    {
        var into = target is not null && target.TryGetTensor(tensor.Name, out var stored) && stored.Info.Shape.SequenceEqual(tensor.Shape) && stored.Info.DType.IsMergeable() ? new StoredInput(stored) : null;
        var sum = default(CompressQuality);
        for (long block = 0; block < tensor.Blocks; block++)
        {
            var values = tensor.Values(block);
            var read = decoded.AsSpan(0, values.Length);
            written.Read(block * CompactParts.BlockElements, read, reader);
            var quality = new CompressQuality
            {
                Elements = values.Length,
                NonZero = Reducing.CountNonZero(values),
                Kept = Reducing.CountNonZero(read),
                SquaredNorm = Reducing.SumOfSquares(values),
                SquaredCompactNorm = Reducing.SumOfSquares(read),
                SquaredError = Reducing.SquaredDistance(values, read),
                Dot = Reducing.Dot(values, read),
            };
            sum += into is null ? quality : Survival(quality, values, read, into, block);
        }
        return sum;
    }

    /// <summary>What the target keeps of either vector at α 1, rounded to its dtype.</summary>
    private CompressQuality Survival(CompressQuality quality, ReadOnlySpan<float> values, ReadOnlySpan<float> read, StoredInput into, long block)
    {
        var length = values.Length;
        var old = before.AsSpan(0, length);
        var one = plain.AsSpan(0, length);
        var other = compact.AsSpan(0, length);
        into.Read(block * CompactParts.BlockElements, old, reader);
        old.CopyTo(one);
        old.CopyTo(other);
        Combining.Add(one, values);
        Combining.Add(other, read);
        var (survived, compactSurvived) = (Reducing.CountSurviving(values, old, one, into.DType), Reducing.CountSurviving(read, old, other, into.DType));
        Rounding.ToPrecision(one, into.DType);
        Rounding.ToPrecision(other, into.DType);
        return quality with { Measured = true, Survived = survived, CompactSurvived = compactSurvived, Same = Reducing.CountEqual(one, other) };
    }
}
