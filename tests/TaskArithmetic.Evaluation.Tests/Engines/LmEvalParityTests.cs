using System.Diagnostics;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Execution;
using TaskArithmetic.Evaluation.Tests.Running;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Evaluation.Tests.Engines;

/// <summary>Every recorded run of lm-evaluation-harness, answered by the embedded engine in float32.</summary>
[TestClass]
[RequiresShared("golden/lm-eval")]
public sealed class LmEvalParityTests
{
    /// <summary>Runs of SmolLM2 take minutes; these reach scoring, the chat template, free text and exact answers.</summary>
    private static readonly string[] QuickSmolRuns = ["smol-own-choice-chat", "smol-own-chat", "smol-sciq-chat"];

    public required TestContext TestContext { get; set; }

    public static IEnumerable<object[]> Models => GoldenRun.All().Where(r => r.IsOk).Select(r => r.ModelName).Distinct().Select(m => new object[] { m });

    [TestMethod]
    [DynamicData(nameof(Models))]
    public async Task The_embedded_engine_answers_and_scores_every_item_as_recorded(string model)
    {
        if (model == ParityModel.SmolName && !SharedData.Exists(SmolLM2.SharedPath))
            Assert.Inconclusive($"needs shared/{SmolLM2.SharedPath}");
        using var folder = new TemporaryFolder();
        GoldenRun.LayOut(folder);
        var catalog = GoldenRun.Catalog();
        var executor = (await ProgramExecutorSelector.SelectAsync(new ProgramExecutionOptions { Allowed = CodeExecution.Sandbox }, TestContext.CancellationToken)).Executor;
        await using var engine = await ParityModel.LoadAsync(ParityModel.Folder(model, folder));
        var mismatches = new List<string>();
        var documents = 0;

        foreach (var golden in GoldenRun.All().Where(r => r.IsOk && r.ModelName == model && IsWanted(r)))
        {
            var clock = Stopwatch.StartNew();
            var run = await golden.RepeatAsync(catalog, folder.Path, engine, cache: null, executor);
            var comparison = new ParityComparison(golden, run).Compare();
            mismatches.AddRange(comparison.Mismatches);
            documents += comparison.Documents;
            TestContext.WriteLine($"{golden.Id}: {comparison.Documents} documents, {comparison.NearTies} other paths at near ties, {clock.Elapsed.TotalSeconds:0.0} s");
        }

        Assert.IsGreaterThan(0, documents);
        Assert.IsEmpty(mismatches, $"{mismatches.Count} mismatches:\n{string.Join('\n', mismatches.Take(30))}");
    }

    [TestMethod]
    public async Task A_benchmark_that_asks_for_longer_answers_than_the_model_sees_is_refused_as_recorded()
    {
        using var folder = new TemporaryFolder();
        var golden = GoldenRun.All().Single(r => r.Id == "gsm8k-toolong");
        await using var engine = await ParityModel.LoadAsync(ParityModel.Folder(golden.ModelName, folder));

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => golden.RepeatAsync(GoldenRun.Catalog(), folder.Path, engine));

        Assert.AreEqual("TA4038", error.Diagnostics.Single().Code);
        Assert.Contains("1024", error.Message);
        Assert.Contains("512", error.Message);
    }

    [TestMethod]
    public async Task Another_models_answers_are_told_apart_from_the_recorded_ones()
    {
        using var folder = new TemporaryFolder();
        GoldenRun.LayOut(folder);
        var ofMax = GoldenRun.All().Single(r => r.Id == "own-family-max");
        await using var add = await ParityModel.LoadAsync(ParityModel.Folder("family--add", folder));

        var comparison = new ParityComparison(ofMax, await ofMax.RepeatAsync(GoldenRun.Catalog(), folder.Path, add)).Compare();

        Assert.Contains("ids differ", string.Join('\n', comparison.Mismatches));
        Assert.Contains("exact_match", string.Join('\n', comparison.Mismatches));
    }

    [TestMethod]
    public async Task A_run_whose_answers_are_all_known_reads_no_weights()
    {
        using var folder = new TemporaryFolder();
        GoldenRun.LayOut(folder);
        var golden = GoldenRun.All().Single(r => r.Id == "own-choice");
        var model = ParityModel.Folder(golden.ModelName, folder);
        await using (var asked = await ParityModel.LoadAsync(model))
            await golden.RepeatAsync(GoldenRun.Catalog(), folder.Path, asked, folder["answers"]);
        await using var known = await ParityModel.LoadAsync(model);

        var comparison = new ParityComparison(golden, await golden.RepeatAsync(GoldenRun.Catalog(), folder.Path, known, folder["answers"])).Compare();

        Assert.IsFalse(known.IsLoaded);
        Assert.IsEmpty(comparison.Mismatches, string.Join('\n', comparison.Mismatches));
    }

    [TestMethod]
    [RequiresShared("models/tiny-reasoner")]
    public async Task Without_a_BOS_the_tokenizers_EOS_stands_before_a_text_that_has_no_context()
    {
        await using var engine = await ParityModel.LoadAsync(SharedData.PathOf("models", "tiny-reasoner", "target"));

        // <|im_end|> is this tokenizer's EOS; its configuration names no BOS.
        var scores = await engine.ScoreAsync([new("", "Tom has 12 apples."), new("<|im_end|>", "Tom has 12 apples.")], null, TestContext.CancellationToken);

        Assert.AreEqual(1, scores[0].ContextTokens);
        Assert.AreEqual(scores[1].LogProbability, scores[0].LogProbability, 1e-5);
        Assert.AreEqual(string.Join(' ', scores[1].ContinuationIds!), string.Join(' ', scores[0].ContinuationIds!));
    }

    private static bool IsWanted(GoldenRun run) => AllGoldens.Wanted || run.ModelName != ParityModel.SmolName || QuickSmolRuns.Contains(run.Id);
}
