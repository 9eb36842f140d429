using System.Text.Json;
using TaskArithmetic.Evaluation.Catalog;
using TaskArithmetic.Evaluation.Data;
using TaskArithmetic.Evaluation.Running;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Evaluation.Tests.Engines;

/// <summary>The sample's models and merges on their 400 questions: which were answered right is recorded one by one.</summary>
[TestClass]
[RequiresShared("models/tiny-reasoner/golden.json")]
public sealed class TinyReasonerTests
{
    private const string Folder = "models/tiny-reasoner";

    private static readonly string[] QuickArms = ["target chat", "sft chat", "grpo chat", "+1.0v chat"];

    /// <summary>Every recorded arm whose weights can be had: the placebos' random vectors are not recorded.</summary>
    public static IEnumerable<object[]> Arms
    {
        get
        {
            if (!SharedData.Exists(Folder))
                return [["target chat"]];
            using var golden = Golden();
            return [.. golden.RootElement.GetProperty("arms").EnumerateObject().Select(a => a.Name)
                .Where(a => AllGoldens.Wanted ? !a.StartsWith("placebo", StringComparison.Ordinal) : QuickArms.Contains(a))
                .Select(a => new object[] { a })];
        }
    }

    [TestMethod]
    [DynamicData(nameof(Arms))]
    public async Task The_same_questions_are_answered_right_as_recorded(string arm)
    {
        using var golden = Golden();
        var expected = golden.RootElement.GetProperty("arms").GetProperty(arm).GetProperty("hits").GetString()!;
        using var scratch = new TemporaryFolder();
        var (model, prompt) = arm.Split(' ') is [var first, var second] ? (first, second) : throw new InvalidDataException(arm);
        var benchmarks = SharedData.PathOf("models", "tiny-reasoner", "benchmark");
        await using var engine = await ParityModel.LoadAsync(ModelFolder(model, scratch), batchSize: 16);

        var run = await new BenchmarkRunner(new DatasetStore(null, scratch["data"]), benchmarks).RunAsync(
            BenchmarkCatalog.Load(benchmarks).Select([$"tiny_arithmetic_{prompt}"]), engine,
            new BenchmarkRunOptions { ApplyChatTemplate = prompt != "plain" }, null, CancellationToken.None);

        var hits = string.Concat(run.Tasks[0].Documents.Select(d => d.Filters[0].Find("exact_match") is { First: 1 } ? '1' : '0'));
        var other = Enumerable.Range(0, expected.Length).Where(i => i >= hits.Length || hits[i] != expected[i]).ToList();
        Assert.HasCount(400, run.Tasks[0].Documents);
        Assert.IsEmpty(other, $"{arm}: questions {string.Join(", ", other)}");
    }

    private static string ModelFolder(string model, TemporaryFolder scratch) =>
        model.EndsWith('v') ? ParityModel.Merged(model[..^1].TrimStart('+'), scratch) : SharedData.PathOf("models", "tiny-reasoner", model);

    private static JsonDocument Golden() => JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("models", "tiny-reasoner", "golden.json")));
}
