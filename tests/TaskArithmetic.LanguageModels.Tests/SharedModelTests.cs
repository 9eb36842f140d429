using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.LanguageModels;
using TaskArithmetic.Safetensors;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Torch.Tests;

namespace TaskArithmetic.LanguageModels.Tests;

/// <summary>Trained models, whose continuations make sense, against float64 programs and other engines.</summary>
[TestClass]
public sealed class SharedModelTests
{
    private const double Tolerance = 1e-4;

    [TestMethod]
    [RequiresShared("models/stories260K")]
    public void Stories260K_continues_every_prompt_as_the_reference() => ContinuesAsGolden("models/stories260K", "golden/greedy.json");

    [TestMethod]
    [RequiresShared("models/babyllama105")]
    public void Babyllama105_continues_every_prompt_as_the_reference() => ContinuesAsGolden("models/babyllama105", "golden/greedy.json");

    [TestMethod]
    [RequiresShared("models/stories260K-variants")]
    [DataRow("bf16-3-shards")]
    [DataRow("f16-untied")]
    [DataRow("qwen2-random-bias")]
    [DataRow("qwen3-random-qknorm")]
    public void The_same_weights_in_another_layout_continue_as_the_reference(string variant)
    {
        var folder = $"models/stories260K-variants/{variant}";
        ContinuesAsGolden(folder, "golden.json");
        using var model = Load(folder);
        foreach (var one in Json(folder, "golden.json").GetProperty("cases").EnumerateArray())
        {
            var ids = Ids(one.GetProperty("prompt_ids"));
            var logits = model.Logits(ids);
            var expected = one.GetProperty("first_logits").EnumerateArray().Select(value => value.GetDouble()).ToArray();
            Assert.IsTrue(expected.Select((value, token) => Math.Abs(value - logits[ids.Length - 1, token])).Max() <= Tolerance);
        }
    }

    [TestMethod]
    [RequiresShared("models/stories260K")]
    public void Stories260K_logits_and_hidden_states_equal_the_reference()
    {
        using var model = Load("models/stories260K");
        var golden = new GoldenTensors(SharedData.PathOf("models", "stories260K", "golden", "logits.safetensors"));
        var prefill = golden.Rows("prefill_logits_f64");
        var scores = Json("models/stories260K", "golden/scores.json").EnumerateArray().First();
        var ids = Ids(scores.GetProperty("ids"));
        Assert.AreEqual(prefill.Length, ids.Length, "the prefill is the first scored text");

        var logits = model.Logits(ids);
        var hidden = model.HiddenStates(ids);

        Assert.IsTrue(Worst(prefill, logits) <= Tolerance, $"logits off by {Worst(prefill, logits)}");
        var finalNorm = golden.Rows("prefill_hidden_f32")[^ids.Length..];
        Assert.IsTrue(Worst(finalNorm, hidden) <= Tolerance, $"hidden states off by {Worst(finalNorm, hidden)}");
    }

    [TestMethod]
    [RequiresShared("models/stories260K")]
    public void Stories260K_scores_texts_as_the_reference()
    {
        using var model = Load("models/stories260K");
        foreach (var text in Json("models/stories260K", "golden/scores.json").EnumerateArray())
        {
            var ids = Ids(text.GetProperty("ids"));
            var score = model.Score([new(ids[..1], ids[1..])])[0];
            var expected = text.GetProperty("token_logprobs").EnumerateArray().Select(value => value.GetDouble()).ToArray();
            Assert.AreEqual(expected.Length, score.LogProbabilities.Count);
            Assert.IsTrue(expected.Zip(score.LogProbabilities, (a, b) => Math.Abs(a - b)).Max() <= Tolerance);
            Assert.AreEqual(text.GetProperty("sum_logprob").GetDouble(), score.Sum, 1e-3);
        }
    }

    [TestMethod]
    [RequiresShared("models/tiny-reasoner")]
    [DataRow("base")]
    [DataRow("sft")]
    [DataRow("grpo")]
    [DataRow("target")]
    public void Tiny_reasoner_models_load_with_both_end_ids(string name)
    {
        using var model = Load($"models/tiny-reasoner/{name}");

        Assert.IsTrue(model.Configuration.EndOfSequenceIds.SequenceEqual([508, 506]), "generation_config.json wins over config.json");
        Assert.IsFalse(float.IsNaN(model.Logits([1, 2, 3])[2, 0]));
    }

    private static void ContinuesAsGolden(string folder, string golden)
    {
        using var model = Load(folder);
        var cases = Json(folder, golden).GetProperty("cases").EnumerateArray().ToList();
        var expected = cases.Select(one => Ids(one.GetProperty("greedy_ids"))).ToList();
        var prompts = cases.Select(one => new GenerationPrompt(Ids(one.GetProperty("prompt_ids")))).ToList();
        var mismatches = new List<string>();
        for (var batch = 1; batch <= cases.Count; batch += cases.Count - 1)
        {
            // Cases end at different lengths, so the stop condition, not the limit, ends the shorter ones.
            var answers = model.Generate(
                prompts,
                new GenerationSettings { MaxNewTokens = expected.Max(ids => ids.Length), EndOfSequenceIds = [], BatchSize = batch },
                (row, ids) => ids.Count == expected[row].Length);
            mismatches.AddRange(Enumerable.Range(0, cases.Count)
                .Where(i => !answers[i].Ids.SequenceEqual(expected[i]))
                .Select(i => $"prompt {i}, batches of {batch}: {string.Join(',', answers[i].Ids)}"));
        }
        Assert.AreEqual("", string.Join(Environment.NewLine, mismatches));
    }

    private static CausalLanguageModel Load(string folder) =>
        CausalLanguageModel.Load(SharedData.PathOf(folder), LoadedLibtorch.Instance, DType.F32);

    private static JsonElement Json(string folder, string file) =>
        JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf(folder, file))).RootElement;

    private static int[] Ids(JsonElement json) => [.. json.EnumerateArray().Select(id => id.GetInt32())];

    private static double Worst(double[][] expected, float[,] actual) =>
        expected.SelectMany((row, i) => row.Select((value, j) => Math.Abs(value - actual[i, j]))).Max();
}
