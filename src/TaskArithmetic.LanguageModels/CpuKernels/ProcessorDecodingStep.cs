using System.Runtime.Intrinsics;

namespace TaskArithmetic.LanguageModels.CpuKernels;

/// <summary>
/// A decoding step on the processor without libtorch's operations: for few rows a step is bound by reading the weights,
/// and libtorch reads them at half of memory's speed. Activations stay float32; weights and cache keep their dtype.
/// A row's result is the same to the bit whatever rows are beside it and however many threads compute.
/// </summary>
/// <typeparam name="TFormat">How weights and cache are stored.</typeparam>
internal sealed unsafe class ProcessorDecodingStep<TFormat> : IDecodingStep
    where TFormat : struct, IWeightFormat
{
    private readonly ModelConfiguration model;
    private readonly RotaryEmbedding rotary;
    private readonly WorkSharing sharing;
    private readonly StoredLayer[] layers;
    private readonly StoredMatrix embedding;
    private readonly StoredMatrix head;
    private readonly float[] finalNorm;
    private readonly PinnedBuffer hidden = new();
    private readonly PinnedBuffer normalised = new();
    private readonly PinnedBuffer arranged = new();
    private readonly PinnedBuffer projected = new();
    private readonly PinnedBuffer queries = new();
    private readonly PinnedBuffer scores = new();
    private readonly PinnedBuffer sums = new();
    private readonly PinnedBuffer attended = new();
    private readonly PinnedBuffer wide = new();
    private readonly PinnedBuffer logits = new();
    private readonly PinnedBuffer angles = new();

    public ProcessorDecodingStep(ModelConfiguration model, DecoderWeights weights, RotaryEmbedding rotary, int threads)
    {
        this.model = model;
        this.rotary = rotary;
        sharing = new WorkSharing(threads);
        layers = [.. weights.Layers.Select(layer => new StoredLayer(layer))];
        embedding = new(weights.Embedding);
        head = new(weights.Head);
        finalNorm = StoredLayer.Vector(weights.FinalNorm)!;
    }

    private int QueryWidth => model.HeadCount * model.HeadDimension;

    private int KeyWidth => model.KeyValueHeadCount * model.HeadDimension;

    public ReadOnlySpan<float> Next(ReadOnlySpan<int> ids, KeyValueCache cache)
    {
        var rows = ids.Length;
        Reserve(rows, cache.Slots);
        Embed(ids);
        ComputeAngles(rows, cache);
        for (var layer = 0; layer < layers.Length; layer++)
        {
            Attention(layer, rows, cache);
            FeedForward(layers[layer], rows);
        }
        cache.Advance();
        Normalise(finalNorm, rows);
        Product(head, normalised, rows, logits);
        return logits.Slice(0, rows * model.VocabularySize);
    }

    private void Reserve(int rows, int slots)
    {
        hidden.Reserve(rows * model.HiddenSize);
        normalised.Reserve(rows * model.HiddenSize);
        arranged.Reserve(rows * Math.Max(Math.Max(model.HiddenSize, QueryWidth), model.IntermediateSize));
        projected.Reserve(rows * Math.Max(model.HiddenSize, QueryWidth + 2 * KeyWidth));
        queries.Reserve(rows * QueryWidth);
        attended.Reserve(rows * QueryWidth);
        scores.Reserve(rows * model.HeadCount * slots);
        sums.Reserve(rows * KeyWidth);
        wide.Reserve(rows * 2 * model.IntermediateSize);
        logits.Reserve(rows * model.VocabularySize);
        angles.Reserve(rows * model.HeadDimension);
    }

    private void Embed(ReadOnlySpan<int> ids)
    {
        for (var row = 0; row < ids.Length; row++)
        {
            var source = embedding.Data + (long)ids[row] * model.HiddenSize * TFormat.Bytes;
            var target = hidden.Slice(row * model.HiddenSize, model.HiddenSize);
            for (var i = 0; i < target.Length; i++)
                target[i] = TFormat.Load(source + i * TFormat.Bytes);
        }
    }

    private void ComputeAngles(int rows, KeyValueCache cache)
    {
        for (var row = 0; row < rows; row++)
        {
            var position = cache.Length - cache.Padding[row];
            rotary.Write(position, rotary.FrequenciesFor(position + 1), Cosines(row), Sines(row));
        }
    }

    private Span<float> Cosines(int row) => angles.Slice(row * model.HeadDimension, rotary.Width);

    private Span<float> Sines(int row) => angles.Slice(row * model.HeadDimension + rotary.Width, rotary.Width);

    private void Attention(int layer, int rows, KeyValueCache cache)
    {
        var weights = layers[layer];
        Normalise(weights.InputNorm, rows);
        Product(weights.QueryKeyValue, normalised, rows, projected);
        byte* keys = StoredMatrix.AddressOf(cache.Keys(layer)), values = StoredMatrix.AddressOf(cache.Values(layer));
        for (var row = 0; row < rows; row++)
            Place(weights, row, cache, keys, values);

        var end = cache.Length + 1;
        var window = model.SlidingWindows[layer] ?? int.MaxValue;
        var tasks = rows * model.KeyValueHeadCount;
        sharing.Run(tasks, 2L * end * QueryWidth / model.KeyValueHeadCount, 1, (first, last) =>
        {
            for (var task = first; task < last; task++)
                Attend(task, keys, values, cache, Math.Max(cache.Padding[task / model.KeyValueHeadCount], end - window), end);
        });
        for (var row = 0; row < rows; row++)
            TFormat.Arrange(attended.Slice(row * QueryWidth, QueryWidth), arranged.Slice(row * QueryWidth, QueryWidth));
        Product(weights.Output, arranged, rows, projected);
        AddToHidden(rows, weights.OutputBias);
    }

    /// <summary>Finishes one row's heads: biases, norms and rotation; queries are kept, keys and values go to the cache.</summary>
    private void Place(StoredLayer weights, int row, KeyValueCache cache, byte* keys, byte* values)
    {
        var width = model.HeadDimension;
        var all = projected.Slice(row * (QueryWidth + 2 * KeyWidth), QueryWidth + 2 * KeyWidth);
        if (weights.QueryKeyValueBias is { } bias)
            VectorFunctions.Add(all, bias);
        for (var index = 0; index < model.HeadCount + model.KeyValueHeadCount; index++)
        {
            var vector = all.Slice(index * width, width);
            if ((index < model.HeadCount ? weights.QueryNorm : weights.KeyNorm) is { } norm)
                VectorFunctions.RmsNorm(vector, norm, model.RmsNormEpsilon, vector);
            VectorFunctions.Rotate(vector, Cosines(row), Sines(row));
            if (index < model.HeadCount)
                TFormat.Arrange(vector, queries.Slice(row * QueryWidth + index * width, width));
            else
                Store(vector, Slot(keys, cache, row, index - model.HeadCount, cache.Length));
        }
        for (var index = 0; index < model.KeyValueHeadCount; index++)
            Store(all.Slice(QueryWidth + KeyWidth + index * width, width), Slot(values, cache, row, index, cache.Length));
    }

    private byte* Slot(byte* cached, KeyValueCache cache, int row, int keyHead, int slot) =>
        cached + (((long)row * model.KeyValueHeadCount + keyHead) * cache.Slots + slot) * model.HeadDimension * TFormat.Bytes;

    private static void Store(ReadOnlySpan<float> vector, byte* place)
    {
        for (var i = 0; i < vector.Length; i++)
            TFormat.Store(place + i * TFormat.Bytes, vector[i]);
    }

    private void Attend(int task, byte* keys, byte* values, KeyValueCache cache, int start, int end)
    {
        int row = task / model.KeyValueHeadCount, keyHead = task % model.KeyValueHeadCount;
        var group = model.HeadCount / model.KeyValueHeadCount;
        CachedAttention<TFormat>.Attend(
            Slot(keys, cache, row, keyHead, start), Slot(values, cache, row, keyHead, start), end - start, model.HeadDimension,
            queries.Pointer + (long)task * group * model.HeadDimension, group,
            scores.Pointer + (long)task * group * cache.Slots, sums.Pointer + (long)task * model.HeadDimension,
            attended.Pointer + (long)task * group * model.HeadDimension);
    }

    private void FeedForward(StoredLayer weights, int rows)
    {
        Normalise(weights.FeedForwardNorm, rows);
        int inner = model.IntermediateSize, stride = 2 * inner;
        var matrix = weights.GateUp;
        sharing.Run(inner, 2L * matrix.Columns * rows, Vector512<float>.Count, (first, end) =>
        {
            MatrixKernel<TFormat>.Multiply(matrix.Data, matrix.Columns, normalised.Pointer, rows, first, end, wide.Pointer, stride);
            var up = matrix.Data + (long)inner * matrix.Columns * TFormat.Bytes;
            MatrixKernel<TFormat>.Multiply(up, matrix.Columns, normalised.Pointer, rows, first, end, wide.Pointer + inner, stride);
            for (var row = 0; row < rows; row++)
                Activate(row * stride, first, end, weights.GateUpBias);
        });
        for (var row = 0; row < rows; row++)
            TFormat.Arrange(wide.Slice(row * stride, inner), arranged.Slice(row * inner, inner));
        Product(weights.Down, arranged, rows, projected);
        AddToHidden(rows, weights.DownBias);
    }

    private void Activate(int start, int first, int end, float[]? bias)
    {
        var inner = model.IntermediateSize;
        if (bias is not null)
        {
            VectorFunctions.Add(wide.Slice(start + first, end - first), bias.AsSpan(first, end - first));
            VectorFunctions.Add(wide.Slice(start + inner + first, end - first), bias.AsSpan(inner + first, end - first));
        }
        VectorFunctions.GatedSilu(wide.Pointer + start + first, wide.Pointer + start + inner + first, end - first);
    }

    /// <summary>normalised ← RmsNorm(hidden), in the format's arrangement.</summary>
    private void Normalise(float[] weight, int rows)
    {
        var width = model.HiddenSize;
        for (var row = 0; row < rows; row++)
        {
            var scratch = arranged.Slice(0, width);
            VectorFunctions.RmsNorm(hidden.Slice(row * width, width), weight, model.RmsNormEpsilon, scratch);
            TFormat.Arrange(scratch, normalised.Slice(row * width, width));
        }
    }

    private void Product(StoredMatrix matrix, PinnedBuffer vectors, int rows, PinnedBuffer result) =>
        sharing.Run(matrix.Rows, (long)matrix.Columns * rows, MatrixKernel<TFormat>.RowTile, (first, end) =>
            MatrixKernel<TFormat>.Multiply(matrix.Data, matrix.Columns, vectors.Pointer, rows, first, end, result.Pointer, matrix.Rows));

    private void AddToHidden(int rows, float[]? bias)
    {
        for (var row = 0; row < rows; row++)
        {
            var target = hidden.Slice(row * model.HiddenSize, model.HiddenSize);
            VectorFunctions.Add(target, projected.Slice(row * model.HiddenSize, model.HiddenSize));
            if (bias is not null)
                VectorFunctions.Add(target, bias);
        }
    }
}
