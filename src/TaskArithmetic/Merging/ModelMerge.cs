using TaskArithmetic.Comparing;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Measuring;
using TaskArithmetic.Outputs;
using TaskArithmetic.Planning;
using TaskArithmetic.Recipes;
using TaskArithmetic.Streaming;

namespace TaskArithmetic.Merging;

/// <summary>Runs recipes: preflight, then weights from the cache or streamed from the inputs, then the finished folder.</summary>
public static class ModelMerge
{
    /// <summary>Merges a recipe into a model folder.</summary>
    /// <param name="recipe">What to merge.</param>
    /// <param name="output">The folder to write; it may exist only if TaskArithmetic wrote it.</param>
    /// <param name="options">How to run; no option changes the result.</param>
    /// <param name="cancellationToken">Stops the work; nothing half-written stays visible.</param>
    /// <exception cref="DiagnosticException">All problems found, before anything is written; see docs/diagnostics.md.</exception>
    public static MergeReport Run(Recipe recipe, string output, MergeOptions options, CancellationToken cancellationToken)
    {
        var folder = new OutputFolder(output);
        folder.Recover();
        var place = folder.Check(recipe.AllModels);
        using var sources = MergeSources.Open(recipe, options.Methods, [.. Preflight.CheckRecipe(recipe, options.Methods), .. place]);
        var (plan, findings) = Preflight.Run(sources, options.Methods, options.LinearAlgebra);
        findings = [.. findings.Union(TargetFindings.Of(sources, plan)), .. place];
        var space = plan is null ? [] : folder.CheckSpace(plan.OutputBytes, OutputFolder.FreeSpace).ToList();
        // Weights that the cache holds already may take no room a second time.
        if (plan is null || findings.Any(f => f.Severity == DiagnosticSeverity.Error) || (space.Count > 0 && !options.UseCache))
            throw new DiagnosticException([.. findings, .. space]);
        foreach (var remark in plan.Remarks)
            options.Log?.Invoke(remark);
        return new MergeRun(sources, plan, folder, options, cancellationToken).Execute(findings, space);
    }

    /// <summary>Everything <see cref="Run"/> would find, lineage included, without writing.</summary>
    /// <exception cref="DiagnosticException">All errors found.</exception>
    public static MergeReport Check(Recipe recipe, MergeOptions options, CancellationToken cancellationToken)
    {
        using var sources = MergeSources.Open(recipe, options.Methods, Preflight.CheckRecipe(recipe, options.Methods));
        var (plan, findings) = Preflight.Run(sources, options.Methods, options.LinearAlgebra);
        findings = [.. findings.Union(TargetFindings.Of(sources, plan))];
        if (plan is null || findings.Any(f => f.Severity == DiagnosticSeverity.Error))
            throw new DiagnosticException(findings);
        options.Starting?.Invoke(plan.OutputBytes);
        var observer = new InterferenceObserver(new MergeObserver(), sources.Inputs.Count);
        var stream = new TensorStream(observer, new StreamOptions(options.Threads, recipe.AllowNonFinite, options.Progress));
        var survey = stream.Survey(plan.InOrder, cancellationToken);
        var spectral = options is { Spectrum: { } spectrum, LinearAlgebra: { } algebra } ? new SpectralMeasurement(spectrum, algebra) : null;
        var tensors = new SortedDictionary<string, TensorStatistics>(StringComparer.Ordinal);
        var interference = new SortedDictionary<string, MeasuredTensor>(StringComparer.Ordinal);
        foreach (var shard in plan.Shards)
        {
            foreach (var (name, measured) in stream.Run(plan.TensorsOf(shard), shard.Layout.Header.Tensors, survey, null, null, cancellationToken))
            {
                interference[name] = observer.Take(plan.Tensors[name], measured, out var merged);
                if (spectral is not null)
                    interference[name] = interference[name] with { Spectra = spectral.Measure(MeasuredTensorInputs.Of(plan.Tensors[name], sources.Inputs.Count)) };
                tensors[name] = ((Measured<TensorStatistics>)merged).Value;
            }
        }
        foreach (var line in stream.Findings.Lines)
            options.Log?.Invoke(line);
        var all = MergeRun.Judge(sources, plan, tensors, [.. findings, .. stream.Findings.Warnings]);
        return new MergeReport(all, "", false, plan.OutputBytes, MergeSummary.Of(sources, plan, tensors).With(options.Names))
        {
            Tensors = tensors,
            // Without a base nothing says what the models are a vector's length away from.
            Interference = recipe.Base is null ? null : new([.. sources.Inputs.Select(i => new VectorLabel($"v{i.Index + 1}", i.Label))], [.. interference.Values], []),
        };
    }
}
