using TaskArithmetic.Adapters;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Inputs;
using TaskArithmetic.Methods;

namespace TaskArithmetic.Planning;

/// <summary>
/// PEFT adapters among the inputs of a recipe. An adapter alone is a vector for the target; with a <c>minus</c> it is that model with the adapter
/// merged into it, and so it is for methods that combine whole models, on the target. As <c>model+lora</c> it is merged into its model.
/// </summary>
/// <param name="target">The target of the merge.</param>
/// <param name="allowNonFinite">Whether NaN and infinities in factors pass.</param>
/// <param name="makesVector">Whether vectors are combined, so that there is no target whose tensors an adapter could replace.</param>
/// <param name="findings">Receives what is wrong.</param>
internal sealed class AdapterSources(Checkpoint target, bool allowNonFinite, bool makesVector, List<Diagnostic> findings) : IDisposable
{
    private readonly Dictionary<(string Folder, Checkpoint Model), AdapterModel?> opened = [];

    /// <summary>Whether an adapter cannot be used.</summary>
    public bool Failed { get; private set; }

    /// <summary>An adapter that stands in place of a model or vector.</summary>
    public TensorSource Alone(string path, Checkpoint? minus, Operands operands)
    {
        // Its file may be named as well.
        var folder = File.Exists(path) ? Path.GetDirectoryName(Path.GetFullPath(path))! : path;
        if (minus is null && makesVector)
            return Fail(PlanDiagnostics.AdapterNeedsModel(folder));
        var model = minus ?? target;
        if (Open(folder, model) is not { } adapter)
            return TensorSource.Of(model);
        if (minus is not null || operands == Operands.Models)
            return Merged(adapter, model, rounds: false);
        if (adapter.Replacing is { Count: > 0 } whole && AdapterDiagnostics.ReplacesInTarget(folder, whole) is var finding && !findings.Contains(finding))
            findings.Add(finding);
        return new TensorSource(
            Checkpoint.OfAdapter(folder, adapter.File),
            adapter.Changed.Select(name => (name, Delta: adapter.Delta(name))).Where(t => t.Delta is not null).ToDictionary(t => t.name, t => t.Delta!, StringComparer.Ordinal),
            [adapter.File]);
    }

    /// <summary>A model with an adapter merged into it, rounded once to the model's own dtype as a stored merge would be.</summary>
    public TensorSource On(Checkpoint model, string folder) =>
        Open(folder, model) is { } adapter ? Merged(adapter, model, rounds: true) : TensorSource.Of(model);

    public void Dispose()
    {
        foreach (var adapter in opened.Values)
            adapter?.Dispose();
    }

    private static TensorSource Merged(AdapterModel adapter, Checkpoint model, bool rounds) => new(
        model,
        model.Tensors.ToDictionary(t => t.Key, t => adapter.Merged(t.Key, rounds ? t.Value.Info.DType : null), StringComparer.Ordinal),
        [.. model.Shards, adapter.File]);

    private AdapterModel? Open(string folder, Checkpoint model)
    {
        if (opened.TryGetValue((folder, model), out var known))
            return known;
        try
        {
            var adapter = AdapterModel.Open(folder, model, allowNonFinite);
            findings.AddRange(adapter.Warnings.Except(findings));
            return opened[(folder, model)] = adapter;
        }
        catch (DiagnosticException e)
        {
            findings.AddRange(e.Diagnostics.Except(findings));
            Failed = true;
            return opened[(folder, model)] = null;
        }
    }

    private TensorSource Fail(Diagnostic finding)
    {
        findings.Add(finding);
        Failed = true;
        return TensorSource.Of(target);
    }
}
