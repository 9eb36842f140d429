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

/// <summary>Two sides opened as task vectors: a model less the base, a pair, or a vector file.</summary>
internal sealed class VectorComparison : IDisposable
{
    private readonly IReadOnlyList<Side> sides;
    private readonly Checkpoint? common;
    private readonly Checkpoint? target;
    private readonly List<string> leftOut = [];

    private VectorComparison(IReadOnlyList<Side> sides, Checkpoint? common, Checkpoint? target) =>
        (this.sides, this.common, this.target) = (sides, common, target);

    /// <summary>Opens both sides, and the base and target where they are named; the problems of all of them are reported together.</summary>
    /// <param name="left">The first side.</param>
    /// <param name="right">The second.</param>
    /// <param name="basePath">What models are a vector's length away from; null where sides bring their own.</param>
    /// <param name="targetPath">What the vectors are to be added to; null: the base.</param>
    /// <exception cref="DiagnosticException">TA2001–TA2005, TA2037: files; TA2132: a model without a base.</exception>
    public static VectorComparison Open(ComparedSide left, ComparedSide right, string? basePath, string? targetPath)
    {
        using var opening = new Opening();
        var common = opening.Open(basePath);
        var target = opening.Open(targetPath) ?? common;
        var sides = new[] { left, right }.Select(s => new Side(s, opening.Open(s.Path), opening.Open(s.Minus))).ToList();
        foreach (var side in sides.Where(s => s.From is not null && s.Minus is null && common is null && !s.IsVector))
            opening.Findings.Add(CompareDiagnostics.NoBase(side.What.Path));
        var fitting = opening.Finish();
        return new([.. sides.Select(s => s.Of(fitting))], common is null ? null : fitting(common), target is null ? null : fitting(target));
    }

    /// <summary>Whether a path holds a vector file that says so itself.</summary>
    public static bool IsVector(Checkpoint checkpoint) => VectorMetadata.Of(checkpoint) is not null;

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
        return new([.. sides.Select((s, i) => new VectorLabel(i == 0 ? "a" : "b", s.Formula(common)))], measured, leftOut);
    }

    public void Dispose()
    {
        foreach (var checkpoint in sides.SelectMany(s => new[] { s.From, s.Minus }).Append(common).Append(target).OfType<Checkpoint>().Distinct())
            checkpoint.Dispose();
    }

    /// <summary>Every tensor of either side once: a tied head is its embedding.</summary>
    private IEnumerable<string> Names()
    {
        var names = sides.SelectMany(s => s.From!.Tensors.Keys).Distinct().Order(StringComparer.Ordinal).ToList();
        var isTied = sides.Select(s => s.From!).Append(common).OfType<Checkpoint>().Any(c => c.IsTied);
        return isTied && names.Any(n => n != TiedHead.HeadName && TiedHead.IsHeadOrEmbedding(n)) ? names.Where(n => n != TiedHead.HeadName) : names;
    }

    /// <summary>The inputs of one tensor; null, with the reason noted, where a model lacks it or has another shape or dtype.</summary>
    private MeasuredTensorInputs? Find(string name)
    {
        var shape = sides.Select(s => Stored(s.From, name)?.Info.Shape).OfType<IReadOnlyList<ulong>>().FirstOrDefault();
        if (shape is null)
        {
            leftOut.Add($"{name} (no float weights)");
            return null;
        }
        var vectors = new List<VectorTensor?>();
        foreach (var side in sides)
        {
            var isPair = side.Minus is not null;
            var (values, minus) = (Fitting(side.From, name, shape), isPair ? Fitting(side.Minus, name, shape) : side.IsVector ? null : Fitting(common, name, shape));
            // What a vector file does not hold is zero; what a model does not hold is unknown.
            if (values is null && side.IsVector && Stored(side.From, name) is null && !side.From!.Tensors.ContainsKey(name))
                vectors.Add(null);
            else if (values is null || (minus is null && !side.IsVector))
                return LeaveOut(name, $"{(values is null ? side.What.Path : side.What.Minus ?? common!.Path)} lacks it or has another shape or dtype");
            else
                vectors.Add(new(values, minus, side.What.Strength));
        }
        return new(name, shape, Fitting(common, name, shape), Fitting(target, name, shape), vectors);
    }

    private MeasuredTensorInputs? LeaveOut(string name, string reason)
    {
        leftOut.Add($"{name} ({reason})");
        return null;
    }

    private static StoredInput? Fitting(Checkpoint? checkpoint, string name, IReadOnlyList<ulong> shape) =>
        Stored(checkpoint, name) is { } tensor && tensor.Info.Shape.SequenceEqual(shape) ? new StoredInput(tensor) : null;

    private static CheckpointTensor? Stored(Checkpoint? checkpoint, string name) =>
        checkpoint is not null && checkpoint.TryGetTensor(name, out var tensor) && tensor.Info.DType.IsMergeable() ? tensor : null;

    /// <summary>A side with its files open.</summary>
    private sealed record Side(ComparedSide What, Checkpoint? From, Checkpoint? Minus)
    {
        public bool IsVector { get; } = Minus is null && From is not null && VectorComparison.IsVector(From);

        public string Formula(Checkpoint? common) =>
            What.Minus is { } minus ? $"{What.Path} − {minus}" : IsVector ? What.Path : $"{What.Path} − {common!.Path}";

        public Side Of(Func<Checkpoint, Checkpoint> fitting) => new(What, fitting(From!), Minus is null ? null : fitting(Minus));
    }

    /// <summary>Opens each path once and collects what is wrong.</summary>
    private sealed class Opening : IDisposable
    {
        private readonly Dictionary<string, Checkpoint> opened = new(StringComparer.Ordinal);
        private bool isFinished;

        public List<Diagnostic> Findings { get; } = [];

        public Checkpoint? Open(string? path)
        {
            if (path is null)
                return null;
            if (opened.TryGetValue(Path.GetFullPath(path), out var known))
                return known;
            try
            {
                return opened[Path.GetFullPath(path)] = Checkpoint.Open(path);
            }
            catch (DiagnosticException e)
            {
                Findings.AddRange(e.Diagnostics.Except(Findings));
                return null;
            }
        }

        /// <summary>Gives the checkpoints under names without training wrappers, unless something was wrong.</summary>
        public Func<Checkpoint, Checkpoint> Finish()
        {
            if (Findings.Count > 0)
                throw new DiagnosticException(Findings);
            isFinished = true;
            var unwrapped = WrapperNames.Drop([.. opened.Values]);
            return checkpoint => unwrapped[checkpoint].Unwrapped;
        }

        public void Dispose()
        {
            if (isFinished)
                return;
            foreach (var checkpoint in opened.Values)
                checkpoint.Dispose();
        }
    }
}
