using System.Collections.Concurrent;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Inputs;
using TaskArithmetic.Kernels;
using TaskArithmetic.Methods;
using TaskArithmetic.Planning;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Streaming;

/// <summary>How a stream runs.</summary>
/// <param name="Threads">Worker threads; the result does not depend on them.</param>
/// <param name="AllowNonFinite">Whether NaN and infinities pass.</param>
/// <param name="Progress">Hears how many bytes of the output are done.</param>
/// <param name="WritesChange">Whether the merged task vector is the output instead of base and vector.</param>
internal sealed record StreamOptions(int Threads, bool AllowNonFinite, IProgress<long>? Progress, bool WritesChange = false);

/// <summary>Where a stream writes: one file, in its layout.</summary>
internal interface IStreamSink
{
    /// <summary>Takes a chunk's bytes in the output dtype; several threads call.</summary>
    void Write(Chunk chunk, ReadOnlySpan<byte> bytes, CancellationToken stop);
}

/// <summary>
/// The one executor: reads the inputs of planned tensors chunk by chunk, makes the passes that methods ask for, merges, measures, rounds.
/// Merging, checking, extracting and comparing are this stream with other inputs, observers and sinks.
/// </summary>
/// <param name="observer">What is measured on the way.</param>
/// <param name="options">How to run.</param>
internal sealed class TensorStream(IStreamObserver observer, StreamOptions options)
{
    /// <summary>
    /// Elements of the tensors whose passes run side by side. Small enough that a later pass finds the inputs in the page cache, large
    /// enough that threads seldom wait for one another.
    /// </summary>
    private const long WindowElements = 1 << 22;

    private readonly ConcurrentBag<StreamScratch> pool = [];

    /// <summary>What methods counted, found and remarked so far.</summary>
    public MethodFindings Findings { get; } = new();

    /// <summary>The observer if it can do without values, and the merged weights are what is written.</summary>
    private readonly IFusedObserver? fused = options.WritesChange ? null : observer as IFusedObserver;

    /// <summary>Learns what the methods need to know of the whole model; null if none asks.</summary>
    /// <param name="tensors">All tensors of the output, in file order.</param>
    /// <param name="cancellationToken">Stops between chunks.</param>
    public IMeasure? Survey(IReadOnlyList<PlannedTensor> tensors, CancellationToken cancellationToken)
    {
        IMeasure? whole = null;
        var surveyed = tensors.Where(t => t.Merge is { Method.Schema.Surveys: true } && t.Elements > 0).ToList();
        foreach (var window in Windows([.. surveyed.Select(t => new Bound(t, t.Merge!.Bind(null))).Where(b => b.Merge!.NeedsSurvey)]))
        {
            Learn(window, cancellationToken);
            foreach (var (_, measure) in Measure(window, b => b.Merge!.BeginSurvey(), (b, x, into) => b.Merge!.Survey(x, into), cancellationToken))
            {
                if (whole is null)
                    whole = measure;
                else
                    whole.Add(measure);
            }
        }
        return whole;
    }

