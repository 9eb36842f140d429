using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Inputs;

namespace TaskArithmetic.Comparing;

/// <summary>A side of a comparison with its files open.</summary>
/// <param name="What">What was asked for.</param>
/// <param name="From">The model's tensors, or the vector's own.</param>
/// <param name="Base">What the vector changes; null where that is unknown.</param>
/// <param name="HoldsDifferences">Whether <paramref name="From"/> holds the vector's elements rather than a model's.</param>
/// <param name="Formula">The vector in words.</param>
internal sealed record VectorSide(ComparedSide What, TensorSource From, TensorSource? Base, bool HoldsDifferences, string Formula);

/// <summary>Opens the models, vectors and adapters of a comparison, each once, and collects what is wrong with all of them.</summary>
internal sealed class VectorOpening : IDisposable
{
    private readonly Dictionary<string, Checkpoint> checkpoints = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorSource> sources = new(StringComparer.Ordinal);
    private readonly List<IDisposable> opened = [];

    /// <summary>What is wrong so far.</summary>
    public List<Diagnostic> Findings { get; } = [];

    /// <summary>Opens a path.</summary>
    /// <param name="path">The path; null for none.</param>
    /// <param name="mayBeAdapter">Whether an adapter may stand there, which then waits for its model.</param>
    public void Add(string? path, bool mayBeAdapter = false)
    {
        if (path is null || checkpoints.ContainsKey(path) || (mayBeAdapter && IsAdapter(path)))
            return;
        try
        {
            opened.Add(checkpoints[path] = Checkpoint.Open(path));
        }
        catch (DiagnosticException e)
        {
            Findings.AddRange(e.Diagnostics.Except(Findings));
        }
    }

    /// <summary>Whether a path needs no base: a vector file, or one that could not be opened.</summary>
    public bool IsVector(string path) => !IsAdapter(path) && (!checkpoints.TryGetValue(path, out var checkpoint) || VectorComparison.IsVector(checkpoint));

    /// <summary>Gives the checkpoints names without training wrappers, unless something is wrong.</summary>
    /// <exception cref="DiagnosticException">Everything that is wrong.</exception>
    public void Finish()
    {
        if (Findings.Count > 0)
            throw new DiagnosticException(Findings);
        var unwrapped = WrapperNames.Drop([.. checkpoints.Values]);
        foreach (var (path, checkpoint) in checkpoints)
            sources[path] = TensorSource.Of(unwrapped[checkpoint].Unwrapped);
    }

    /// <summary>The tensors of a path that was added.</summary>
    public TensorSource Source(string path) => sources[path];

    /// <summary>One side of the comparison.</summary>
    /// <exception cref="DiagnosticException">TA2110–TA2118: an adapter is damaged, or does not fit its model.</exception>
    public VectorSide Side(ComparedSide what, TensorSource? common)
    {
        var own = what.Minus is { } minus ? Source(minus) : common;
        if (IsAdapter(what.Path))
            return new(what, AdapterOn(what.Path, own!), own, true, $"{what.Path} on {own!.Checkpoint.Path}");
        var from = Source(what.Path);
        var isVector = what.Minus is null && VectorComparison.IsVector(from.Checkpoint);
        return new(what, from, own, isVector, isVector ? what.Path : $"{what.Path} − {own!.Checkpoint.Path}");
    }

    /// <summary>Hands over what is open, to whoever closes it.</summary>
    public IReadOnlyList<IDisposable> Release()
    {
        IReadOnlyList<IDisposable> all = [.. opened];
        opened.Clear();
        return all;
    }

    public void Dispose()
    {
        foreach (var file in opened)
            file.Dispose();
    }

    private static bool IsAdapter(string path) => Adapter.At(path) is not null;

    /// <summary>What an adapter adds to a model, tensor by tensor, by the model's names.</summary>
    private TensorSource AdapterOn(string folder, TensorSource model)
    {
        var adapter = AdapterModel.Open(Directory.Exists(folder) ? folder : Path.GetDirectoryName(Path.GetFullPath(folder))!, model.Checkpoint, allowNonFinite: true);
        opened.Add(adapter);
        var changes = adapter.Changed.Select(name => (Name: name, Delta: adapter.Delta(name))).Where(c => c.Delta is not null);
        return new(model.Checkpoint, changes.ToDictionary(c => c.Name, c => c.Delta!, StringComparer.Ordinal), [adapter.File]);
    }
}
