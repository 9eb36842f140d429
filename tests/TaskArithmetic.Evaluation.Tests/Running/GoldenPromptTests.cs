using System.Text.Json;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Catalog;
using TaskArithmetic.Evaluation.Data;
using TaskArithmetic.Evaluation.Filters;
using TaskArithmetic.Evaluation.Metrics;
using TaskArithmetic.Evaluation.Running;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Tests.Running;

/// <summary>Prompts and worked scores from lm-evaluation-harness's own code.</summary>
[TestClass]
[RequiresShared("golden/eval")]
public sealed class GoldenPromptTests
{
    private static readonly BenchmarkCatalog Catalog = BenchmarkCatalog.Load();

    [TestMethod]
    public async Task The_first_fifty_gsm8k_prompts_have_the_recorded_hashes()
    {
        var plan = await PlanAsync("gsm8k", new BenchmarkRunOptions { Limit = 50 });
        Assert.AreEqual(File.ReadAllText(Golden("gsm8k_5shot_doc0_prompt.txt")), plan.Documents[0].Requests[0].Context);
        var wrong = File.ReadLines(Golden("gsm8k_5shot_prompt_sha256.txt")).Select(l => l.Split(' ')).Where(l =>
            EngineCall.HashText(plan.Documents[int.Parse(l[0], System.Globalization.CultureInfo.InvariantCulture)].Requests[0].Context) != l[1]).ToArray();
        Assert.IsEmpty(wrong, string.Join(", ", wrong.Select(l => l[0])));
    }

    [TestMethod]
    public async Task The_first_prompt_of_every_bbh_subtask_has_the_recorded_hash()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Golden("bbh_cot_fewshot_doc0_prompt_sha256.json")));
        var wrong = new List<string>();
        foreach (var entry in golden.RootElement.EnumerateObject())
        {
            var plan = await PlanAsync($"bbh_cot_fewshot_{entry.Name}", new BenchmarkRunOptions { Limit = 1 });
            if (EngineCall.HashText(plan.Documents[0].Requests[0].Context) != entry.Value.GetString())
                wrong.Add(entry.Name);
        }
        Assert.AreEqual(27, golden.RootElement.EnumerateObject().Count());
        Assert.IsEmpty(wrong, string.Join(", ", wrong));
    }

    [TestMethod]
    public void The_worked_gsm8k_answers_are_extracted_and_scored_as_recorded()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Golden("gsm8k_worked.json")));
        var wrong = new List<string>();
        foreach (var example in golden.RootElement.EnumerateArray())
        {
            var name = example.GetProperty("case").GetString()!;
            var task = Catalog.Select([name.StartsWith("cot", StringComparison.Ordinal) ? "gsm8k_cot" : "gsm8k"]).Tasks[0];
            var match = MetricCatalog.ExactMatch(MetricCatalog.For(task)[0]);
            foreach (var (filter, key) in new[] { ("strict-match", "strict"), ("flexible-extract", "flex") })
            {
                var pipeline = new FilterPipeline(task.FilterList!.Single(f => f.Name == filter));
                var answer = pipeline.Apply([example.GetProperty("text").GetString()!], new PythonDictionary()).Items[0];
                var score = match.Apply(answer) == match.Apply(example.GetProperty("gold").GetString()!) ? 1.0 : 0.0;
                if (answer != example.GetProperty(key)[0].GetString() || score != example.GetProperty(key)[1].GetDouble())
                    wrong.Add($"{name}, {filter}: '{answer}' scores {score}");
            }
        }
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    [TestMethod]
    public async Task The_worked_humaneval_answers_become_the_recorded_programs_and_scores()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Golden("humaneval_worked.json")));
        foreach (var example in golden.RootElement.EnumerateArray())
        {
            var task = example.GetProperty("task").GetString()!;
            var plan = await PlanAsync(task, new BenchmarkRunOptions { Limit = 1 });
            var document = plan.Documents[0].Source.Document;
            // Stop strings are the engine's work; the answer arrives cut.
            var text = plan.GenerationKwargs!.Find("until") is PythonList stops
                ? stops.Items.Aggregate(example.GetProperty("response").GetString()!, (t, s) => t.Split(s.ToString())[0]) : "";
            var engine = new ReplayEngine { MaxLength = 4096, ChatTemplate = (m, _) => string.Concat(m.Select(x => x.Content)) };
            engine.Add(EngineCall.HashText(plan.Documents[0].Requests[0].Context), text);
            var program = document.Find("prompt")!.ToString() + example.GetProperty("kept").GetString() + "\n" + document.Find("test") + "\ncheck(has_close_elements)";
            var passes = example.GetProperty("result").GetString() == "passed";
            var seen = new List<string>();
            using var folder = new TemporaryFolder();
            var run = await new BenchmarkRunner(Store(folder), folder.Path, null, new ScriptedExecutor(p => { seen.Add(p); return passes; }))
                .RunAsync(Catalog.Select([task]), engine, new BenchmarkRunOptions { Limit = 1 }, null, CancellationToken.None);
            Assert.AreEqual(program, seen.Single(), example.GetProperty("case").GetString());
            Assert.AreEqual(passes ? 1.0 : 0.0, run.Tasks[0].Scores.Single(s => s.Key == "pass@1,create_test").Value);
        }
    }

    private static string Golden(string file) => SharedData.PathOf("golden", "eval", file);

    private static DatasetStore Store(TemporaryFolder folder) => new(SharedData.PathOf("data"), folder["cache"]);

    private static async Task<TaskPlan> PlanAsync(string task, BenchmarkRunOptions options)
    {
        using var folder = new TemporaryFolder();
        var problems = new List<Diagnostics.Diagnostic>();
        var planner = new TaskPlanner(new DatasetLoader(Store(folder), folder.Path), PlannedModel.Of(new ReplayEngine { MaxLength = 4096 }), options, []);
        var plan = await planner.PlanAsync(Catalog.Select([task]).Tasks[0], problems, CancellationToken.None);
        Assert.IsEmpty(problems);
        return plan!;
    }
}
