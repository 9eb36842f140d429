using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.LanguageModels;
using TaskArithmetic.Safetensors;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Torch.Tests;

namespace TaskArithmetic.LanguageModels.Tests;

[TestClass]
[RequiresShared(SmolLM2.SharedPath)]
public sealed class SmolLM2Tests
{
    [TestMethod]
    public void A_real_instruct_model_answers_and_scores_as_the_reference()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf(SmolLM2.SharedPath, "golden.json")));
        var cases = golden.RootElement.GetProperty("cases").EnumerateArray().ToList();
        var prompts = cases.Select(one => Ids(one.GetProperty("prompt_ids"))).ToList();
        using var model = CausalLanguageModel.Load(SmolLM2.Folder, LoadedLibtorch.Instance, DType.F32);

        var answers = model.Generate([.. prompts.Select(ids => new GenerationPrompt(ids))], new GenerationSettings { MaxNewTokens = 32 });
        var scores = model.Score([.. prompts.Select(ids => new ScoredSequence(ids[..1], ids[1..]))]);

        var mismatches = new List<string>();
        for (var i = 0; i < cases.Count; i++)
        {
            var expected = Ids(cases[i].GetProperty("greedy_ids"));
            if (cases[i].GetProperty("min_margin").GetDouble() > 2e-3 && !answers[i].Ids.SequenceEqual(expected))
                mismatches.Add($"prompt {i}: {string.Join(',', answers[i].Ids)} instead of {string.Join(',', expected)}");
            var logProbability = cases[i].GetProperty("prompt_logprob").GetDouble();
            if (!(Math.Abs(scores[i].Sum - logProbability) <= 1e-2))
                mismatches.Add($"prompt {i}: log-probability {scores[i].Sum} instead of {logProbability}");
            var logits = model.Logits(prompts[i]);
            foreach (var pair in cases[i].GetProperty("first_logits_top8").EnumerateArray())
            {
                var actual = logits[prompts[i].Length - 1, pair[0].GetInt32()];
                if (!(Math.Abs(actual - pair[1].GetDouble()) <= 1e-3))
                    mismatches.Add($"prompt {i}: logit {actual} of token {pair[0]} instead of {pair[1]}");
            }
        }
        Assert.AreEqual("", string.Join(Environment.NewLine, mismatches));
    }

    private static int[] Ids(JsonElement json) => [.. json.EnumerateArray().Select(id => id.GetInt32())];
}