    /// <summary>Merges the tensors of one file.</summary>
    /// <param name="tensors">The tensors, in file order.</param>
    /// <param name="layout">The file's layout: the same tensors in the same order.</param>
    /// <param name="survey">What <see cref="Survey"/> learnt.</param>
    /// <param name="sink">Takes the bytes; null if nothing is written.</param>
    /// <param name="hashing">Takes the bytes that are read; null if nobody asks for digests of the inputs.</param>
    /// <param name="cancellationToken">Stops between chunks.</param>
    /// <returns>What was measured of every merged tensor.</returns>
    /// <exception cref="DiagnosticException">TA2018 and TA3001 for values that are not finite; what reading finds.</exception>
    public IReadOnlyDictionary<string, IMeasure> Run(
        IReadOnlyList<PlannedTensor> tensors, IReadOnlyList<TensorInfo> layout, IMeasure? survey, IStreamSink? sink, InputHashing? hashing, CancellationToken cancellationToken)
    {
        var nonFinite = new NonFiniteValues();
        var bound = tensors.ToDictionary(t => t.Name, t => new Bound(t, t.Merge?.Bind(survey)), StringComparer.Ordinal);
        var chunks = Chunk.Cut(layout, info => bound[info.Name].Unit);
        var parts = new IMeasure?[chunks.Count];
        var byTensor = chunks.ToLookup(c => c.Tensor.Name, StringComparer.Ordinal);
        foreach (var window in Windows([.. layout.Select(info => bound[info.Name])]))
        {
            Learn(window, cancellationToken);
            foreach (var tensor in window.Where(b => b.Merge is not null && b.Tensor.Elements > 0))
                Findings.Take(tensor.Tensor, tensor.Merge!);
            var here = window.SelectMany(b => byTensor[b.Tensor.Name]).ToList();
            ChunkLoop.Run(here, options.Threads, Rent, (chunk, scratch, stop) =>
            {
                scratch.Reader.Seen = hashing is null ? null : (tensor, offset, bytes) => hashing.Append(tensor, offset, bytes.Span, stop);
                var output = scratch.Bytes(chunk.ByteCount(chunk.Tensor.DType));
                parts[chunk.Sequence] = Process(chunk, bound[chunk.Tensor.Name], scratch, output, nonFinite);
                sink?.Write(chunk, output, stop);
                options.Progress?.Report(output.Length);
            }, pool.Add, cancellationToken);
            foreach (var tensor in window)
                tensor.Release();
        }
        if (nonFinite.Any && !options.AllowNonFinite)
            throw new DiagnosticException(nonFinite.Findings);
        return Fold(chunks, parts);
    }

    /// <summary>What the chunks of a file read, in the order of <see cref="Run"/>.</summary>
    public static IEnumerable<PlannedRead> ReadsOf(IReadOnlyList<PlannedTensor> tensors, IReadOnlyList<TensorInfo> layout)
    {
        var byName = tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
        var units = tensors.ToDictionary(t => t.Name, t => t.Merge?.Bind(null).Unit ?? Unit.Element, StringComparer.Ordinal);
        return Chunk.Cut(layout, info => units[info.Name]).SelectMany(chunk => byName[chunk.Tensor.Name].StoredRuns.Select(input => new PlannedRead(
            input.Tensor.File, input.Tensor.File.Header.DataStart + input.Tensor.Info.Begin + chunk.ByteOffset(input.DType), chunk.ByteCount(input.DType))));
    }

    private StreamScratch Rent() => pool.TryTake(out var scratch) ? scratch : new StreamScratch();

    /// <summary>Runs of tensors; all at once where no method makes passes.</summary>
    private static IEnumerable<IReadOnlyList<Bound>> Windows(IReadOnlyList<Bound> tensors)
    {
        if (!tensors.Any(t => t.Merge?.NeedsPass(0) == true))
        {
            yield return tensors;
            yield break;
        }
        var window = new List<Bound>();
        long elements = 0;
        foreach (var tensor in tensors)
        {
            if (window.Count > 0 && elements + tensor.Tensor.Elements > WindowElements)
            {
                yield return window;
                window = [];
                elements = 0;
            }
            window.Add(tensor);
            elements += tensor.Tensor.Elements;
        }
        yield return window;
    }

    /// <summary>Makes the passes that the methods of a window ask for.</summary>
    private void Learn(IReadOnlyList<Bound> window, CancellationToken cancellationToken)
    {
        for (var pass = 0; ; pass++)
        {
            var learning = window.Where(b => b.Tensor.Elements > 0 && b.Merge?.NeedsPass(pass) == true).ToList();
            if (learning.Count == 0)
                return;
            foreach (var (tensor, measure) in Measure(learning, b => b.Merge!.Begin(pass), (b, x, into) => b.Merge!.Reduce(pass, x, into), cancellationToken))
                tensor.Merge!.Learn(pass, measure);
        }
    }

