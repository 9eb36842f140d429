using System.Buffers;
using System.Globalization;
using System.Text.Json;
using TaskArithmetic.Adapters;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Kernels;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Inputs;

/// <summary>
/// <c>W + s·B·A</c>, or the delta <c>s·B·A</c> alone, computed run by run: the sum over the rank first (in ascending order), then the scale, then
/// W, in float32 (the order is that of <see cref="LowRankProduct"/>).
/// </summary>
/// <param name="factors">The product.</param>
/// <param name="original">W; null for the delta.</param>
/// <param name="shape">Shape of the tensor: a product of one row may stand for a tensor of one axis.</param>
internal sealed class LowRankInput(LowRankFactors factors, ITensorInput? original, IReadOnlyList<ulong> shape) : ITensorInput
{
    public IReadOnlyList<ulong> Shape => shape;

    public DType DType => original?.DType ?? DType.F32;

    public IReadOnlyList<CheckpointTensor> Stored { get; } = [.. original?.Stored ?? [], .. factors.Stored];

    public string Identity(Func<SafetensorsFile, string> identityOf) => string.Create(
        CultureInfo.InvariantCulture,
        $"low-rank({original?.Identity(identityOf) ?? "0"} + {factors.Scale:R} * {string.Join(" ", factors.Stored.Select(t => $"{identityOf(t.File)} {JsonSerializer.Serialize(t.Info.Name)}"))})");

    public void Read(long first, Span<float> values, TensorReader reader)
    {
        factors.Fill(first, values);
        if (original is null)
            return;
        var buffer = ArrayPool<float>.Shared.Rent(values.Length);
        var weights = buffer.AsSpan(0, values.Length);
        original.Read(first, weights, reader);
        Combining.Add(values, weights);
        ArrayPool<float>.Shared.Return(buffer);
    }
}

/// <summary>
/// DoRA (arXiv 2402.09353): <c>m / ‖V‖ · V</c> with <c>V = W + s·B·A</c> and the norm of each row, which is computed where a run needs it
/// first: the squares are summed in double over the whole row, the root is rounded to float32, then quotient and product.
/// </summary>
/// <param name="sum">V.</param>
/// <param name="magnitude">m, a value for each row.</param>
internal sealed class DoraInput(ITensorInput sum, CheckpointTensor magnitude) : ITensorInput
{
    private readonly int columns = (int)sum.Shape[1];

    // Written once for each row, by whoever comes first; two that come together compute the same. Zero stands for none yet.
    private readonly float[] factors = new float[(int)sum.Shape[0]];
    private readonly Lazy<float[]> magnitudes = new(() =>
    {
        var read = new float[magnitude.Info.ElementCount];
        Widening.ToSingle(magnitude.File.Read(magnitude.Info), magnitude.Info.DType, read);
        return read;
    });

    public IReadOnlyList<ulong> Shape => sum.Shape;

    public DType DType => sum.DType;

    public IReadOnlyList<CheckpointTensor> Stored { get; } = [.. sum.Stored, magnitude];

    public string Identity(Func<SafetensorsFile, string> identityOf) =>
        $"dora({sum.Identity(identityOf)}, {identityOf(magnitude.File)} {JsonSerializer.Serialize(magnitude.Info.Name)})";

    public void Read(long first, Span<float> values, TensorReader reader)
    {
        var lastRow = (first + values.Length - 1) / columns;
        for (var row = first / columns; values.Length > 0 && row <= lastRow; row++)
        {
            if (Volatile.Read(ref factors[row]) == 0)
                Volatile.Write(ref factors[row], FactorOf(row, reader));
        }
        sum.Read(first, values, reader);
        for (var at = first; !values.IsEmpty;)
        {
            var count = (int)Math.Min(values.Length, columns - (at % columns));
            Combining.Multiply(values[..count], factors[at / columns]);
            values = values[count..];
            at += count;
        }
    }

    private float FactorOf(long row, TensorReader reader)
    {
        var buffer = ArrayPool<float>.Shared.Rent(columns);
        var whole = buffer.AsSpan(0, columns);
        sum.Read(row * columns, whole, reader);
        var factor = magnitudes.Value[row] / (float)Math.Sqrt(Reducing.SumOfSquares(whole));
        ArrayPool<float>.Shared.Return(buffer);
        return factor;
    }
}
