using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Inputs;
using TaskArithmetic.Measuring;
using TaskArithmetic.Methods;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Comparing;

/// <summary>How a comparison of vectors runs.</summary>
internal sealed record VectorComparisonOptions
{
    /// <summary>Worker threads; no number depends on them.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether a tensor is looked at.</summary>
    public Func<string, bool> Selects { get; init; } = _ => true;

    /// <summary>Decomposes matrices; null where singular values are not asked for.</summary>
    public ILinearAlgebra? LinearAlgebra { get; init; }

    /// <summary>What of them is looked at.</summary>
    public SpectrumOptions Spectrum { get; init; } = new();

    /// <summary>Hears, once, how many weights there are to measure.</summary>
    public Action<long>? Starting { get; init; }

    /// <summary>Hears weights measured.</summary>
    public IProgress<long>? Progress { get; init; }
}

/// <summary>Two sides opened as task vectors: a model less the base, a pair, a vector file, or an adapter on its model.</summary>
internal sealed class VectorComparison : IDisposable
{
    private readonly IReadOnlyList<VectorSide> sides;
    private readonly TensorSource? common;
    private readonly TensorSource? target;
    private readonly IReadOnlyList<IDisposable> opened;
    private readonly List<string> leftOut = [];

    private VectorComparison(IReadOnlyList<VectorSide> sides, TensorSource? common, TensorSource? target, IReadOnlyList<IDisposable> opened) =>
        (this.sides, this.common, this.target, this.opened) = (sides, common, target, opened);

    /// <summary>Opens both sides, and the base and target where they are named; the problems of all of them are reported together.</summary>
    /// <param name="left">The first side.</param>
    /// <param name="right">The second.</param>
    /// <param name="basePath">What models are a vector's length away from; null where sides bring their own.</param>
    /// <param name="targetPath">What the vectors are to be added to; null: the base.</param>
    /// <exception cref="DiagnosticException">TA2001–TA2005, TA2110–TA2118: files; TA2132: a model or an adapter without a base.</exception>
    public static VectorComparison Open(ComparedSide left, ComparedSide right, string? basePath, string? targetPath)
    {
        using var opening = new VectorOpening();
        opening.Add(basePath);
        opening.Add(targetPath);
        foreach (var side in (ComparedSide[])[left, right])
        {
            opening.Add(side.Minus);
            opening.Add(side.Path, mayBeAdapter: true);
            if (side.Minus is null && basePath is null && !opening.IsVector(side.Path))
                opening.Findings.Add(CompareDiagnostics.NoBase(side.Path));
        }
        opening.Finish();
        var common = basePath is null ? null : opening.Source(basePath);
        var target = targetPath is null ? common : opening.Source(targetPath);
        List<VectorSide> sides = [opening.Side(left, common), opening.Side(right, common)];
        return new(sides, common, target, opening.Release());
    }

    /// <summary>Whether a checkpoint is a vector file that says so itself.</summary>
    public static bool IsVector(Checkpoint checkpoint) => VectorMetadata.Of(checkpoint) is not null || IsCompact(checkpoint);

    /// <summary>Whether a checkpoint holds a vector in another form than its elements.</summary>
    public static bool IsCompact(Checkpoint checkpoint) => CompactHeader.Of(checkpoint) is not null;

    /// <summary>Measures both vectors.</summary>
    /// <exception cref="DiagnosticException">TA2131: nothing can be compared; TA2001: a file became unreadable.</exception>
    public InterferenceReport Measure(VectorComparisonOptions options, CancellationToken cancellationToken)
    {
        var tensors = Names().Where(options.Selects).Select(Find).OfType<MeasuredTensorInputs>().ToList();
        if (tensors.Count == 0)
            throw new DiagnosticException(CompareDiagnostics.NothingInCommon([.. sides.Select(s => s.What.Path)], leftOut));
        var sums = new InterferenceMeasurement(sides.Count).Run(tensors, options.Threads, options.Starting, options.Progress, cancellationToken);
        var spectral = options.LinearAlgebra is null ? null : new SpectralMeasurement(options.Spectrum, options.LinearAlgebra);
        var measured = new List<MeasuredTensor>();
        foreach (var (i, tensor) in tensors.Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            measured.Add(new(tensor.Name, sums[i], spectral?.Measure(tensor)));
        }
        return new([.. sides.Select((s, i) => new VectorLabel(i == 0 ? "a" : "b", s.Formula))], measured, leftOut);
    }

    public void Dispose()
    {
        foreach (var file in opened)
            file.Dispose();
    }

    /// <summary>Every tensor of either side once: a tied head is its embedding.</summary>
    private IEnumerable<string> Names()
    {
        var names = sides.SelectMany(s => s.From.Tensors.Keys).Distinct().Order(StringComparer.Ordinal).ToList();
        return IsTied && names.Any(n => n != TiedHead.HeadName && TiedHead.IsHeadOrEmbedding(n)) ? names.Where(n => n != TiedHead.HeadName) : names;
    }

    private bool IsTied => sides.Select(s => s.From).Append(common).OfType<TensorSource>().Any(s => s.Checkpoint.IsTied);

    /// <summary>The inputs of one tensor; null, with the reason noted, where a model lacks it or has another shape or dtype.</summary>
    private MeasuredTensorInputs? Find(string name)
    {
        var shape = sides.Select(s => s.From.Find(name, IsTied)).FirstOrDefault(t => t?.DType.IsMergeable() == true)?.Shape;
        // Integers have no vector.
        if (shape is null)
            return null;
        var vectors = new List<VectorTensor?>();
        foreach (var side in sides)
        {
            var (values, minus) = (Fitting(side.From, name, shape), Fitting(side.Base, name, shape));
            // What a vector does not hold is zero; what a model does not hold is unknown.
            if (side.HoldsDifferences && side.From.Find(name, IsTied) is null)
                vectors.Add(null);
            else if (values is null || (minus is null && !side.HoldsDifferences))
                return LeaveOut(name, $"{(values is null ? side.What.Path : side.Base!.Checkpoint.Path)} lacks it or has another shape or dtype");
            else
                vectors.Add(side.HoldsDifferences ? new(values, null, side.What.Strength) { Base = minus } : new(values, minus, side.What.Strength));
        }
        return new(name, shape, Fitting(common, name, shape), Fitting(target, name, shape), vectors);
    }

    private MeasuredTensorInputs? LeaveOut(string name, string reason)
    {
        leftOut.Add($"{name} ({reason})");
        return null;
    }

    private ITensorInput? Fitting(TensorSource? source, string name, IReadOnlyList<ulong> shape) =>
        source?.Find(name, IsTied) is { } tensor && tensor.DType.IsMergeable() && tensor.Shape.SequenceEqual(shape) ? tensor : null;
}