    /// <summary>Reduces tensors: exact measures by thread, others chunk by chunk in the order of chunks.</summary>
    private List<(Bound Tensor, IMeasure Whole)> Measure(
        IReadOnlyList<Bound> tensors, Func<Bound, IMeasure> begin, Reduction reduce, CancellationToken cancellationToken)
    {
        var byName = tensors.ToDictionary(t => t.Tensor.Name, StringComparer.Ordinal);
        var chunks = Chunk.Cut([.. tensors.Select(t => t.Info)], info => byName[info.Name].Unit);
        var whole = tensors.ToDictionary(t => t, begin);
        var parts = new IMeasure?[chunks.Count];
        ChunkLoop.Run(chunks, options.Threads, Rent, (chunk, scratch, _) =>
        {
            var tensor = byName[chunk.Tensor.Name];
            if (!whole[tensor].IsExact)
                Reduce(chunk, tensor, scratch, reduce, parts[chunk.Sequence] = begin(tensor));
            else
                Reduce(chunk, tensor, scratch, reduce, scratch.Measures.TryGetValue(tensor, out var mine) ? mine : scratch.Measures[tensor] = begin(tensor));
        }, scratch =>
        {
            lock (whole)
            {
                foreach (var (tensor, measure) in scratch.Measures)
                    whole[(Bound)tensor].Add(measure);
            }
            scratch.Measures.Clear();
            pool.Add(scratch);
        }, cancellationToken);
        foreach (var chunk in chunks)
        {
            if (parts[chunk.Sequence] is { } part)
                whole[byName[chunk.Tensor.Name]].Add(part);
        }
        return [.. tensors.Select(t => (t, whole[t]))];
    }

    private static void Reduce(Chunk chunk, Bound bound, StreamScratch scratch, Reduction reduce, IMeasure into)
    {
        scratch.Reader.Seen = null;
        scratch.Reader.Hold(bound.Tensor.StoredRuns, chunk.First, chunk.Count);
        var step = Prepare(chunk, bound, scratch);
        for (var start = 0; start < chunk.Count; start += step)
            reduce(bound, Operands(bound, chunk.First + start, Math.Min(step, chunk.Count - start), scratch, isObserved: false), into);
    }

    /// <summary>Makes room for blocks: what a first-level cache holds, or rows and whole tensors as they come.</summary>
    /// <returns>Elements in a block.</returns>
    private static int Prepare(Chunk chunk, Bound bound, StreamScratch scratch)
    {
        var step = bound.Unit == Unit.Element ? Math.Min(Chunk.BlockElements, chunk.Count) : chunk.Count;
        scratch.Block.Reserve(step, bound.Tensor.Inputs.Count);
        return step;
    }

    /// <summary>Reads a block's inputs and makes of them what the method gets.</summary>
    /// <param name="bound">The tensor.</param>
    /// <param name="first">First element.</param>
    /// <param name="count">Number of elements.</param>
    /// <param name="scratch">Buffers.</param>
    /// <param name="isObserved">Whether observers will look at what is subtracted; a pass spares the copy.</param>
    private static Blocks Operands(Bound bound, long first, int count, StreamScratch scratch, bool isObserved)
    {
        var (planned, block) = (bound.Tensor, scratch.Block);
        var context = planned.Merge!.Context;
        planned.Target.Read(first, block.Target.AsSpan(0, count), scratch.Reader);
        for (var i = 0; i < planned.Inputs.Count; i++)
        {
            var input = planned.Inputs[i];
            input.From.Read(first, block.From[i].AsSpan(0, count), scratch.Reader);
            if (input.Minus is null)
            {
                block.Operands[i] = InWorkingDType(context, block.From[i], block.Values[i], count);
                continue;
            }
            var minus = block.Minus[i];
            if (!input.Minus.Equals(planned.Target))
                input.Minus.Read(first, minus.AsSpan(0, count), scratch.Reader);
            else if (isObserved)
                block.Target.AsSpan(0, count).CopyTo(minus);
            else
                minus = block.Target;
            block.Operands[i] = block.Values[i];
            Subtract(context, block.From[i], minus, block.Rounded, block.Values[i].AsSpan(0, count));
        }
        var target = InWorkingDType(context, block.Target, block.Rounded, count);
        return new Blocks(first, count, planned.Merge.ReadsBase ? target.AsSpan(0, count) : [], block.Operands, 0);
    }

