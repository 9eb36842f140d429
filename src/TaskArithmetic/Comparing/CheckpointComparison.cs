using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Inputs;
using TaskArithmetic.Kernels;
using TaskArithmetic.Measuring;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Streaming;

namespace TaskArithmetic.Comparing;

/// <summary>Compares two checkpoints tensor by tensor, streaming.</summary>
public static class CheckpointComparison
{
    /// <summary>Compares all tensors of both sides, in ordinal order of their names.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">TA2001: a file became unreadable.</exception>
    public static IReadOnlyList<TensorComparison> Compare(Checkpoint left, Checkpoint right, int threads, CancellationToken cancellationToken) =>
        Compare(left, right, _ => true, threads, null, null, cancellationToken);

    /// <summary>As the other, for some of the tensors.</summary>
    /// <param name="left">The first checkpoint.</param>
    /// <param name="right">The second.</param>
    /// <param name="selects">Whether a tensor is looked at.</param>
    /// <param name="threads">Worker threads.</param>
    /// <param name="starting">Hears, once, how many weights there are to compare.</param>
    /// <param name="progress">Hears weights compared.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    internal static IReadOnlyList<TensorComparison> Compare(
        Checkpoint left, Checkpoint right, Func<string, bool> selects, int threads, Action<long>? starting, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var names = left.Tensors.Keys.Union(right.Tensors.Keys).Where(selects).Order(StringComparer.Ordinal).ToList();
        var comparable = names.Where(n => IsComparable(left.Tensors.GetValueOrDefault(n), right.Tensors.GetValueOrDefault(n))).ToList();
        var chunks = Chunk.Cut([.. comparable.Select(n => left.Tensors[n].Info)]);
        var parts = new Difference[chunks.Count];
        starting?.Invoke(chunks.Sum(c => (long)c.Count));
        ChunkLoop.Run(chunks, threads, () => new Scratch(), (chunk, scratch, _) =>
        {
            parts[chunk.Sequence] = Measure(chunk, left.Tensors[chunk.Tensor.Name], right.Tensors[chunk.Tensor.Name], scratch);
            progress?.Report(chunk.Count);
        }, _ => { }, cancellationToken);
        var sums = chunks.GroupBy(c => c.Tensor.Name, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Select(c => parts[c.Sequence]).Aggregate((a, b) => a + b), StringComparer.Ordinal);
        return [.. names.Select(n => Describe(n, left.Tensors.GetValueOrDefault(n), right.Tensors.GetValueOrDefault(n), sums.GetValueOrDefault(n)))];
    }

    private static bool IsComparable(CheckpointTensor? left, CheckpointTensor? right) =>
        left is not null && right is not null && left.Info.Shape.SequenceEqual(right.Info.Shape)
        && (left.Info.DType == right.Info.DType || (left.Info.DType.IsMergeable() && right.Info.DType.IsMergeable()));

    private static Difference Measure(Chunk chunk, CheckpointTensor left, CheckpointTensor right, Scratch scratch)
    {
        var a = scratch.Left.Read(left, chunk.First, chunk.Count);
        var b = scratch.Right.Read(right, chunk.First, chunk.Count);
        if (!left.Info.DType.IsMergeable())
            return new Difference(chunk.Count, CountEqualBytes(a, b, chunk.Count), double.NaN, double.NaN, double.NaN);
        var x = scratch.A.AsSpan(0, chunk.Count);
        var y = scratch.B.AsSpan(0, chunk.Count);
        Widening.ToSingle(a, left.Info.DType, x);
        Widening.ToSingle(b, right.Info.DType, y);
        var equal = left.Info.DType == right.Info.DType ? Reducing.CountEqual(a, b, left.Info.DType) : Reducing.CountEqual(x, y);
        return new Difference(chunk.Count, equal, Reducing.SumOfSquares(x), Reducing.SumOfSquares(y), Reducing.SquaredDistance(x, y));
    }

    /// <summary>Elements narrower than a byte count as equal only where the whole chunk is.</summary>
    private static long CountEqualBytes(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, int count)
    {
        if (a.SequenceEqual(b))
            return count;
        if (a.Length < count)
            return 0;
        var size = a.Length / count;
        long equal = 0;
        for (var i = 0; i < count; i++)
        {
            if (a.Slice(i * size, size).SequenceEqual(b.Slice(i * size, size)))
                equal++;
        }
        return equal;
    }

    private static TensorComparison Describe(string name, CheckpointTensor? left, CheckpointTensor? right, Difference sum) => new(
        name, Describe(left), Describe(right), sum.Elements, sum.Equal,
        sum.Elements == 0 ? double.NaN : new DonorStatistics(sum.Right, sum.Distance).Cosine(sum.Left),
        sum.Elements == 0 ? double.NaN : new DonorStatistics(sum.Right, sum.Distance).RelativeDistance(sum.Left))
    {
        LeftNorm = sum.Elements == 0 ? double.NaN : Math.Sqrt(sum.Left),
        RightNorm = sum.Elements == 0 ? double.NaN : Math.Sqrt(sum.Right),
        DifferenceNorm = sum.Elements == 0 ? double.NaN : Math.Sqrt(sum.Distance),
    };

    private static string? Describe(CheckpointTensor? tensor) => tensor is null ? null : $"{tensor.Info.DType.Name()} {tensor.Info.ShapeText}";

    private sealed class Scratch
    {
        public TensorReader Left { get; } = new();

        public TensorReader Right { get; } = new();

        public float[] A { get; } = new float[Chunk.Elements];

        public float[] B { get; } = new float[Chunk.Elements];
    }

    private readonly record struct Difference(long Elements, long Equal, double Left, double Right, double Distance)
    {
        public static Difference operator +(Difference a, Difference b) =>
            new(a.Elements + b.Elements, a.Equal + b.Equal, a.Left + b.Left, a.Right + b.Right, a.Distance + b.Distance);
    }
}
