using System.Buffers;
using TaskArithmetic.Kernels;
using TaskArithmetic.Methods.Matrices;
using TaskArithmetic.Methods.Summing;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Methods.Cutting;

/// <summary>How a sparsified vector is scaled.</summary>
internal enum Rescaling
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>To the L1 norm that the vector had before.</summary>
    L1Norm,

    /// <summary>By 1/density, which keeps the expectation of every entry.</summary>
    Density,
}

/// <summary>What the methods of this family differ in.</summary>
/// <param name="Sparsifications">What survives of each input; null where all does.</param>
internal sealed record SparsifiedMergeOptions(IReadOnlyList<ISparsification?> Sparsifications)
{
    /// <summary>Whether a sign is elected at every position.</summary>
    public bool ElectsSign { get; init; }

    /// <summary>How what survives is scaled.</summary>
    public Rescaling Rescaling { get; init; }

    /// <summary>What a block must hold.</summary>
    public Unit Unit { get; init; }
}

/// <summary>
/// The family of TIES, DARE, DELLA and breadcrumbs: every task vector is sparsified and perhaps rescaled, then the vectors are weighted and
/// summed, all of them or those that agree with an elected sign.
/// </summary>
internal sealed class SparsifiedMerge(TensorContext context, SparsifiedMergeOptions options) : TaskVectorMerge(context)
{
    // Buffers of one tile for every input stay in the first-level cache.
    private const int Tile = 2048;
    private const float Vanishing = 1e-7f;

    private readonly double[] weights = context.Arguments.Numbers("weight");
    private readonly bool normalize = context.Arguments.Flag("normalize");
    private readonly double lambda = context.Arguments.Number("lambda");
    private readonly ISparsification?[] sparsifications = [.. options.Sparsifications];
    private readonly double[]? scales = options.Rescaling switch
    {
        Rescaling.None => null,
        Rescaling.Density => [.. options.Sparsifications.Select((s, i) => s is null or NoEntries ? 1 : 1 / context.Arguments.Number(i, "density"))],
        _ => options.Sparsifications.All(s => s is null) ? null : new double[options.Sparsifications.Count],
    };

    private bool hasNorms = options.Rescaling != Rescaling.L1Norm || options.Sparsifications.All(s => s is null or NoEntries);

    /// <inheritdoc/>
    public override Unit Unit => options.Unit;

    /// <inheritdoc/>
    public override bool KeepsBase =>
        Context.Precision == Precision.Exact && weights.Select((w, i) => w * lambda == 0 || options.Sparsifications[i] is NoEntries).All(isNothing => isNothing);

    /// <inheritdoc/>
    public override bool NeedsPass(int pass) => Context.Elements > 0 && (IsSelecting || !hasNorms);

    private bool IsSelecting => sparsifications.Any(s => s?.NeedsPass == true);

    /// <inheritdoc/>
    public override IMeasure Begin(int pass) => IsSelecting
        ? new MeasureSet([.. sparsifications.Select(s => s?.NeedsPass == true ? s.Begin() : null)])
        : new MeasureSet([.. sparsifications.Select(s => s is null ? null : new MeasureSet(NewNorm(), NewNorm(), s is RankedEntries ? new KeptEntries() : null))]);

    /// <inheritdoc/>
    public override void Reduce(int pass, Blocks x, IMeasure into)
    {
        var measures = (MeasureSet)into;
        var isSelecting = IsSelecting;
        for (var i = 0; i < x.Count; i++)
        {
            if (measures[i] is not { } measure)
                continue;
            if (isSelecting)
                sparsifications[i]!.Reduce(x[i], x.First, measure);
            else
                ReduceNorms(x[i], x.First, sparsifications[i]!, (MeasureSet)measure);
        }
    }

    /// <inheritdoc/>
    public override void Learn(int pass, IMeasure whole)
    {
        var measures = (MeasureSet)whole;
        var isSelecting = IsSelecting;
        for (var i = 0; i < sparsifications.Length; i++)
        {
            if (isSelecting && measures[i] is { } measure)
                sparsifications[i]!.Learn(measure);
            else if (!isSelecting)
                Learn(i, measures[i] as MeasureSet);
        }
        hasNorms |= !isSelecting;
    }

    private void Learn(int input, MeasureSet? norms)
    {
        scales![input] = norms is null ? 1 : ScaleOf(norms[0]!, norms[1]!);
        if (norms?[2] is KeptEntries kept)
            sparsifications[input] = kept;
    }

    /// <inheritdoc/>
    protected override void Combine(Blocks x, Span<float> merged)
    {
        var tile = options.Unit == Unit.Row ? (int)(Math.Max(1, Tile / Context.RowLength) * Context.RowLength) : Tile;
        tile = Math.Min(tile, x.Length);
        var buffer = ArrayPool<float>.Shared.Rent(tile * (x.Count + 1));
        for (var start = 0; start < x.Length; start += tile)
        {
            var length = Math.Min(tile, x.Length - start);
            Combine(x, start, buffer.AsSpan(0, length * (x.Count + 1)), merged.Slice(start, length));
        }
        ArrayPool<float>.Shared.Return(buffer);
    }