    /// <summary>mergekit casts its inputs to the working dtype first; exact merges keep what they read.</summary>
    private static float[] InWorkingDType(TensorContext context, float[] values, float[] rounded, int count)
    {
        if (context.Precision == Precision.Exact)
            return values;
        values.AsSpan(0, count).CopyTo(rounded);
        context.Round(rounded.AsSpan(0, count));
        return rounded;
    }

    /// <summary>R(R(from) − R(minus)); in exact precision one float32 subtraction.</summary>
    private static void Subtract(TensorContext context, float[] from, float[] minus, float[] rounded, Span<float> difference)
    {
        if (context.Precision == Precision.Exact)
        {
            Combining.Difference(from.AsSpan(0, difference.Length), minus.AsSpan(0, difference.Length), difference);
            return;
        }
        from.AsSpan(0, difference.Length).CopyTo(difference);
        context.Round(difference);
        Combining.Subtract(difference, InWorkingDType(context, minus, rounded, difference.Length).AsSpan(0, difference.Length));
        context.Round(difference);
    }

    private IMeasure? Process(Chunk chunk, Bound bound, StreamScratch scratch, Span<byte> output, NonFiniteValues nonFinite)
    {
        scratch.Reader.Hold(bound.Tensor.StoredRuns, chunk.First, chunk.Count);
        if (bound.Tensor.IsCopy)
        {
            Copy(chunk, (StoredInput)bound.Tensor.Target, scratch, output, nonFinite);
            return null;
        }
        var measure = observer.Begin(bound.Tensor);
        var step = Prepare(chunk, bound, scratch);
        // What fused blocks measure is added behind the others: an order that depends on the values only.
        var measured = fused is null ? null : bound.Fused?.Begin();
        for (var start = 0; start < chunk.Count; start += step)
        {
            var count = Math.Min(step, chunk.Count - start);
            var width = bound.Tensor.OutputDType.Bytes();
            if (measured is null || !bound.Fused!.TryMerge(scratch.Reader, start, output.Slice(start * width, count * width), measured))
                Block(chunk, bound, start, count, scratch, output, nonFinite, measure);
        }
        if (measured is { Elements: > 0 })
            fused!.Observe(bound.Tensor, measured, measure);
        return measure;
    }

    private static void Copy(Chunk chunk, StoredInput input, StreamScratch scratch, Span<byte> output, NonFiniteValues nonFinite)
    {
        scratch.Reader.Read(input.Tensor, chunk.First, chunk.Count).CopyTo(output);
        if (!input.DType.IsMergeable())
            return;
        scratch.Block.Reserve(chunk.Count, 0);
        var values = scratch.Block.Target.AsSpan(0, chunk.Count);
        Widening.ToSingle(output, input.DType, values);
        nonFinite.CheckInput(Reducing.SumOfSquares(values), values, input.Tensor, chunk.First);
    }

