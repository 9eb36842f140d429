using System.Text.Json;
using TaskArithmetic.Evaluation.Embedded;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Evaluation.Tests.Engines;

/// <summary>The models' own golden texts, from text to text through tokenizer, model and stop strings.</summary>
[TestClass]
public sealed class ModelGoldenTests
{
    [TestMethod]
    [RequiresShared("models/stories260K")]
    public Task Stories260K_continues_every_prompt_with_the_golden_text() => ContinuesAsGolden("models/stories260K", "golden/greedy.json");

    [TestMethod]
    [RequiresShared("models/babyllama105")]
    public Task Babyllama105_continues_every_prompt_with_the_golden_text() => ContinuesAsGolden("models/babyllama105", "golden/greedy.json");

    [TestMethod]
    [RequiresShared("models/stories260K-variants")]
    [DataRow("bf16-3-shards")]
    [DataRow("f16-untied")]
    [DataRow("qwen2-random-bias")]
    [DataRow("qwen3-random-qknorm")]
    public Task The_same_weights_in_another_layout_continue_every_prompt_with_their_golden_text(string variant) =>
        ContinuesAsGolden($"models/stories260K-variants/{variant}", "golden.json");

    [TestMethod]
    [RequiresShared(SmolLM2.SharedPath)]
    public async Task SmolLM2_answers_every_prompt_with_the_golden_text()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf(SmolLM2.SharedPath, "golden.json")));
        // One prompt has two words whose logits differ by less than two programs do.
        var cases = golden.RootElement.GetProperty("cases").EnumerateArray().Where(c => c.GetProperty("min_margin").GetDouble() > 2e-3).ToList();
        await using var engine = await ParityModel.LoadAsync(SmolLM2.Folder);

        var answers = await GenerateAsync(engine, cases, _ => 32);

        var mismatches = cases.Zip(answers)
            .Where(c => !c.Second.TokenIds!.SequenceEqual(Ids(c.First, "greedy_ids")) || c.Second.Text != c.First.GetProperty("greedy_text").GetString()
                || c.Second.PromptTokens != Ids(c.First, "prompt_ids").Length
                || c.Second.FinishReason != (c.Second.TokenIds!.Count < 32 ? FinishReason.Stop : FinishReason.Length))
            .Select(c => $"{c.First.GetProperty("prompt")}: {c.Second.Text}");
        Assert.AreEqual("", string.Join('\n', mismatches));
        Assert.IsGreaterThanOrEqualTo(6, cases.Count);
    }

    private static async Task ContinuesAsGolden(string folder, string file)
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf(folder, file)));
        var cases = golden.RootElement.GetProperty("cases").EnumerateArray().ToList();
        await using var engine = await ParityModel.LoadAsync(SharedData.PathOf(folder));

        var answers = await GenerateAsync(engine, cases, c => Ids(c, "greedy_ids").Length);

        var mismatches = cases.Zip(answers).Select(c => Mismatch(c.First, c.Second)).Where(m => m is not null);
        Assert.AreEqual("", string.Join('\n', mismatches));
        Assert.AreNotEqual(0, cases.Count);
    }

    private static string? Mismatch(JsonElement golden, Generation answer)
    {
        var prompt = golden.GetProperty("prompt").GetString();
        if (!answer.TokenIds!.SequenceEqual(Ids(golden, "greedy_ids")))
            return $"'{prompt}': ids {string.Join(' ', answer.TokenIds!)}";
        if (answer.PromptTokens != Ids(golden, "prompt_ids").Length)
            return $"'{prompt}': {answer.PromptTokens} prompt tokens";
        // The golden text is prompt and answer decoded together.
        return golden.GetProperty("text").GetString() is var text && text!.EndsWith(answer.Text, StringComparison.Ordinal) && answer.Text.Length + prompt!.Length >= text.Length - 1
            ? null
            : $"'{prompt}': {answer.Text}";
    }

    private static Task<IReadOnlyList<Generation>> GenerateAsync(TorchEngine engine, IEnumerable<JsonElement> cases, Func<JsonElement, int> tokens) =>
        engine.GenerateAsync(
            [.. cases.Select(c => new GenerationRequest(c.GetProperty("prompt").GetString()!, new GenerationOptions { MaxTokens = tokens(c) }))],
            completed: null, CancellationToken.None);

    private static int[] Ids(JsonElement json, string property) => [.. json.GetProperty(property).EnumerateArray().Select(id => id.GetInt32())];
}
