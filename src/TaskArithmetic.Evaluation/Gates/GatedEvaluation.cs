using System.Globalization;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Catalog;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Evaluation.Results;
using TaskArithmetic.Evaluation.Running;

namespace TaskArithmetic.Evaluation.Gates;

/// <summary>
/// Scores a merged model and its base on benchmarks and judges what they must show. Everything about the benchmarks that can be
/// wrong is found when it is made, before a model is loaded. Benchmarks of equal limit and shots share one run; each is judged on
/// the results of the run that was made for it.
/// </summary>
public sealed class GatedEvaluation
{
    private readonly BenchmarkRunOptions options;
    private readonly GateOptions gate;
    private readonly List<(BenchmarkRunOptions Options, BenchmarkSelection Selection)> runs = [];
    private readonly List<Target> targets = [];
    private readonly List<Diagnostic> problems = [];

    /// <summary>Finds the tasks behind benchmarks and checks their requirements.</summary>
    /// <param name="catalog">Every benchmark that can be named.</param>
    /// <param name="benchmarks">What to score; one that is given twice is scored and judged once.</param>
    /// <param name="options">How to run; limit and shots of a benchmark come on top.</param>
    /// <param name="gate">How to judge.</param>
    public GatedEvaluation(BenchmarkCatalog catalog, IReadOnlyList<GatedBenchmark> benchmarks, BenchmarkRunOptions options, GateOptions gate)
    {
        this.options = options;
        this.gate = gate;
        foreach (var group in benchmarks.Distinct().GroupBy(b => (Limit: b.Limit ?? options.Limit, Shots: b.NumFewshot ?? options.NumFewshot)))
        {
            List<string> names = [];
            foreach (var benchmark in group)
            {
                problems.AddRange(Gate.Problems(benchmark.Benchmark, benchmark.Criteria));
                if (Select(catalog, [benchmark.Benchmark]) is not { } selection)
                    continue;
                names.Add(benchmark.Benchmark);
                targets.Add(new Target(benchmark, LabelOf(benchmark, selection), runs.Count, [.. selection.Tasks.Select(t => (t.Name, Score: ScoreOf(benchmark, t)))], selection.Tasks));
            }
            if (names.Count > 0 && Select(catalog, names) is { } all)
                runs.Add((options with { Limit = group.Key.Limit, NumFewshot = group.Key.Shots }, all));
        }
        CheckDocuments();
        DistinguishLabels();
    }

    /// <summary>Whether scoring runs programs that the model wrote.</summary>
    public bool RunsPrograms => targets.SelectMany(t => t.Tasks).Any(t => t.UnsafeCode);

    /// <summary>Everything that is wrong with benchmarks and requirements; nothing is asked of a model while there is anything.</summary>
    /// <param name="hasBaseline">Whether a base model will be scored.</param>
    /// <param name="runsPrograms">Whether programs that the model wrote may run.</param>
    public IReadOnlyList<Diagnostic> Problems(bool hasBaseline, bool runsPrograms) =>
    [
        .. problems.Distinct(),
        .. targets.Where(t => !hasBaseline && t.Benchmark.Criteria.NeedsBaseline).Select(t => GateDiagnostics.NoBaseline(t.Benchmark.Benchmark)),
        .. targets.Where(t => !runsPrograms && !t.Benchmark.Criteria.IsEmpty).SelectMany(t => t.Tasks.Where(task => task.UnsafeCode).Select(task => GateDiagnostics.ProgramsNotAllowed(t.Benchmark.Benchmark, task.Name))),
    ];

    /// <summary>Looks whether the data of every benchmark are there, so that it is known before a model is loaded.</summary>
    /// <param name="runner">Runs the benchmarks.</param>
    /// <exception cref="DiagnosticException">TA4021, TA4053 or TA4054: a file or the data folder is missing, all of them at once.</exception>
    public void CheckData(BenchmarkRunner runner) => runner.CheckData(new BenchmarkSelection([.. runs.SelectMany(r => r.Selection.Tasks)], []));