    private void Block(Chunk chunk, Bound bound, int start, int count, StreamScratch scratch, Span<byte> output, NonFiniteValues nonFinite, IMeasure measure)
    {
        var block = scratch.Block;
        var (planned, dtype, first) = (bound.Tensor, bound.Tensor.OutputDType, chunk.First + start);
        var merged = block.Output.AsSpan(0, count);
        var change = block.Change.AsSpan(0, count);
        Merge(bound, first, scratch, merged, change);
        observer.Observe(
            new StreamBlock { Tensor = planned, First = first, Target = block.Target.AsSpan(0, count), Output = merged, Change = change, Scratch = block, NonFinite = nonFinite }, measure);
        var bytes = output.Slice(start * dtype.Bytes(), count * dtype.Bytes());
        Narrowing.FromSingle(merged, dtype, bytes);
        Widening.ToSingle(bytes, dtype, merged);
        nonFinite.CheckOutput(merged, chunk.Tensor, first);
        if (bound.KeepsTarget)
            scratch.Reader.Read(((StoredInput)planned.Target).Tensor, first, count).CopyTo(bytes);
    }

    private void Merge(Bound bound, long first, StreamScratch scratch, Span<float> merged, Span<float> change)
    {
        var (planned, block) = (bound.Tensor, scratch.Block);
        if (bound.Merge is null)
        {
            planned.Target.Read(first, block.Target.AsSpan(0, merged.Length), scratch.Reader);
            block.Target.AsSpan(0, merged.Length).CopyTo(merged);
            change.Clear();
            return;
        }
        var operands = Operands(bound, first, merged.Length, scratch, isObserved: true);
        bound.Merge.Map(operands, merged, change);
        if (options.WritesChange)
        {
            change.CopyTo(merged);
        }
        else if (planned.Merge!.Method.Schema.Operands == Methods.Operands.Models)
        {
            // What is asked of a weight is the way from the target to the mean of models.
            merged.CopyTo(change);
            Combining.Subtract(change, planned.Merge.ReadsBase ? operands.Base : block.Target.AsSpan(0, merged.Length));
        }
    }

    private static SortedDictionary<string, IMeasure> Fold(IReadOnlyList<Chunk> chunks, IMeasure?[] parts)
    {
        var sums = new SortedDictionary<string, IMeasure>(StringComparer.Ordinal);
        foreach (var chunk in chunks)
        {
            if (parts[chunk.Sequence] is not { } part)
                continue;
            if (sums.TryGetValue(chunk.Tensor.Name, out var sum))
                sum.Add(part);
            else
                sums[chunk.Tensor.Name] = part;
        }
        return sums;
    }

    private delegate void Reduction(Bound tensor, Blocks x, IMeasure into);

    /// <summary>A tensor with its arithmetic, which may hold what passes learnt.</summary>
    private sealed class Bound(PlannedTensor tensor, TensorMerge? merge)
    {
        public PlannedTensor Tensor => tensor;

        public TensorMerge? Merge { get; private set; } = merge;

        public Unit Unit { get; } = merge?.Unit ?? Unit.Element;

        public TensorInfo Info { get; } = new(tensor.Name, tensor.OutputDType, tensor.Shape, 0, SafetensorsLayout.ByteLength(tensor.OutputDType, tensor.Shape));

        public bool KeepsTarget { get; } = merge?.KeepsBase == true && tensor.Target is StoredInput && tensor.OutputDType == tensor.Target.DType;

        /// <summary>The short way; null where it is none for this tensor.</summary>
        public FusedTensor? Fused { get; } = FusedTensor.Of(tensor, merge);

        public void Release() => Merge = null;
    }

    /// <summary>One thread's buffers and its part of exact measures.</summary>
    private sealed class StreamScratch
    {
        private byte[] output = [];

        public TensorReader Reader { get; } = new();

        public BlockScratch Block { get; } = new();

        public Dictionary<object, IMeasure> Measures { get; } = new(ReferenceEqualityComparer.Instance);

        public Span<byte> Bytes(int length)
        {
            if (output.Length < length)
                output = GC.AllocateUninitializedArray<byte>(length);
            return output.AsSpan(0, length);
        }
    }
}
