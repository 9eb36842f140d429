using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Data;
using TaskArithmetic.Evaluation.Execution;
using TaskArithmetic.Evaluation.Results;
using TaskArithmetic.Evaluation.Running;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Evaluation;

/// <summary>Scores models on benchmarks and writes their result files.</summary>
internal sealed class ModelEvaluation(EvaluationSettings settings, EngineFactory engines, ToolTerminal terminal)
{
    private readonly BenchmarkCatalog catalog = BenchmarkCatalog.Load(settings.IncludePaths);

    /// <summary>The tasks and groups behind names and files; the paper profile has definitions of its own.</summary>
    public BenchmarkSelection Select(IReadOnlyList<string> benchmarks) =>
        catalog.Select(ProfileRules.Names(catalog, settings.Options.Profile, benchmarks));

    /// <summary>Runs every benchmark on a model.</summary>
    /// <returns>The runs, one for each limit and number of shots, and the files written.</returns>
    public async Task<ModelResults> ScoreAsync(string model, CancellationToken cancellationToken)
    {
        // Names, files and limits are checked for all benchmarks before a model is loaded.
        var groups = settings.Benchmarks
            .GroupBy(b => (b.Limit, b.NumFewshot))
            .Select(g => (g.Key, Selection: Select([.. g.Select(b => b.Benchmark)])))
            .ToList();
        var executor = await SelectExecutorAsync(groups.Select(g => g.Selection), cancellationToken);
        using var http = settings.Offline ? null : new HttpClient();
        var store = new DatasetStore(settings.DataFolder, Path.Combine(settings.CacheDirectory, "data"), http, new DataLines(terminal));
        var answers = settings.UseCache ? Path.Combine(settings.CacheDirectory, "answers") : null;
        var runner = new BenchmarkRunner(store, Environment.CurrentDirectory, answers, executor);
        foreach (var (_, selection) in groups)
            runner.CheckData(selection);
        var (engine, facts) = await engines.CreateAsync(model, terminal, cancellationToken);
        await using var closing = engine;
        var (runs, files) = (new List<BenchmarkRunResult>(), new List<string>());
        foreach (var (key, selection) in groups)
        {
            var options = settings.Options with { Limit = key.Limit ?? settings.Options.Limit, NumFewshot = key.NumFewshot ?? settings.Options.NumFewshot };
            var run = await terminal.TrackAsync($"eval {Path.GetFileName(Path.TrimEndingDirectorySeparator(model))}",
                progress => runner.RunAsync(selection, engine, options, progress, cancellationToken));
            terminal.Report(run.Warnings);
            runs.Add(run);
            files.AddRange(ResultsWriter.Write(run, facts, settings.Output));
        }
        return new ModelResults(model, runs, files);
    }

    private async Task<IProgramExecutor?> SelectExecutorAsync(IEnumerable<BenchmarkSelection> selections, CancellationToken cancellationToken)
    {
        // What is not allowed is said once for each benchmark that is skipped for it.
        if (settings.AllowCodeExecution == CodeExecution.None || !selections.SelectMany(s => s.Tasks).Any(t => t.UnsafeCode))
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