    /// <summary>Scores both models, one after the other, and judges.</summary>
    /// <param name="runner">Runs the benchmarks.</param>
    /// <param name="merged">The merged model.</param>
    /// <param name="baseline">The base model, or null.</param>
    /// <param name="progress">Hears after every answer.</param>
    /// <param name="cancellationToken">Stops the run; answers so far stay in the cache.</param>
    /// <exception cref="DiagnosticException">Benchmarks, requirements or data are faulty, or an engine failed.</exception>
    public async Task<EvaluationReport> RunAsync(
        BenchmarkRunner runner, (IEvaluationEngine Engine, ModelFacts Facts) merged, (IEvaluationEngine Engine, ModelFacts Facts)? baseline,
        IProgress<RunProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ThrowIfAny(Problems(baseline is not null, runner.RunsPrograms));
        var scores = await ScoreAsync(runner, merged.Engine, merged.Facts, progress, cancellationToken).ConfigureAwait(false);
        return Judge(scores, baseline is null ? null : await ScoreAsync(runner, baseline.Value.Engine, baseline.Value.Facts, progress, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Scores one model, for callers that load one after the other.</summary>
    /// <exception cref="DiagnosticException">Benchmarks, requirements or data are faulty, or the engine failed.</exception>
    public async Task<ModelScores> ScoreAsync(
        BenchmarkRunner runner, IEvaluationEngine engine, ModelFacts model, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        ThrowIfAny(Problems(hasBaseline: true, runner.RunsPrograms));
        CheckData(runner);
        var results = new List<BenchmarkRunResult>();
        foreach (var (how, selection) in runs)
            results.Add(await runner.RunAsync(selection, engine, how, progress, cancellationToken).ConfigureAwait(false));
        return new ModelScores(model, results);
    }

    /// <summary>Judges scores that <see cref="ScoreAsync"/> gave.</summary>
    /// <exception cref="DiagnosticException">A requirement compares with a base model that was not scored, or a score is not between 0 and 1.</exception>
    public EvaluationReport Judge(ModelScores merged, ModelScores? baseline)
    {
        ThrowIfAny(Problems(baseline is not null, runsPrograms: true));
        var requests = new List<GateRequest>();
        var samples = new List<SampleComparison>();
        foreach (var target in targets)
        {
            var pairs = target.Scores.Select(s => TaskPairing.Of(s.Task, s.Score, merged.Runs[target.Run], baseline?.Runs[target.Run])).ToList();
            // What is only reported may have no score a gate could look at, or have been skipped.
            if (pairs.OfType<TaskPairing>().ToList() is not { Count: > 0 } usable || usable.Count < pairs.Count)
            {
                if (!target.Benchmark.Criteria.IsEmpty)
                    throw new DiagnosticException(GateDiagnostics.ProgramsNotAllowed(target.Benchmark.Benchmark, target.Scores[pairs.IndexOf(null)].Task));
                continue;
            }
            requests.Add(new GateRequest(TaskPairing.Combine(target.Label, usable) with { Task = target.Name }, target.Benchmark.Criteria));
            samples.AddRange(usable.SelectMany(p => p.Samples(target.Label)));
        }
        return new EvaluationReport(merged, baseline, Gate.Judge(requests, gate), samples);
    }

    private BenchmarkSelection? Select(BenchmarkCatalog catalog, IReadOnlyList<string> names)
    {
        try
        {
            return catalog.Select(ProfileRules.Names(catalog, options.Profile, names));
        }
        catch (DiagnosticException e)
        {
            problems.AddRange(e.Diagnostics);
            return null;
        }
    }

    /// <summary>The score of a task that a benchmark is judged by, or null with the problem noted where one is demanded or named.</summary>
    private string? ScoreOf(GatedBenchmark benchmark, BenchmarkTask task)
    {
        var choice = new ScoreChoice(task, options.Profile);
        if (choice.Find(benchmark.Metric) is { } key)
            return key;
        if (benchmark.Metric is { } metric && !choice.Names.Contains(metric))
            problems.Add(GateDiagnostics.UnknownMetric(benchmark.Benchmark, task.Name, metric, choice.Usable, NearestName.Find(metric, choice.Names)));
        else if (!benchmark.Criteria.IsEmpty)
            problems.Add(GateDiagnostics.NotGateable(benchmark.Benchmark, task.Name, benchmark.Metric ?? choice.Primary, choice.Usable));
        return null;
    }

    /// <summary>Limits and rows, before data are loaded. Rows are given for all runs together; each run is told of its own tasks only.</summary>
    private void CheckDocuments()
    {
        var all = new BenchmarkSelection([.. runs.SelectMany(r => r.Selection.Tasks)], []);
        foreach (var limit in runs.Select(r => r.Options.Limit).Distinct().DefaultIfEmpty(options.Limit))
            DocumentChoice.Check(options with { Limit = limit }, all, problems);
        for (var i = 0; i < runs.Count && options.Samples is not null; i++)
        {
            var own = options.Samples.Where(s => runs[i].Selection.Tasks.Any(t => t.Name == s.Key)).ToDictionary();
            runs[i] = (runs[i].Options with { Samples = own }, runs[i].Selection);
        }
    }

    private static string LabelOf(GatedBenchmark benchmark, BenchmarkSelection selection) => selection switch
    {
        { Groups: [var group] } => group.Name,
        { Tasks: [var task] } => task.Name,
        _ => benchmark.Benchmark,
    };

    /// <summary>Benchmarks of one name say in what they differ.</summary>
    private void DistinguishLabels()
    {
        (string Name, Func<GatedBenchmark, object?> Of)[] traits = [("limit", b => b.Limit), ("num-fewshot", b => b.NumFewshot), ("metric", b => b.Metric)];
        foreach (var alike in targets.GroupBy(t => t.Name).Where(g => g.Count() > 1))
        {
            var differing = traits.Where(trait => alike.Select(t => trait.Of(t.Benchmark)).Distinct().Count() > 1).ToList();
            foreach (var target in alike)
                target.Label += string.Concat(differing.Where(t => t.Of(target.Benchmark) is not null).Select(t => string.Create(CultureInfo.InvariantCulture, $",{t.Name}={t.Of(target.Benchmark)}")));
        }
    }

    private static void ThrowIfAny(IReadOnlyList<Diagnostic> found)
    {
        if (found.Count > 0)
            throw new DiagnosticException(found);
    }

    /// <summary>A benchmark, the run that is made for it, and the score of each of its tasks that it is judged by.</summary>
    private sealed record Target(GatedBenchmark Benchmark, string Name, int Run, IReadOnlyList<(string Task, string? Score)> Scores, IReadOnlyList<BenchmarkTask> Tasks)
    {
        /// <summary>The name, and where several have it what sets this one apart.</summary>
        public string Label { get; set; } = Name;
    }
}
