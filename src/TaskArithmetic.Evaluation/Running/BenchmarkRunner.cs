using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Data;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Evaluation.Execution;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>
/// Evaluates a model on benchmarks: all requests of all tasks go to the engine together, every answer is kept at once, and
/// documents are scored as they are done.
/// </summary>
/// <param name="store">Where public data is found.</param>
/// <param name="workingFolder">What data files named in tasks are relative to.</param>
/// <param name="cacheFolder">Where answers are kept; null keeps none.</param>
/// <param name="executor">Runs programs that the model wrote; null skips benchmarks that need it.</param>
/// <param name="time">The clock; null is the system's.</param>
public sealed class BenchmarkRunner(
    DatasetStore store, string workingFolder, string? cacheFolder = null, IProgramExecutor? executor = null, TimeProvider? time = null)
{
    private readonly TimeProvider time = time ?? TimeProvider.System;

    /// <summary>Whether programs that the model wrote can run; benchmarks that need it are skipped otherwise.</summary>
    public bool RunsPrograms => executor is not null;

    /// <summary>Looks whether the data of every task are there, so that it is known before a model is loaded.</summary>
    /// <param name="selection">What is to be evaluated.</param>
    /// <exception cref="DiagnosticException">TA4021, TA4053 or TA4054: a file or the data folder is missing, all of them at once.</exception>
    public void CheckData(BenchmarkSelection selection)
    {
        var problems = new List<Diagnostic>();
        if (store.MissingFolder() is { } missing)
            problems.Add(missing);
        foreach (var task in selection.Tasks)
            new DatasetLoader(store, workingFolder).Check(task, problems);
        if (problems.Count > 0)
            throw new DiagnosticException([.. problems.Distinct()]);
    }

    /// <summary>Runs the selected benchmarks.</summary>
    /// <param name="selection">What to evaluate.</param>
    /// <param name="engine">The model.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Hears after every answer; reports come one at a time.</param>
    /// <param name="cancellationToken">Stops the run; answers so far stay in the cache, so the next run goes on from there.</param>
    /// <exception cref="DiagnosticException">Data, prompts or options are faulty, all problems at once and before the first request; or the engine failed.</exception>
    public async Task<BenchmarkRunResult> RunAsync(
        BenchmarkSelection selection, IEvaluationEngine engine, BenchmarkRunOptions options, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        var started = time.GetUtcNow();
        var clock = time.GetTimestamp();
        var warnings = new List<Diagnostic>();
        var plans = await PlanAsync(selection, engine, options, warnings, cancellationToken).ConfigureAwait(false);
        var slots = plans.Select(p => DocumentSlot.Of(p, engine.Identity)).ToList();
        var board = new AnswerBoard(slots, options.Profile, progress, time);
        using (var cache = cacheFolder is null ? null : new RequestCache(cacheFolder, engine.Identity, warnings))
            await new RequestRunner(engine, cache, board.Deliver).RunAsync(board.Calls, cancellationToken).ConfigureAwait(false);
        board.ThrowIfFailed();
        var results = new List<TaskResult>();
        foreach (var (plan, documents) in plans.Zip(slots))
            results.Add(await FinishAsync(plan, [.. documents.Select(s => s.Result!)], options, warnings, cancellationToken).ConfigureAwait(false));
        var cut = results.Where(r => r.CutPrompts > 0).ToList();
        warnings.AddRange(cut.Select(r => BenchmarkDiagnostics.PromptsCut(r.Task.Name, r.CutPrompts, r.Documents.Count, engine.MaxLength)));
        var byName = results.ToDictionary(r => r.Task.Name, StringComparer.Ordinal);
        return new BenchmarkRunResult(
            Options: options,
            Engine: engine.Name,
            EngineIdentity: engine.Identity,
            MaxLength: engine.MaxLength,
            EndOfSequenceText: engine.EndOfSequenceText,
            ProgramExecutor: executor is null ? null : $"{executor.Name}, Python {executor.PythonVersion}",
            Tasks: results,
            Groups: [.. selection.Groups.SelectMany(g => g.AllGroups).Select(g => TaskScoring.Aggregate(g, byName))],
            NotComparableBecause:
            [
                .. ProfileRules.Departures(options),
                .. plans.Where(p => options is { Profile: EvaluationProfile.Parity, ThinkEndToken: null } && p.Reasoning is not null)
                    .Select(p => $"stop strings of '{p.Task.Name}' count only after '{p.Reasoning!.End}'"),
                .. results.Where(r => r.Documents.Any(d => d.Answers.Any(a => a[0].Loglikelihood?.EncodedAlone == true)))
                    .Select(r => $"choices of '{r.Task.Name}' were encoded alone where lm-evaluation-harness fails"),
                .. store.Departures.Select(f => $"the data file '{f}' is not the published one"),
                .. cut.Select(r => $"{r.CutPrompts} of {r.Documents.Count} prompts of '{r.Task.Name}' were cut to the model's context"),
            ],
            Warnings: warnings,
            Started: started,
            Duration: time.GetElapsedTime(clock));
    }

    private async Task<IReadOnlyList<TaskPlan>> PlanAsync(
        BenchmarkSelection selection, IEvaluationEngine engine, BenchmarkRunOptions options, List<Diagnostic> warnings, CancellationToken cancellationToken)
    {
        var problems = new List<Diagnostic>();
        DocumentChoice.Check(options, selection, problems);
        var planner = new TaskPlanner(new DatasetLoader(store, workingFolder), PlannedModel.Of(engine), options, warnings);
        var plans = new List<TaskPlan>();
        if (problems.Count == 0)
        {
            foreach (var task in selection.Tasks)
            {
                if (await planner.PlanAsync(task, problems, cancellationToken).ConfigureAwait(false) is { } plan)
                    plans.Add(plan);
            }
        }
        return problems.Count == 0 ? plans : throw new DiagnosticException([.. problems.Distinct()]);
    }

    private async Task<TaskResult> FinishAsync(
        TaskPlan plan, IReadOnlyList<DocumentResult> documents, BenchmarkRunOptions options, List<Diagnostic> warnings, CancellationToken cancellationToken)
    {
        warnings.AddRange(AnswerWarnings.Of(plan, documents));
        if (!plan.RunsPrograms)
            return TaskScoring.Aggregate(plan, documents, options, null);
        if (executor is not null)
        {
            var scored = await ProgramScoring.RunAsync(plan, documents, executor, cancellationToken).ConfigureAwait(false);
            return TaskScoring.Aggregate(plan, scored, options, null);
        }
        var skipped = BenchmarkDiagnostics.Skipped(plan.Task.Name);
        warnings.Add(skipped);
        return TaskScoring.Aggregate(plan, documents, options, skipped.Message);
    }
}
