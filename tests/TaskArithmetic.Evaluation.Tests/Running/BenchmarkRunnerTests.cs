using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Catalog;
using TaskArithmetic.Evaluation.Data;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Evaluation.Results;
using TaskArithmetic.Evaluation.Running;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Tests.Running;

[TestClass]
public sealed class BenchmarkRunnerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public BenchmarkRunnerTests()
    {
        File.WriteAllLines(folder["rows.jsonl"], Enumerable.Range(0, 10).Select(i => $$"""{"q": "What is {{i}}+1?", "a": "{{i + 1}}"}"""));
        Write("sums", "");
    }

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public async Task A_stopped_run_goes_on_from_its_cache()
    {
        var stopped = Engine(stopAfter: 4);
        await Assert.ThrowsAsync<OperationCanceledException>(() => RunAsync(stopped, new BenchmarkRunOptions(), cache: true));
        var reports = new List<RunProgress>();
        var second = Engine();
        var run = await RunAsync(second, new BenchmarkRunOptions(), cache: true, new Recorder(reports));
        Assert.AreEqual(6, second.RequestsSeen);
        Assert.AreEqual(1.0, run.Tasks[0].Primary!.Value);
        Assert.AreEqual((10, 10, 4), (reports[^1].Completed, reports[^1].Total, reports[^1].Cached));
        Assert.AreEqual(1.0, reports[^1].Scores.Single().Value);
        var third = Engine();
        await RunAsync(third, new BenchmarkRunOptions(), cache: true);
        Assert.AreEqual(0, third.RequestsSeen);
    }

    [TestMethod]
    public async Task Another_engine_identity_shares_no_answers()
    {
        await RunAsync(Engine(), new BenchmarkRunOptions(), cache: true);
        var other = Engine(identity: "other weights");
        await RunAsync(other, new BenchmarkRunOptions(), cache: true);
        Assert.AreEqual(10, other.RequestsSeen);
    }

    [TestMethod]
    public async Task A_torn_cache_line_is_asked_again()
    {
        await RunAsync(Engine(), new BenchmarkRunOptions(), cache: true);
        var file = Directory.EnumerateFiles(folder["cache"], "*.jsonl", SearchOption.AllDirectories).Single();
        var bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, bytes[..^20]);
        var engine = Engine();
        var run = await RunAsync(engine, new BenchmarkRunOptions(), cache: true);
        Assert.AreEqual(1, engine.RequestsSeen);
        Assert.HasCount(10, run.Tasks[0].Documents);
    }

    [TestMethod]
    [DataRow(3.0, 3)]
    [DataRow(0.25, 3)]
    [DataRow(100.0, 10)]
    public async Task A_limit_counts_documents_or_rounds_a_fraction_up(double limit, int count)
    {
        var run = await RunAsync(Engine(), new BenchmarkRunOptions { Limit = limit });
        Assert.HasCount(count, run.Tasks[0].Documents);
        Assert.AreEqual(10, run.Tasks[0].OriginalCount);
    }

    [TestMethod]
    public async Task Samples_are_visited_in_file_order_and_numbered_in_the_order_given()
    {
        var run = await RunAsync(Engine(), new BenchmarkRunOptions { Samples = new Dictionary<string, IReadOnlyList<int>> { ["sums"] = [7, 2, 5] } });
        Assert.AreEqual("2=7 5=2 7=5", string.Join(' ', run.Tasks[0].Documents.Select(d => $"{d.Row}={d.DocId}")));
    }

    [TestMethod]
    public async Task Faulty_limits_and_samples_are_all_refused_before_a_request()
    {
        var engine = Engine();
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => RunAsync(engine, new BenchmarkRunOptions
        {
            Limit = -1,
            Samples = new Dictionary<string, IReadOnlyList<int>> { ["sms"] = [1] },
        }));
        CollectionAssert.AreEquivalent(new[] { "TA4034", "TA4035", "TA4037" }, error.Diagnostics.Select(d => d.Code).ToArray());
        var range = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => RunAsync(engine, new BenchmarkRunOptions
        {
            Samples = new Dictionary<string, IReadOnlyList<int>> { ["sums"] = [3, 10] },
        }));
        Assert.AreEqual("TA4036", range.Diagnostics.Single().Code);
        var twice = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => RunAsync(engine, new BenchmarkRunOptions
        {
            Samples = new Dictionary<string, IReadOnlyList<int>> { ["sums"] = [3, 1, 3, 5, 5, 3] },
        }));
        Assert.AreEqual("TA4212", twice.Diagnostics.Single().Code);
        Assert.Contains("row 3, row 5 more than once", twice.Message);
        var none = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => RunAsync(engine, new BenchmarkRunOptions
        {
            Samples = new Dictionary<string, IReadOnlyList<int>> { ["sums"] = [] },
        }));
        Assert.AreEqual("TA4213", none.Diagnostics.Single().Code);
        Assert.AreEqual(0, engine.RequestsSeen);
    }

    [TestMethod]
    [DataRow("num_beams=4", "num_beams")]
    [DataRow("max_gen_toks=0", "max_gen_toks")]
    [DataRow("top_k=5", "top_k")]
    public async Task A_generation_option_that_cannot_be_met_is_refused(string text, string name)
    {
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => RunAsync(Engine(), new BenchmarkRunOptions { GenerationOverrides = GenerationArguments.Parse(text) }));
        Assert.AreEqual("TA4039", error.Diagnostics.Single().Code);
        Assert.Contains(name, error.Message);
    }

    [TestMethod]
    public async Task Equal_greedy_repeats_are_asked_once_and_sampled_ones_each_with_its_seed()
    {
        Write("sums", "repeats: 3");
        var greedy = Engine();
        await RunAsync(greedy, new BenchmarkRunOptions { Limit = 2 });
        Assert.AreEqual(2, greedy.RequestsSeen);
        var sampled = Engine();
        await RunAsync(sampled, new BenchmarkRunOptions { Limit = 1, GenerationOverrides = GenerationArguments.Parse("do_sample=true,temperature=0.5") });
        CollectionAssert.AreEqual(new long[] { 1234, 1235, 1236 }, sampled.Prompts.Select(p => p.Options.Seed).ToArray());
    }

    [TestMethod]
    public async Task The_chat_profile_applies_the_template_raises_the_default_length_and_says_why_it_differs()
    {
        var engine = Engine(chat: true);
        var run = await RunAsync(engine, new BenchmarkRunOptions { Profile = EvaluationProfile.Chat, Limit = 1 });
        Assert.AreEqual("<user>What is 0+1?<assistant>", engine.Prompts[0].Prompt);
        Assert.AreEqual(256, engine.Prompts[0].Options.MaxTokens, "half of this model's context");
        Assert.HasCount(1, run.NotComparableBecause);
        Assert.Contains("Not comparable to lm-evaluation-harness because the chat profile", ScoreTable.Summarize(run));
    }

    [TestMethod]
    public async Task A_parity_run_compares_and_its_summary_shows_truncated_and_unparseable_answers()
    {
        Write("sums", """
            filter_list:
              - name: number
                filter: [{function: regex, regex_pattern: "is ([0-9]+)"}, {function: take_first}]
            """);
        var engine = new ReplayEngine();
        engine.Add(EngineCall.HashText("What is 0+1?"), "It is 1");
        engine.Add(EngineCall.HashText("What is 1+1?"), "Let me think about", FinishReason.Length);
        var run = await RunAsync(engine, new BenchmarkRunOptions { Limit = 2 });
        Assert.AreEqual((0.5, 0.5, 0.5), (run.Tasks[0].Primary!.Value, run.Tasks[0].TruncationRate, run.Tasks[0].UnparseableRate("number")));
        var summary = ScoreTable.Summarize(run);
        Assert.Contains("50.0 %", summary);
        Assert.Contains("Comparable to lm-evaluation-harness", summary);
    }

    [TestMethod]
    [RequiresShared("data/humaneval")]
    public async Task Programs_are_never_run_without_leave_and_the_task_is_skipped_not_zero()
    {
        var engine = new ReplayEngine { MaxLength = 4096 };
        var documents = JsonRows.Read(SharedData.PathOf("data", "humaneval", "HumanEval.jsonl"), null);
        engine.Add(EngineCall.HashText(documents[0].Find("prompt")!.ToString()), "    return False\n");
        var run = await new BenchmarkRunner(new DatasetStore(SharedData.PathOf("data"), folder["d"]), folder.Path)
            .RunAsync(BenchmarkCatalog.Load().Select(["humaneval"]), engine, new BenchmarkRunOptions { Limit = 1 }, null, CancellationToken.None);
        Assert.IsEmpty(run.Tasks[0].Scores);
        Assert.AreEqual("TA4041", run.Warnings.Single().Code);
        Assert.Contains("return False", SampleLines.Of(run.Tasks[0]).Single().Find("filtered_resps")!.ToString(), "the program is kept for later");
        Assert.Contains("skipped", ScoreTable.Summarize(run));
    }

    [TestMethod]
    [RequiresShared("golden/lm-eval/reasoner-target-think")]
    public async Task Think_gives_the_prompts_of_the_think_benchmark()
    {
        var golden = GoldenRun.All().Single(r => r.Id == "reasoner-target-think");
        var catalog = GoldenRun.Catalog();
        var run = await new BenchmarkRunner(new DatasetStore(null, folder["d"]), folder.Path)
            .RunAsync(catalog.Select(["tiny_arithmetic_chat"]), golden.Engine(), golden.Options with { Think = true }, null, CancellationToken.None);
        var expected = golden.Samples().Single().Lines.Select(l => l.Find("prompt_hash")!.ToString());
        CollectionAssert.AreEqual(expected.ToArray(), run.Tasks[0].Documents.Select(d => d.PromptHash).ToArray());
        Assert.HasCount(1, run.NotComparableBecause);
    }

    [TestMethod]
    [RequiresShared("data/sciq")]
    public async Task The_paper_profile_asks_its_own_questions()
    {
        var catalog = BenchmarkCatalog.Load();
        var names = ProfileRules.Names(catalog, EvaluationProfile.Paper, ["gsm8k", "sciq", "bbh", "own.yaml"]);
        CollectionAssert.AreEqual(new[] { "paper_gsm8k", "paper_sciq", "paper_bbh", "own.yaml" }, names.ToArray());
        var planner = new TaskPlanner(
            new DatasetLoader(new DatasetStore(SharedData.PathOf("data"), folder["d"]), folder.Path),
            PlannedModel.Of(new ReplayEngine { MaxLength = 4096, ChatTemplate = (m, _) => m.First(x => x.Role == "user").Content }), new BenchmarkRunOptions { Profile = EvaluationProfile.Paper, Limit = 1, Think = true }, []);
        var problems = new List<Diagnostic>();
        foreach (var task in catalog.Select(["paper"]).Tasks)
        {
            var plan = await planner.PlanAsync(task, problems, CancellationToken.None);
            Assert.IsEmpty(problems);
            Assert.StartsWith("Think step by step. ", plan!.Documents[0].Requests[0].Context);
            if (task.Name == "paper_sciq")
            {
                var letter = plan.Documents[0].Target.ToString();
                var correct = plan.Documents[0].Source.Document.Find("correct_answer")!.ToString();
                Assert.Contains($"{letter}) {correct}\n", plan.Documents[0].Requests[0].Context);
            }
        }
    }

    [TestMethod]
    public async Task Files_are_written_where_the_harness_writes_them()
    {
        var run = await RunAsync(Engine(), new BenchmarkRunOptions { Limit = 2 });
        var written = ResultsWriter.Write(run, new ModelFacts("models/tiny:1"), folder["out"]);
        Assert.HasCount(2, written);
        Assert.AreEqual(folder["out", "models__tiny__1"], Path.GetDirectoryName(written[0]));
        Assert.MatchesRegex(@"results_\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{6}\.json$", written[0]);
        var results = (PythonDictionary)GoldenRun.Json(File.ReadAllText(written[0]));
        Assert.AreEqual(1.0, ((PythonFloat)((PythonDictionary)((PythonDictionary)results.Find("results")!).Find("sums")!).Find("exact_match,none")!).Value);
        var line = (PythonDictionary)GoldenRun.Json(File.ReadLines(written[1]).First());
        Assert.AreEqual("['1']", ((PythonList)line.Find("resps")!).Items[0].ToString());
    }

    [TestMethod]
    public async Task What_a_run_that_was_killed_while_it_wrote_left_goes_and_nothing_else_does()
    {
        var run = await RunAsync(Engine(), new BenchmarkRunOptions { Limit = 2 });
        var target = folder["out", "m"];
        Directory.CreateDirectory(target);
        File.WriteAllText(Path.Combine(target, $".results_2025-01-01T00-00-00.000000.json.{Guid.NewGuid():N}.new"), "{");
        File.WriteAllText(Path.Combine(target, $".samples_sums_2025-01-01T00-00-00.000000.jsonl.{Guid.NewGuid():N}.new"), "{");
        string[] others = ["notes.txt", ".hidden", "results_2025-01-01T00-00-00.000000.json", $".results.json.{Guid.NewGuid():N}.new"];
        foreach (var name in others)
            File.WriteAllText(Path.Combine(target, name), "precious");

        var written = ResultsWriter.Write(run, new ModelFacts("m"), folder["out"]);

        CollectionAssert.AreEquivalent(
            others.Concat(written.Select(w => Path.GetFileName(w))).ToArray(),
            Directory.GetFiles(target, "*", new EnumerationOptions { AttributesToSkip = 0 }).Select(f => Path.GetFileName(f)).ToArray());
    }

    [TestMethod]
    public async Task A_pool_too_small_for_the_shots_is_refused()
    {
        Write("sums", "num_fewshot: 3\nfewshot_config: {samples: [{q: a, a: b}, {q: c, a: d}]}");
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => RunAsync(Engine(), new BenchmarkRunOptions()));
        Assert.AreEqual("TA4030", error.Diagnostics.Single().Code);
    }

    [TestMethod]
    public async Task A_column_that_is_not_there_is_named()
    {
        Write("sums", "description: '{{nowhere}}'");
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => RunAsync(Engine(), new BenchmarkRunOptions()));
        Assert.AreEqual("TA4031", error.Diagnostics.Single().Code);
        Assert.Contains("'nowhere' is undefined", error.Message);
    }

    private static ReplayEngine Engine(int? stopAfter = null, string identity = "weights", bool chat = false)
    {
        var engine = new ReplayEngine
        {
            StopAfter = stopAfter,
            Identity = identity,
            ChatTemplate = (messages, _) => string.Concat(messages.Select(m => $"<{m.Role}>{m.Content}")) + "<assistant>",
        };
        for (var i = 0; i < 10; i++)
            engine.Add(EngineCall.HashText(chat ? $"<user>What is {i}+1?<assistant>" : $"What is {i}+1?"), $"{i + 1}");
        return engine;
    }

    private Task<BenchmarkRunResult> RunAsync(ReplayEngine engine, BenchmarkRunOptions options, bool cache = false, IProgress<RunProgress>? progress = null) =>
        new BenchmarkRunner(new DatasetStore(null, folder["data"]), folder.Path, cache ? folder["cache"] : null)
            .RunAsync(BenchmarkCatalog.Load().Select([folder["sums.yaml"]]), engine, options, progress, CancellationToken.None);

    private void Write(string name, string more) => File.WriteAllText(folder[name + ".yaml"], $$$"""
        task: {{{name}}}
        dataset_path: json
        dataset_kwargs: {data_files: {test: rows.jsonl}}
        test_split: test
        doc_to_text: "{{q}}"
        doc_to_target: "{{a}}"

        """ + more);

    private sealed class Recorder(List<RunProgress> reports) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => reports.Add(value);
    }
}
