using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Data;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Evaluation.Execution;
using TaskArithmetic.Evaluation.Gates;
using TaskArithmetic.Evaluation.Results;
using TaskArithmetic.Evaluation.Running;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Evaluation;

/// <summary>Opens the models of a call, scores one after the other, and writes the result files of each as soon as it is done.</summary>
internal sealed class ModelScoring(EvaluationSettings settings, EngineFactory engines, GatedEvaluation evaluation, ToolTerminal terminal)
{
    /// <summary>Scores the merged model, then the base model if there is one.</summary>
    /// <returns>The scores, and the result and sample files written.</returns>
    public async Task<(ModelScores Merged, ModelScores? Baseline, List<string> Files)> RunAsync(CancellationToken cancellationToken)
    {
        var executor = await SelectExecutorAsync(cancellationToken);
        using var http = settings.Offline ? null : new HttpClient();
        var store = new DatasetStore(settings.DataFolder, Path.Combine(settings.CacheDirectory, "data"), http, new DataLines(terminal));
        var runner = new BenchmarkRunner(store, Environment.CurrentDirectory, settings.UseCache ? Path.Combine(settings.CacheDirectory, "answers") : null, executor);
        evaluation.CheckData(runner);
        var (scores, files) = (new List<ModelScores>(), new List<string>());
        // Both are opened first: a base model that is not there must not be found out after an hour. Weights are read when first asked.
        var models = new Queue<(IEvaluationEngine Engine, ModelFacts Facts)>();
        try
        {
            foreach (var model in new[] { settings.Model, settings.Baseline }.OfType<string>())
                models.Enqueue(await engines.CreateAsync(model, terminal, cancellationToken));
            while (models.TryPeek(out var model))
            {
                scores.Add(await ScoreAsync(runner, model, files, cancellationToken));
                await models.Dequeue().Engine.DisposeAsync();
            }
        }
        finally
        {
            foreach (var (engine, _) in models)
                await engine.DisposeAsync();
        }
        return (scores[0], scores.ElementAtOrDefault(1), files);
    }

    private async Task<ModelScores> ScoreAsync(
        BenchmarkRunner runner, (IEvaluationEngine Engine, ModelFacts Facts) model, List<string> files, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(model.Facts.Name));
        var scores = await terminal.TrackAsync($"eval {name}", progress => evaluation.ScoreAsync(runner, model.Engine, model.Facts, progress, cancellationToken));
        foreach (var run in scores.Runs)
        {
            terminal.Report(run.Warnings);
            files.AddRange(ResultsWriter.Write(run, model.Facts, settings.Output));
        }
        return scores;
    }

    private async Task<IProgramExecutor?> SelectExecutorAsync(CancellationToken cancellationToken)
    {
        // What is not allowed is said once for each benchmark that is skipped for it.
        if (settings.AllowCodeExecution == CodeExecution.None || !evaluation.RunsPrograms)
            return null;
        var selected = await ProgramExecutorSelector.SelectAsync(new ProgramExecutionOptions { Allowed = settings.AllowCodeExecution }, cancellationToken);
        if (selected.Diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error))
            throw new DiagnosticException(selected.Diagnostics);
        terminal.Report(selected.Diagnostics);
        return selected.Executor;
    }

    private sealed class DataLines(ToolTerminal terminal) : IProgress<DataProgress>
    {
        private string? last;

        public void Report(DataProgress value)
        {
            if (value.File == last)
                return;
            last = value.File;
            terminal.Log($"fetching {value.File}");
        }
    }
}
