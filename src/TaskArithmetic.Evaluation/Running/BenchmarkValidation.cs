using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Catalog;
using TaskArithmetic.Evaluation.Data;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>
/// Finds what is wrong with a task file without a model: the file itself, its data, every prompt of every document, shots, labels and
/// generation options.
/// </summary>
internal static class BenchmarkValidation
{
    /// <summary>Checks a task file, or a benchmark by name.</summary>
    /// <returns>Every problem and warning; empty if there is none.</returns>
    public static async Task<IReadOnlyList<Diagnostic>> FindProblemsAsync(
        string benchmark, BenchmarkCatalog catalog, DatasetStore store, string workingFolder, BenchmarkRunOptions options, CancellationToken cancellationToken)
    {
        var problems = new List<Diagnostic>();
        BenchmarkSelection selection;
        try
        {
            selection = catalog.Select([benchmark]);
        }
        catch (DiagnosticException e)
        {
            return e.Diagnostics;
        }
        var warnings = new List<Diagnostic>();
        var planner = new TaskPlanner(new DatasetLoader(store, workingFolder), PlannedModel.Any, options, warnings);
        foreach (var task in selection.Tasks)
            await planner.PlanAsync(task, problems, cancellationToken).ConfigureAwait(false);
        // Public data that are not at hand are no fault of the file.
        return [.. problems.Where(p => p.Code is not ("TA4027" or "TA4028")).Concat(warnings).Distinct()];
    }
}
