using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Catalog;
using TaskArithmetic.Evaluation.Data;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Evaluation.Gates;
using TaskArithmetic.Evaluation.Results;
using TaskArithmetic.Evaluation.Running;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Text.ChatTemplates;

namespace TaskArithmetic.Evaluation.Tests.Gates;

/// <summary>A gate run from the library, from benchmarks to verdicts.</summary>
[TestClass]
public sealed class GatedEvaluationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public GatedEvaluationTests()
    {
        File.WriteAllLines(folder["rows.jsonl"], Enumerable.Range(0, 200).Select(i => $$"""{"q": "Number {{i}}?", "a": "n{{i}}"}"""));
        Write("count", "filter_list: [{name: strict, filter: [{function: take_first}]}, {name: lower, filter: [{function: lowercase}, {function: take_first}]}]");
        Write("coded", "unsafe_code: true\nmetric_list: [{metric: pass_at_k}]\nfilter_list: [{name: create_test, filter: [{function: take_first}]}]");
        File.AppendAllText(folder["odds.yaml"], """
            task: odds
            dataset_path: json
            dataset_kwargs: {data_files: {test: rows.jsonl}}
            test_split: test
            output_type: loglikelihood
            doc_to_text: "{{q}}"
            doc_to_target: "{{a}}"
            """);
    }

    private string Count => folder["count.yaml"];

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public async Task Benchmarks_on_one_task_are_judged_each_on_its_own_sample_whatever_their_order()
    {
        // The first 20 answers are right, all others wrong.
        var engine = new CountingEngine(i => i < 20);
        GatedBenchmark small = Benchmark(Count, limit: 20, minimum: 80), large = Benchmark(Count, limit: 150, minimum: 80);
        foreach (var order in new[] { new[] { small, large }, [large, small] })
        {
            var report = await EvaluateAsync(order, engine);

            var byLabel = report.Gate.Benchmarks.ToDictionary(b => b.Scores.Benchmark);
            Assert.AreEqual((20, GateVerdict.Pass), (byLabel["count,limit=20"].MergedScore.Count, byLabel["count,limit=20"].Verdict));
            Assert.AreEqual((150, GateVerdict.Fail), (byLabel["count,limit=150"].MergedScore.Count, byLabel["count,limit=150"].Verdict));
            Assert.AreEqual(order[0].Limit, report.Merged.Runs[0].Options.Limit);
        }
    }

    [TestMethod]
    public async Task Benchmarks_of_equal_limit_and_shots_share_one_run_and_the_same_one_twice_is_one()
    {
        var engine = new CountingEngine(_ => true);
        var strict = Benchmark(Count, limit: 30, minimum: 50) with { Metric = "exact_match,strict" };
        var lower = strict with { Metric = "exact_match,lower" };

        var report = await EvaluateAsync([strict, lower, strict], engine);

        Assert.HasCount(1, report.Merged.Runs);
        Assert.AreEqual("exact_match,strict exact_match,lower", string.Join(' ', report.Gate.Benchmarks.Select(b => b.Scores.Metric)));
        Assert.AreEqual(30, engine.Requests);
    }

    [TestMethod]
    public async Task Runs_of_one_call_never_write_over_each_other()
    {
        var stopped = new StoppedClock();
        var report = await EvaluateAsync([Benchmark(Count, limit: 3), Benchmark(Count, limit: 5)], new CountingEngine(_ => true), clock: stopped);

        var files = report.Merged.Runs.SelectMany(r => ResultsWriter.Write(r, report.Merged.Model, folder["out"])).ToList();

        Assert.HasCount(4, files.Distinct().ToList());
        Assert.AreEqual("3 5", string.Join(' ', files.Where(f => f.EndsWith(".jsonl", StringComparison.Ordinal)).Select(f => File.ReadLines(f).Count() / 2).Order()));
    }

    [TestMethod]
    public async Task A_base_model_is_compared_item_by_item_and_both_answers_are_shown()
    {
        var report = await EvaluateAsync(
            [Benchmark(Count, limit: 100) with { Criteria = new() { MaxRegression = 5, RequireImprovement = true } }],
            new CountingEngine(i => i < 60), new CountingEngine(i => i < 30));

        Assert.AreEqual(GateVerdict.Pass, report.Gate.Verdict);
        Assert.AreEqual((30, 0), (report.Gate.Benchmarks[0].Comparison!.Difference.Wins, report.Gate.Benchmarks[0].Comparison!.Difference.Losses));
        Assert.HasCount(100, report.Samples);
        Assert.AreEqual(("wrong", "n30"), (report.Samples[30].Base.Output, report.Samples[30].Merged.Output));
    }

    [TestMethod]
    public void What_is_demanded_and_cannot_be_is_refused_all_at_once_before_a_model()
    {
        GatedBenchmark[] benchmarks =
        [
            Benchmark(Count, minimum: 140) with { Metric = "exact_mach" },
            Benchmark(Count, minimum: 10) with { Metric = "exact_match,strikt" },
            Benchmark(Count, minimum: double.NaN),
            Benchmark(Count) with { Criteria = new() { MaxRegression = 200 } },
            Benchmark(folder["odds.yaml"], minimum: 10) with { Metric = "perplexity" },
            Benchmark(folder["coded.yaml"], minimum: 10),
            Benchmark("gsm9k", minimum: 10),
            Benchmark(Count, limit: -3),
        ];

        var problems = Evaluation(benchmarks).Problems(hasBaseline: false, runsPrograms: false);

        Assert.AreEqual("TA4007 TA4034 TA4205 TA4206 TA4206 TA4206 TA4208 TA4209 TA4209 TA4210", string.Join(' ', problems.Select(p => p.Code).Order()));
        Assert.IsTrue(problems.Any(p => p.Message.Contains("Did you mean 'exact_match'?", StringComparison.Ordinal)));
        Assert.IsTrue(problems.Any(p => p.Message.Contains("Did you mean 'exact_match,strict'?", StringComparison.Ordinal)));
        Assert.IsTrue(problems.Any(p => p.Message.Contains("Name one of acc,none.", StringComparison.Ordinal)), string.Join('\n', problems.Select(p => p.Message)));
    }

    [TestMethod]
    public async Task Nothing_is_asked_while_a_requirement_is_wrong()
    {
        var engine = new CountingEngine(_ => true);

        var error = await Assert.ThrowsAsync<DiagnosticException>(() => EvaluateAsync([Benchmark(Count, minimum: 50) with { Metric = "acc" }], engine));

        Assert.AreEqual("TA4209", error.Diagnostics.Single().Code);
        Assert.AreEqual(0, engine.Requests);
    }

    [TestMethod]
    [DataRow(true, false)]
    [DataRow(false, true)]
    public async Task Cut_prompts_of_either_model_are_counted_warned_of_and_decide_nothing(bool cutsMerged, bool cutsBase)
    {
        var report = await EvaluateAsync(
            [Benchmark(Count, limit: 100) with { Criteria = new() { RequireImprovement = true } }],
            new CountingEngine(_ => true) { Cut = cutsMerged ? 7 : 0 }, new CountingEngine(_ => false) { Cut = cutsBase ? 7 : 0 });

        var run = (cutsMerged ? report.Merged : report.Baseline!).Runs[0];
        Assert.AreEqual(GateVerdict.Inconclusive, report.Gate.Verdict);
        Assert.AreEqual(100, run.Tasks[0].CutPrompts);
        Assert.AreEqual(7, run.Tasks[0].Documents[0].PromptTokensCut);
        Assert.AreEqual("TA4211", run.Warnings.Single().Code);
        Assert.Contains("100 of 100 prompts of 'count' were cut", run.NotComparableBecause.Single());
        Assert.Contains("Not comparable", ScoreTable.Summarize(run));
        Assert.IsEmpty((cutsMerged ? report.Baseline! : report.Merged).Runs[0].NotComparableBecause);
    }

    [TestMethod]
    public async Task A_baseline_without_a_requirement_is_a_comparison_without_a_verdict()
    {
        var report = await EvaluateAsync([Benchmark(Count, limit: 10)], new CountingEngine(_ => false), new CountingEngine(_ => true));

        Assert.IsNull(report.Gate.Verdict);
        Assert.IsTrue(report.IsGateOrComparison);
        Assert.AreEqual(10, report.Gate.Benchmarks[0].Comparison!.Difference.Losses);
    }

    private static GatedBenchmark Benchmark(string benchmark, double? limit = null, double? minimum = null) =>
        new(benchmark) { Limit = limit, Criteria = new GateCriteria { MinScore = minimum } };

    private static GatedEvaluation Evaluation(IReadOnlyList<GatedBenchmark> benchmarks) =>
        new(BenchmarkCatalog.Load(), benchmarks, new BenchmarkRunOptions(), new GateOptions());

    private Task<EvaluationReport> EvaluateAsync(
        IReadOnlyList<GatedBenchmark> benchmarks, CountingEngine merged, CountingEngine? baseline = null, TimeProvider? clock = null) =>
        Evaluation(benchmarks).RunAsync(
            new BenchmarkRunner(new DatasetStore(null, folder["data"]), folder.Path, time: clock),
            (merged, new ModelFacts("merged")), baseline is null ? null : (baseline, new ModelFacts("base")));

    private void Write(string name, string more) => File.WriteAllText(folder[name + ".yaml"], $$$"""
        task: {{{name}}}
        dataset_path: json
        dataset_kwargs: {data_files: {test: rows.jsonl}}
        test_split: test
        doc_to_text: "{{q}}"
        doc_to_target: "{{a}}"

        """ + more);

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    }

    /// <summary>Answers "Number 3?" with "n3" where it is right, else "wrong".</summary>
    private sealed class CountingEngine(Func<int, bool> isRight) : IEvaluationEngine
    {
        public int Requests { get; private set; }

        public int Cut { get; init; }

        public string Name => "counting";

        public string Identity => "counting";

        public int MaxLength => 512;

        public string? EndOfSequenceText => null;

        public string ApplyChatTemplate(IReadOnlyList<ChatMessage> messages, bool continueFinalMessage) => messages[^1].Content;

        public Task<IReadOnlyList<Generation>> GenerateAsync(
            IReadOnlyList<GenerationRequest> requests, Action<int, Generation>? completed, CancellationToken cancellationToken)
        {
            Requests += requests.Count;
            return Task.FromResult<IReadOnlyList<Generation>>([.. requests.Select(r =>
            {
                var number = int.Parse(r.Prompt["Number ".Length..^1], System.Globalization.CultureInfo.InvariantCulture);
                return new Generation(isRight(number) ? $"n{number}" : "wrong", FinishReason.Stop, 20, 1, null, 20 - Cut);
            })]);
        }

        public Task<IReadOnlyList<Loglikelihood>> ScoreAsync(
            IReadOnlyList<LoglikelihoodRequest> requests, Action<int, Loglikelihood>? completed, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<Loglikelihood>> ScoreRollingAsync(
            IReadOnlyList<string> texts, Action<int, Loglikelihood>? completed, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
