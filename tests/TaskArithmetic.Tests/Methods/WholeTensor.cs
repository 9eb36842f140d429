using TaskArithmetic.Kernels;
using TaskArithmetic.Methods;

namespace TaskArithmetic.Tests.Methods;

/// <summary>
/// Runs a method over tensors that lie in memory, as <see cref="TensorMerge"/> promises its methods: passes first, measures added in the
/// order of chunks, then every block mapped.
/// </summary>
internal sealed record WholeTensor
{
    /// <summary>Elements of a chunk as the executor cuts them.</summary>
    public const int UsualChunk = 1 << 16;

    /// <summary>The context, whose number of inputs says how many operands there are.</summary>
    public required TensorContext Context { get; init; }

    /// <summary>What the method says its inputs are.</summary>
    public required MethodSchema Schema { get; init; }

    /// <summary>The base model's values; null where there is none.</summary>
    public float[]? Base { get; init; }

    /// <summary>The models' values.</summary>
    public required IReadOnlyList<float[]> Models { get; init; }

    /// <summary>Elements of a chunk; for rows, as many whole rows as fit, at least one.</summary>
    public int Chunk { get; init; } = UsualChunk;

    /// <summary>Number of threads that share the chunks.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The merged values before the rounding to the output's dtype.</summary>
    public float[] Merge(IMergeMethod method) => Merge(method, out _, out _);

    /// <summary>As <see cref="Merge(IMergeMethod)"/>, with the change that the method asked for and the number of passes it made.</summary>
    public float[] Merge(IMergeMethod method, out float[] change, out int passes)
    {
        var merge = method.Bind(Context);
        var operands = Operands();
        passes = Learn(merge, operands);
        var output = new float[Context.Elements];
        var asked = new float[Context.Elements];
        Share(Chunks(merge), (_, chunk) => merge.Map(BlockOf(operands, chunk), output.AsSpan(chunk.First, chunk.Length), asked.AsSpan(chunk.First, chunk.Length)));
        change = asked;
        return output;
    }

    /// <summary>A model less the base, as a method of task vectors sees it.</summary>
    public float[] TaskVector(int model)
    {
        var vector = (float[])Models[model].Clone();
        Combining.Subtract(vector, Base!);
        Context.Round(vector);
        return vector;
    }

    /// <summary>The method bound to this tensor, with everything learnt that its passes teach.</summary>
    public TensorMerge Learnt(IMergeMethod method)
    {
        var merge = method.Bind(Context);
        Learn(merge, Operands());
        return merge;
    }

    /// <summary>Adds what this tensor tells about the whole model; the caller then gives the sum over all tensors to their contexts.</summary>
    public void Survey(IMergeMethod method, IMeasure into)
    {
        var merge = method.Bind(Context);
        var operands = Operands();
        Learn(merge, operands);
        foreach (var chunk in Chunks(merge))
        {
            var measure = merge.BeginSurvey();
            merge.Survey(BlockOf(operands, chunk), measure);
            into.Add(measure);
        }
    }

    private int Learn(TensorMerge merge, OperandValues operands)
    {
        var passes = 0;
        for (; merge.NeedsPass(passes); passes++)
            merge.Learn(passes, Reduce(merge, passes, operands, Chunks(merge)));
        return passes;
    }

    /// <summary>Task vectors are <c>R(xᵢ − b)</c>; models are rounded to the working dtype.</summary>
    private OperandValues Operands()
    {
        var rounded = Context.HasBase ? (float[])Base!.Clone() : [];
        Context.Round(rounded);
        return new OperandValues(rounded, [.. Models.Select(model =>
        {
            var operand = (float[])model.Clone();
            Context.Round(operand);
            if (Schema.Operands == TaskArithmetic.Methods.Operands.TaskVectors)
            {
                Combining.Subtract(operand, rounded);
                Context.Round(operand);
            }
            return operand;
        })]);
    }

    private IMeasure Reduce(TensorMerge merge, int pass, OperandValues operands, IReadOnlyList<(int First, int Length)> chunks)
    {
        var whole = merge.Begin(pass);
        if (whole.IsExact)
        {
            var perThread = Enumerable.Range(0, Threads).Select(_ => merge.Begin(pass)).ToArray();
            Share(chunks, (thread, chunk) => merge.Reduce(pass, BlockOf(operands, chunk), perThread[thread]));
            foreach (var measure in perThread)
                whole.Add(measure);
            return whole;
        }
        var perChunk = chunks.Select(_ => merge.Begin(pass)).ToArray();
        Share([.. chunks.Select((_, i) => (i, 1))], (_, index) => merge.Reduce(pass, BlockOf(operands, chunks[index.First]), perChunk[index.First]));
        foreach (var measure in perChunk)
            whole.Add(measure);
        return whole;
    }

    /// <summary>Threads take chunks in turn, so that neighbours are seen by different ones.</summary>
    private void Share(IReadOnlyList<(int First, int Length)> chunks, Action<int, (int First, int Length)> work)
    {
        if (Threads == 1)
        {
            foreach (var chunk in chunks)
                work(0, chunk);
            return;
        }
        var threads = Enumerable.Range(0, Threads).Select(t => new Thread(() =>
        {
            for (var i = t; i < chunks.Count; i += Threads)
                work(t, chunks[i]);
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
    }

    private Blocks BlockOf(OperandValues operands, (int First, int Length) chunk) =>
        new(chunk.First, chunk.Length, Context.HasBase ? operands.Base.AsSpan(chunk.First, chunk.Length) : default, operands.Inputs, chunk.First);

    private List<(int First, int Length)> Chunks(TensorMerge merge)
    {
        var elements = (int)Context.Elements;
        var length = merge.Unit switch
        {
            Unit.Tensor => Math.Max(1, elements),
            Unit.Row => (int)Math.Max(1, Chunk / Math.Max(1, Context.RowLength)) * (int)Math.Max(1, Context.RowLength),
            _ => Chunk,
        };
        var chunks = new List<(int, int)>();
        for (var first = 0; first < elements; first += length)
            chunks.Add((first, Math.Min(length, elements - first)));
        return chunks;
    }

    private sealed record OperandValues(float[] Base, float[][] Inputs);
}
