using System.Buffers;
using System.Text.Json;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Kernels;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Inputs;

/// <summary>The difference of two inputs in float32.</summary>
internal sealed class DifferenceInput(ITensorInput from, ITensorInput minus) : ITensorInput
{
    public IReadOnlyList<ulong> Shape => from.Shape;

    public DType DType => DType.F32;

    public IReadOnlyList<CheckpointTensor> Stored { get; } = [.. from.Stored, .. minus.Stored];

    public string Identity(Func<SafetensorsFile, string> identityOf) => $"({from.Identity(identityOf)} - {minus.Identity(identityOf)})";

    public void Read(long first, Span<float> values, TensorReader reader)
    {
        var buffer = ArrayPool<float>.Shared.Rent(values.Length);
        var subtrahend = buffer.AsSpan(0, values.Length);
        minus.Read(first, subtrahend, reader);
        from.Read(first, values, reader);
        Combining.Subtract(values, subtrahend);
        ArrayPool<float>.Shared.Return(buffer);
    }
}

/// <summary>Another input rounded to a dtype, as if it had been stored in it.</summary>
internal sealed class RoundedInput(ITensorInput input, DType dtype) : ITensorInput
{
    public IReadOnlyList<ulong> Shape => input.Shape;

    public DType DType => dtype;

    public IReadOnlyList<CheckpointTensor> Stored => input.Stored;

    public string Identity(Func<SafetensorsFile, string> identityOf) => $"{dtype.Name()}({input.Identity(identityOf)})";

    public void Read(long first, Span<float> values, TensorReader reader)
    {
        input.Read(first, values, reader);
        Rounding.ToPrecision(values, dtype);
    }
}

/// <summary>A matrix of which some rows come from another tensor.</summary>
/// <param name="original">The matrix.</param>
/// <param name="rows">The other tensor's rows.</param>
/// <param name="indices">For each of them the row of the matrix whose place it takes.</param>
internal sealed class ReplacedRowsInput(ITensorInput original, CheckpointTensor rows, IReadOnlyList<long> indices) : ITensorInput
{
    private readonly Dictionary<long, int> replaced = indices.Index().ToDictionary(i => i.Item, i => i.Index);
    private readonly int columns = (int)original.Shape[^1];

    public IReadOnlyList<ulong> Shape => original.Shape;

    public DType DType => original.DType;

    public IReadOnlyList<CheckpointTensor> Stored { get; } = [.. original.Stored, rows];

    public string Identity(Func<SafetensorsFile, string> identityOf) =>
        $"rows({original.Identity(identityOf)}, {identityOf(rows.File)} {JsonSerializer.Serialize(rows.Info.Name)} {string.Join(',', indices)})";

    public void Read(long first, Span<float> values, TensorReader reader)
    {
        original.Read(first, values, reader);
        for (var at = first; !values.IsEmpty;)
        {
            var column = (int)(at % columns);
            var count = Math.Min(values.Length, columns - column);
            if (replaced.TryGetValue(at / columns, out var row))
                Widening.ToSingle(reader.Read(rows, ((long)row * columns) + column, count), rows.Info.DType, values[..count]);
            values = values[count..];
            at += count;
        }
    }
}
