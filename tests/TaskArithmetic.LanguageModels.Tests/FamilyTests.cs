using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.LanguageModels.Tests;

/// <summary>Gemma 3 and Phi-3 against a float64 program of their published definitions, on random weights.</summary>
[TestClass]
public sealed class FamilyTests
{
    private const double Tolerance = 1e-4;

    public static IEnumerable<object[]> Variants => TinyCheckpoint.Variants.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Variants))]
    public void Logits_equal_the_float64_program(string variant)
    {
        using var checkpoint = new TinyCheckpoint(variant);
        using var model = checkpoint.Load();
        foreach (var length in (int[])[1, 7, 24, 25, 72])
        {
            var ids = TinyCheckpoint.Ids(length, length);
            var (worst, _) = Differences(checkpoint.Reference().Logits(ids), model.Logits(ids));
            Assert.IsLessThanOrEqualTo(Tolerance, worst, $"{length} tokens");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Variants))]
    public void Bfloat16_logits_are_as_near_as_that_dtype_allows(string variant)
    {
        using var checkpoint = new TinyCheckpoint(variant);
        using var model = checkpoint.Load(DType.BF16);
        var ids = TinyCheckpoint.Ids(3, 40);
        var (worst, mean) = Differences(checkpoint.Reference().Logits(ids), model.Logits(ids));

        // Logits spread by about 3.
        Assert.IsLessThan(2, worst);
        Assert.IsLessThan(0.2, mean);
    }

    [TestMethod]
    [DynamicData(nameof(Variants))]
    public void Greedy_ids_equal_the_float64_program_alone_in_a_padded_batch_and_where_rows_make_room(string variant)
    {
        using var checkpoint = new TinyCheckpoint(variant);
        using var model = checkpoint.Load();
        var prompts = ((int[])[1, 5, 12, 23, 30]).Select(length => TinyCheckpoint.Ids(200 + length, length)).ToList();
        var expected = prompts.ConvertAll(prompt => checkpoint.Reference().Greedy(prompt, 16));
        Assert.IsGreaterThan(1e-3, expected.Min(answer => answer.Margin), "a near tie: choose another seed");

        foreach (var (size, libtorch) in ((int, bool)[])[(1, false), (2, false), (5, false), (1, true), (2, true), (5, true)])
        {
            model.UsesLibtorch = libtorch;
            var answers = model.Generate([.. prompts.Select(prompt => new GenerationPrompt(prompt))], new GenerationSettings { MaxNewTokens = 16, EndOfSequenceIds = [], BatchSize = size });
            for (var i = 0; i < prompts.Count; i++)
            {
                Assert.AreEqual(string.Join(',', expected[i].Ids), string.Join(',', answers[i].Ids), $"prompt {i}, {size} rows");
                Assert.AreEqual(expected[i].Margin, answers[i].MinimumMargin, 2 * Tolerance);
            }
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Rows_that_outgrow_the_trained_length_disturb_no_row_beside_them(bool libtorch)
    {
        using var checkpoint = new TinyCheckpoint("phi3, long");
        using var model = checkpoint.Load();
        model.UsesLibtorch = libtorch;
        // The third enters when the first ends, and outgrows 24 tokens in the very step that finds all 52 slots used, beside the short fourth.
        var prompts = ((int[])[23, 12, 12, 12]).Select((length, row) => new GenerationPrompt(TinyCheckpoint.Ids(row, length))).ToList();
        int[] lengths = [18, 26, 30, 12];
        var settings = new GenerationSettings { MaxNewTokens = 30, EndOfSequenceIds = [] };
        var alone = prompts.Select((prompt, row) => model.Generate([prompt], settings, (_, ids) => ids.Count == lengths[row])[0]).ToList();

        var together = model.Generate(prompts, settings with { BatchSize = 2 }, (row, ids) => ids.Count == lengths[row]);

        for (var row = 0; row < prompts.Count; row++)
            Assert.AreEqual(string.Join(',', alone[row].Ids), string.Join(',', together[row].Ids), $"row {row}");
    }

    [TestMethod]
    [DynamicData(nameof(Variants))]
    public void Log_probabilities_equal_the_float64_program(string variant)
    {
        using var checkpoint = new TinyCheckpoint(variant);
        using var model = checkpoint.Load();
        var sequences = ((int, int)[])[(1, 1), (9, 3), (9, 1), (20, 4), (20, 9), (40, 5)];
        var scored = sequences.Select(one => new ScoredSequence(TinyCheckpoint.Ids(one.Item1, one.Item1), TinyCheckpoint.Ids(7, one.Item2))).ToList();

        var scores = model.Score(scored);

        for (var i = 0; i < scored.Count; i++)
        {
            var expected = checkpoint.Reference().LogProbabilities([.. scored[i].Context], [.. scored[i].Continuation]);
            Assert.IsLessThanOrEqualTo(Tolerance, expected.Zip(scores[i].LogProbabilities, (a, b) => Math.Abs(a - b)).Max(), $"sequence {i}");
        }
    }

    [TestMethod]
    [DataRow("gemma3", "embedding scale")]
    [DataRow("gemma3", "one plus weight")]
    [DataRow("gemma3", "output norms")]
    [DataRow("gemma3", "head norms")]
    [DataRow("gemma3", "query scalar")]
    [DataRow("gemma3", "activation")]
    [DataRow("gemma3", "window")]
    [DataRow("gemma3", "local rotation")]
    [DataRow("gemma3", "rope scaling")]
    [DataRow("gemma3, new spelling", "local rotation")]
    [DataRow("gemma3, new spelling", "softcap")]
    [DataRow("phi3", "window")]
    [DataRow("phi3, long", "long factors")]
    [DataRow("phi3, long", "attention factor")]
    [DataRow("phi3, long", "partial rotation")]
    [DataRow("phi3, long, new spelling", "attention factor")]
    [DataRow("phi3, long, new spelling", "partial rotation")]
    [DataRow("phi3, long, new spelling", "rope scaling")]
    public void Each_peculiarity_of_a_family_moves_the_logits(string variant, string mistake)
    {
        using var checkpoint = new TinyCheckpoint(variant);
        using var model = checkpoint.Load();
        var ids = TinyCheckpoint.Ids(5, 40);

        var (worst, _) = Differences(checkpoint.Reference(mistake).Logits(ids), model.Logits(ids));

        Assert.IsGreaterThan(0.1, worst);
    }

    [TestMethod]
    public void Absent_keys_mean_the_defaults_of_the_family()
    {
        using var gemma = new TinyCheckpoint("gemma3, few keys");
        using var phi = new TinyCheckpoint("phi3, few keys");
        var (ofGemma, ofPhi) = (CausalLanguageModel.ReadConfiguration(gemma.Path), CausalLanguageModel.ReadConfiguration(phi.Path));

        Assert.AreEqual((256, 4, 131072, 1e-6, true), (ofGemma.HeadDimension, ofGemma.KeyValueHeadCount, ofGemma.MaxPositionEmbeddings, ofGemma.RmsNormEpsilon, ofGemma.TieWordEmbeddings));
        Assert.AreEqual((1e6, 1e4), (ofGemma.Rope.Theta, ofGemma.SlidingRope!.Theta));
        Assert.AreEqual("4096,,4096", string.Join(',', ofGemma.SlidingWindows));
        Assert.AreEqual((12, 4, 4096, 1e-5, false), (ofPhi.HeadDimension, ofPhi.KeyValueHeadCount, ofPhi.MaxPositionEmbeddings, ofPhi.RmsNormEpsilon, ofPhi.TieWordEmbeddings));
        Assert.AreEqual((1, 32000), (ofGemma.EndOfSequenceIds.Single(), ofPhi.EndOfSequenceIds.Single()));
        Assert.IsTrue(ofPhi.SlidingWindows.All(window => window is null));
    }

    [TestMethod]
    [DataRow("gemma3", "model_type", "\"gemma3\"", "TA2201")]
    [DataRow("gemma3", "model_type", "\"gemma2\"", "TA2201")]
    [DataRow("gemma3", "model_type", "\"gemma\"", "TA2201")]
    [DataRow("gemma3", "model_type", "\"llama4_text\"", "TA2201")]
    [DataRow("gemma3", "model_type", "\"qwen3_moe\"", "TA2201")]
    [DataRow("phi3", "model_type", "\"mixtral\"", "TA2201")]
    [DataRow("phi3", "model_type", "\"phi\"", "TA2201")]
    [DataRow("phi3", "model_type", "\"phimoe\"", "TA2201")]
    [DataRow("gemma3", "architectures", "[\"Gemma3ForConditionalGeneration\"]", "TA2202")]
    [DataRow("gemma3", "attn_logit_softcapping", "50.0", "TA2203")]
    [DataRow("gemma3", "final_logit_softcapping", "0", "TA2203")]
    [DataRow("gemma3", "use_bidirectional_attention", "true", "TA2203")]
    [DataRow("gemma3", "query_pre_attn_scalar", "-1", "TA2203")]
    [DataRow("gemma3", "rope_parameters", "{\"rope_type\": \"default\", \"rope_theta\": 1e6}", "TA2203")]
    [DataRow("gemma3", "rope_scaling", "{\"type\": \"linear\", \"factor\": 8}", "TA2203")]
    [DataRow("gemma3", "rope_scaling", "{\"rope_type\": \"longrope\"}", "TA2204")]
    [DataRow("gemma3", "rope_scaling", "{\"rope_type\": \"linear\"}", "TA2205")]
    [DataRow("gemma3", "hidden_activation", "\"gelu\"", "TA2207")]
    [DataRow("gemma3", "sliding_window", "null", "TA2208")]
    [DataRow("gemma3", "partial_rotary_factor", "0.5", "TA2209")]
    [DataRow("gemma3", "num_hidden_layers", "8", "TA2210")]
    [DataRow("gemma3", "num_hidden_layers", "6", "TA2211")]
    [DataRow("gemma3", "attention_bias", "true", "TA2210")]
    [DataRow("gemma3", "head_dim", "32", "TA2212")]
    [DataRow("phi3", "rope_scaling", "{\"type\": \"linear\", \"factor\": 2}", "TA2204")]
    [DataRow("phi3", "rope_scaling", "{\"type\": \"longrope\", \"short_factor\": [1, 1], \"long_factor\": [1, 1, 1, 1, 1, 1]}", "TA2205")]
    [DataRow("phi3", "rope_scaling", "{\"type\": \"su\", \"long_factor\": [1, 1, 1, 1, 1, 1]}", "TA2205")]
    [DataRow("phi3", "partial_rotary_factor", "1.5", "TA2209")]
    [DataRow("phi3", "hidden_act", "\"gelu\"", "TA2207")]
    [DataRow("phi3", "tie_word_embeddings", "true", "TA2215")]
    [DataRow("phi3", "intermediate_size", "71", "TA2212")]
    [DataRow("phi3", "num_key_value_heads", "2", "TA2212")]
    public void What_the_engine_would_have_to_guess_is_refused(string variant, string key, string value, string code)
    {
        using var checkpoint = new TinyCheckpoint(variant);
        checkpoint.Config[key] = System.Text.Json.Nodes.JsonNode.Parse(value);
        checkpoint.WriteConfig();

        var refusal = Assert.ThrowsExactly<DiagnosticException>(() => checkpoint.Load().Dispose());

        Assert.AreEqual(code, string.Join(' ', refusal.Diagnostics.Select(diagnostic => diagnostic.Code).Distinct()));
    }

    private static (double Worst, double Mean) Differences(double[][] expected, float[,] actual)
    {
        var all = expected.SelectMany((row, i) => row.Select((value, j) => Math.Abs(value - actual[i, j]))).ToList();
        return (all.Max(), all.Average());
    }
}
