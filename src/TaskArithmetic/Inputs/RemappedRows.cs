using TaskArithmetic.Checkpoints;
using TaskArithmetic.Kernels;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Inputs;

/// <summary>
/// A model's embedding or head with its rows on another vocabulary. Rows that the model lacks are those of other models, zeros, or means.
/// </summary>
/// <param name="map">Where the rows come from.</param>
/// <param name="models">The same tensor of each model; null where the map does not read it.</param>
/// <param name="own">The model whose tensor it is.</param>
/// <param name="rounding">What sums and quotients of means are rounded to, in mergekit precision; null: float32.</param>
internal sealed class RemappedRows(RowMap map, IReadOnlyList<ITensorInput?> models, int own, DType? rounding) : ITensorInput
{
    private readonly string digest = map.Digest();
    private float[]? filler;

    private ITensorInput Own => models[own]!;

    private int RowLength => (int)Shape.Skip(1).Aggregate(1UL, (product, extent) => product * extent);

    public IReadOnlyList<ulong> Shape { get; } = [(ulong)map.Count, .. models[own]!.Shape.Skip(1)];

    public DType DType => Own.DType;

    public IReadOnlyList<CheckpointTensor> Stored { get; } =
        [.. map.Models.Order().Where(m => m != own).Prepend(own).SelectMany(m => models[m]!.Stored).Distinct()];

    public string Identity(Func<SafetensorsFile, string> identityOf) =>
        $"rows {digest} {rounding} of {string.Join(' ', map.Models.Order().Select(m => $"{m}: {models[m]!.Identity(identityOf)}"))}";

    public void Read(long first, Span<float> values, TensorReader reader)
    {
        var length = RowLength;
        for (var done = 0; done < values.Length;)
        {
            var row = (int)((first + done) / length);
            var column = (int)((first + done) % length);
            var count = Math.Min(length - column, values.Length - done);
            var model = map.ModelOf(row);
            if (model >= 0)
                count = Extend(row, column, count, values.Length - done);
            ReadRow(row, column, values.Slice(done, count), reader);
            done += count;
        }
    }

    /// <summary>Rows that follow each other in one model are read at once.</summary>
    private int Extend(int row, int column, int count, int wanted)
    {
        var length = RowLength;
        var next = row + 1;
        while (column + count == (next - row) * length && count < wanted && next < map.Count && map.ModelOf(next) == map.ModelOf(row) && map.RowOf(next) == map.RowOf(row) + next - row)
        {
            count = Math.Min(count + length, wanted);
            next++;
        }
        return count;
    }

    private void ReadRow(int row, int column, Span<float> values, TensorReader reader)
    {
        switch (map.ModelOf(row))
        {
            case RowMap.Zero:
                values.Clear();
                break;
            case RowMap.Mean:
                ReadMean(map.Means[row], column, values, reader);
                break;
            case RowMap.Filler:
                Filler().AsSpan(column, values.Length).CopyTo(values);
                break;
            default:
                models[map.ModelOf(row)]!.Read((long)map.RowOf(row) * RowLength + column, values, reader);
                break;
        }
    }

    /// <summary>Rows are added in the order of models.</summary>
    private void ReadMean(IReadOnlyList<(int Model, int Row)> rows, int column, Span<float> values, TensorReader reader)
    {
        var one = new float[values.Length];
        values.Clear();
        foreach (var (model, row) in rows)
        {
            models[model]!.Read((long)row * RowLength + column, one, reader);
            Combining.Add(values, one);
            Round(values);
        }
        Combining.Divide(values, rows.Count);
        Round(values);
    }

    private void Round(Span<float> values)
    {
        if (rounding is { } dtype)
            Rounding.ToPrecision(values, dtype);
    }

    /// <summary>The mean of all rows that belong to tokens, in double and in the order of rows. Two threads may compute it, to the same bits.</summary>
    private float[] Filler() => LazyInitializer.EnsureInitialized(ref filler, () =>
    {
        var (reader, length) = (new TensorReader(), RowLength);
        var (sums, one) = (new double[length], new float[length]);
        var count = 0;
        for (var row = 0; row < map.Count; row++)
        {
            if (map.ModelOf(row) == RowMap.Filler)
                continue;
            ReadRow(row, 0, one, reader);
            for (var i = 0; i < length; i++)
                sums[i] += one[i];
            count++;
        }
        return [.. sums.Select(sum => (float)(sum / Math.Max(1, count)))];
    });
}
