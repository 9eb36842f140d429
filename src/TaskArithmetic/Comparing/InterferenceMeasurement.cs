using TaskArithmetic.Inputs;
using TaskArithmetic.Measuring;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Streaming;

namespace TaskArithmetic.Comparing;

/// <summary>
/// Streams the tensors of several task vectors, of their bases and of the target, and sums what a report says of them. Sums are formed in
/// blocks and chunks of fixed sizes and added in their order, so that they depend neither on threads nor on SIMD width.
/// </summary>
/// <param name="vectors">Number of vectors.</param>
/// <param name="chunkElements">Elements of a chunk, for tests: only the last bits of sums depend on it.</param>
internal sealed class InterferenceMeasurement(int vectors, int chunkElements = Chunk.Elements)
{
    /// <summary>Sums every tensor.</summary>
    /// <param name="tensors">The tensors, in the order of the result.</param>
    /// <param name="threads">Worker threads.</param>
    /// <param name="starting">Hears, once, how many weights there are.</param>
    /// <param name="progress">Hears weights measured.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The sums of each tensor.</returns>
    /// <exception cref="Diagnostics.DiagnosticException">TA2001: a file became unreadable.</exception>
    public IReadOnlyList<InterferenceSums> Run(
        IReadOnlyList<MeasuredTensorInputs> tensors, int threads, Action<long>? starting, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        starting?.Invoke(tensors.Sum(t => t.Elements));
        var parts = tensors.Select(t => (Inputs: t, Sums: new TensorParts(vectors, Strengths(t), Parts(t)))).ToList();
        var owners = parts.ToDictionary(p => p.Inputs.Name, StringComparer.Ordinal);
        ChunkLoop.Run(Cut(tensors), threads, () => new Worker(vectors, chunkElements), (chunk, worker, _) =>
        {
            var (inputs, sums) = owners[chunk.Tensor.Name];
            sums.Put(chunk.Index, worker.Measure(inputs, chunk.First, chunk.Count));
            progress?.Report(chunk.Count);
        }, _ => { }, cancellationToken);
        return [.. parts.Select(p => p.Sums.Whole)];
    }

    private static double[] Strengths(MeasuredTensorInputs tensor) => [.. tensor.Vectors.Select(v => v?.Strength ?? 0)];

    private int Parts(MeasuredTensorInputs tensor) => checked((int)((tensor.Elements + chunkElements - 1) / chunkElements));

    private List<Chunk> Cut(IReadOnlyList<MeasuredTensorInputs> tensors)
    {
        var chunks = new List<Chunk>();
        foreach (var tensor in tensors)
        {
            var info = new TensorInfo(tensor.Name, DType.F32, tensor.Shape, 0, tensor.Elements * sizeof(float));
            for (var i = 0; i < Parts(tensor); i++)
            {
                var first = (long)i * chunkElements;
                chunks.Add(new Chunk(chunks.Count, info, i, first, (int)Math.Min(chunkElements, tensor.Elements - first)));
            }
        }
        return chunks;
    }

    /// <summary>The sums of a tensor's chunks: they are added in order when the last of them is there, so that few are held at a time.</summary>
    private sealed class TensorParts(int vectors, double[] strengths, int count)
    {
        private readonly InterferenceSums?[] parts = new InterferenceSums?[count];
        private int missing = count;

        /// <summary>The whole tensor, once all its chunks are there.</summary>
        public InterferenceSums Whole { get; } = new(vectors);

        public void Put(int index, InterferenceSums sums)
        {
            parts[index] = sums;
            if (Interlocked.Decrement(ref missing) > 0)
                return;
            foreach (var part in parts)
                Whole.Add(part!);
            Whole.Strengthen(strengths);
            Array.Clear(parts);
        }
    }

    /// <summary>One thread's buffers and reader.</summary>
    private sealed class Worker(int vectors, int chunkElements)
    {
        private readonly TensorReader reader = new();
        private readonly MeasuringScratch scratch = new(vectors, Math.Min(chunkElements, Chunk.BlockElements));
        private readonly float[][] differences = [.. Enumerable.Range(0, vectors).Select(_ => new float[chunkElements])];
        private readonly float[][] models = [.. Enumerable.Range(0, vectors).Select(_ => new float[chunkElements])];
        private readonly List<float[]> buffers = [];

        public InterferenceSums Measure(MeasuredTensorInputs tensor, long first, int count)
        {
            var values = Read(tensor, first, count);
            var operands = tensor.Vectors.Select((vector, i) => VectorOperand.Of(
                vector is null ? null : values[vector.Values],
                vector?.Minus is { } minus ? values[minus] : null,
                (vector?.Base ?? tensor.Base) is { } common ? values[common] : null,
                (float)(vector?.Strength ?? 0), differences[i], models[i], count)).ToArray();
            var target = tensor.Target is null ? null : values[tensor.Target];
            var sums = new InterferenceSums(vectors);
            for (var start = 0; start < count; start += Chunk.BlockElements)
                sums.Measure(operands, target, start, Math.Min(Chunk.BlockElements, count - start), scratch);
            return sums;
        }

        /// <summary>Reads each input once, however many vectors share it.</summary>
        private Dictionary<ITensorInput, float[]> Read(MeasuredTensorInputs tensor, long first, int count)
        {
            while (buffers.Count < tensor.Inputs.Count)
                buffers.Add(new float[chunkElements]);
            var read = new Dictionary<ITensorInput, float[]>();
            foreach (var (i, input) in tensor.Inputs.Index())
            {
                input.Read(first, buffers[i].AsSpan(0, count), reader);
                read.Add(input, buffers[i]);
            }
            return read;
        }
    }
}