    private void Combine(Blocks x, int start, Span<float> buffer, Span<float> merged)
    {
        var length = merged.Length;
        for (var i = 0; i < x.Count; i++)
        {
            var survivors = buffer.Slice(i * length, length);
            Keep(sparsifications[i], x[i].Slice(start, length), x.First + start, survivors);
            Weigh(i, survivors);
        }
        var terms = buffer[..(x.Count * length)];
        var divisor = buffer[^length..];
        if (options.ElectsSign)
            Elect(terms, merged, divisor);
        else
            Sum(terms, merged);
        if (lambda != 1 && (options.ElectsSign || Context.Precision == Precision.Mergekit))
        {
            Combining.Multiply(merged, (float)lambda);
            Context.Round(merged);
        }
    }

    private static void Keep(ISparsification? sparsification, ReadOnlySpan<float> values, long first, Span<float> survivors)
    {
        if (sparsification is null)
            values.CopyTo(survivors);
        else
            sparsification.Keep(values, first, survivors);
    }

    /// <summary>
    /// In mergekit precision the rescaled vector is rounded, then its product with the rounded weight. In exact precision all factors are
    /// one float32, formed in double.
    /// </summary>
    private void Weigh(int input, Span<float> survivors)
    {
        if (Context.Precision == Precision.Exact)
        {
            Combining.Multiply(survivors, (float)(weights[input] * (scales?[input] ?? 1) * (options.ElectsSign ? 1 : lambda / SumOfWeights)));
            return;
        }
        if (scales is not null && scales[input] != 1)
        {
            Combining.Multiply(survivors, (float)scales[input]);
            Context.Round(survivors);
        }
        Combining.Multiply(survivors, Context.Round((float)weights[input]));
        Context.Round(survivors);
    }

    private double SumOfWeights => normalize ? weights.Sum() : 1;

    private void Elect(ReadOnlySpan<float> terms, Span<float> merged, Span<float> divisor)
    {
        Span<float> rounded = stackalloc float[weights.Length];
        for (var i = 0; i < weights.Length; i++)
            rounded[i] = Context.Round((float)weights[i]);
        var rounding = Context.Precision == Precision.Mergekit ? Context.WorkingDType : DType.F32;
        SignElection.Elect(terms, terms, rounded, merged, divisor, rounding);
        if (!normalize)
            return;
        Combining.DivideByNonZero(merged, divisor);
        Context.Round(merged);
    }

    private void Sum(ReadOnlySpan<float> terms, Span<float> merged)
    {
        merged.Clear();
        for (var i = 0; i < weights.Length; i++)
            Combining.Add(merged, terms.Slice(i * merged.Length, merged.Length));
        Context.Round(merged);
        if (!normalize || Context.Precision == Precision.Exact)
            return;
        var divisor = Context.Round(weights.Aggregate(0f, (sum, weight) => sum + Context.Round((float)weight)));
        Combining.Divide(merged, MathF.Abs(divisor) < 1e-8f ? 1f : divisor);
        Context.Round(merged);
    }

    private IMeasure NewNorm() => Context.Precision == Precision.Mergekit ? new TorchSum(Context.Elements, Context.WorkingDType) : new MagnitudeSum();

    private void ReduceNorms(ReadOnlySpan<float> values, long first, ISparsification sparsification, MeasureSet norms)
    {
        var survivors = ArrayPool<float>.Shared.Rent(values.Length);
        sparsification.Keep(values, first, survivors.AsSpan(0, values.Length));
        Append(norms[0]!, first, values);
        Append(norms[1]!, first, survivors.AsSpan(0, values.Length));
        (norms[2] as KeptEntries)?.Append(first, survivors.AsSpan(0, values.Length));
        ArrayPool<float>.Shared.Return(survivors);
    }

    private static void Append(IMeasure norm, long first, ReadOnlySpan<float> values)
    {
        if (norm is MagnitudeSum sum)
        {
            sum.Append(first, values);
            return;
        }
        var magnitudes = ArrayPool<float>.Shared.Rent(values.Length);
        Magnitudes.Take(values, magnitudes.AsSpan(0, values.Length));
        ((TorchSum)norm).Append(first, magnitudes.AsSpan(0, values.Length));
        ArrayPool<float>.Shared.Return(magnitudes);
    }

    /// <summary>The norm before over the norm after; in mergekit precision both and their quotient are rounded, and vanishing ones give 1.</summary>
    private double ScaleOf(IMeasure before, IMeasure after)
    {
        if (before is MagnitudeSum exact)
            return ((MagnitudeSum)after).Total is > 0 and var rest ? exact.Total / rest : 1;
        var whole = Context.Round(((TorchSum)before).Total());
        var part = Context.Round(((TorchSum)after).Total());
        return whole < Vanishing || part < Vanishing ? 1 : Context.Round(whole / part);
    }
}
