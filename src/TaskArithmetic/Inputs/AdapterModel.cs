using TaskArithmetic.Adapters;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Inputs;

/// <summary>
/// A PEFT adapter on a model: a whole model (<see cref="Merged"/>) or a vector (<see cref="Delta"/>), tensor by tensor. The model stays
/// the caller's to close. See docs/adapters.md.
/// </summary>
internal sealed class AdapterModel : IDisposable
{
    private readonly AdapterFile file;
    private readonly Checkpoint model;
    private readonly IReadOnlyDictionary<string, AdapterChange> changes;

    private AdapterModel(string folder, AdapterFile file, Checkpoint model, IReadOnlyDictionary<string, AdapterChange> changes, IReadOnlyList<Diagnostic> warnings)
    {
        Path = folder;
        Warnings = warnings;
        (this.file, this.model, this.changes) = (file, model, changes);
    }

    /// <summary>The folder, as it was given.</summary>
    public string Path { get; }

    /// <summary>The open weights of the adapter.</summary>
    public SafetensorsFile File => file.File;

    /// <summary>Oddities that do not stop the work.</summary>
    public IReadOnlyList<Diagnostic> Warnings { get; }

    /// <summary>Names, as the model has them, of the tensors that the adapter changes, in ordinal order.</summary>
    public IReadOnlyList<string> Changed => [.. changes.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Names of the tensors of which the adapter holds whole values, not what it adds.</summary>
    public IReadOnlyList<string> Replacing => [.. Changed.Where(name => changes[name] is { Replacement: not null, ReplacementIsCopy: false } or { Rows: not null })];

    /// <summary>Opens an adapter and holds it against a model, headers and (for finiteness) values of the adapter.</summary>
    /// <param name="folder">What PEFT's save_pretrained wrote.</param>
    /// <param name="model">The model that it changes: the base of a donor, the target of a vector.</param>
    /// <param name="allowNonFinite">Whether NaN and infinities in it are let through.</param>
    /// <exception cref="DiagnosticException">TA2110–TA2118, TA2001, TA2002: every problem at once.</exception>
    public static AdapterModel Open(string folder, Checkpoint model, bool allowNonFinite = false)
    {
        var findings = new List<Diagnostic>();
        var config = AdapterConfig.Read(folder, findings);
        var file = AdapterFile.Open(folder, findings);
        try
        {
            var changes = config is null || file is null ? null : Fit(config, file, model, allowNonFinite, findings);
            if (changes is null || findings.Any(f => f.Severity == DiagnosticSeverity.Error))
                throw new DiagnosticException(findings);
            return new AdapterModel(folder, file!, model, changes, findings);
        }
        catch (Exception e)
        {
            file?.Dispose();
            if (e is System.Text.RegularExpressions.RegexMatchTimeoutException)
                throw new DiagnosticException([.. findings, AdapterDiagnostics.BadConfig(System.IO.Path.Combine(folder, Adapter.ConfigFile), "one of its patterns takes too long to match")], e);
            throw;
        }
    }

    /// <summary>The tensor of the model with the adapter merged into it, as merge_and_unload would write it; unchanged tensors as they are stored.</summary>
    /// <param name="name">The model's name of the tensor.</param>
    /// <param name="rounded">
    /// Dtype in which a merged model would have been stored (mergekit's <c>model+lora</c>: the base's own); null leaves the values in float32.
    /// </param>
    public ITensorInput Merged(string name, DType? rounded = null)
    {
        if (!changes.TryGetValue(name, out var change))
            return new StoredInput(model.Tensors[name]);
        ITensorInput values = Whole(change);
        if (change.Factors is { } factors)
            values = new LowRankInput(factors, values, values.Shape);
        if (change.Magnitude is { } magnitude)
            values = new DoraInput(values, magnitude);
        return rounded is { } dtype ? new RoundedInput(values, dtype) : values;
    }

    /// <summary>
    /// What the adapter adds to the tensor of the model; null where it adds nothing. Factors alone are <c>s·B·A</c>, whatever the model;
    /// a tensor that replaces another, new rows and DoRA are the merged tensor minus the model's.
    /// </summary>
    /// <param name="name">The model's name of the tensor.</param>
    public ITensorInput? Delta(string name)
    {
        if (!changes.TryGetValue(name, out var change))
            return null;
        if (change is { Factors: { } factors, Magnitude: null, Rows: null } && (change.Replacement is null || change.ReplacementIsCopy))
            return new LowRankInput(factors, null, change.Target.Info.Shape);
        return new DifferenceInput(Merged(name), new StoredInput(change.Target));
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static IReadOnlyDictionary<string, AdapterChange> Fit(AdapterConfig config, AdapterFile file, Checkpoint model, bool allowNonFinite, List<Diagnostic> findings)
    {
        var fit = new AdapterFit(config, file, model, findings);
        fit.Run();
        if (!allowNonFinite)
            fit.CheckFinite();
        return fit.Changes;
    }

    private static ITensorInput Whole(AdapterChange change)
    {
        var whole = new StoredInput(change.Replacement ?? change.Target);
        return change.Rows is { } rows ? new ReplacedRowsInput(whole, rows, change.RowIndices) : whole;
    }
}
