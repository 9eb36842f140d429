using System.Text.Json.Nodes;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.LanguageModels.Tests;

/// <summary>The keys that published models of the newer families bring along, with what is read of them.</summary>
[TestClass]
public sealed class RealConfigurationTests
{
    private const string Gemma1B = """
        "architectures": ["Gemma3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0, "attn_logit_softcapping": null, "bos_token_id": 2, "cache_implementation": "hybrid",
        "eos_token_id": [1, 106], "final_logit_softcapping": null, "head_dim": 256, "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 1152, "initializer_range": 0.02,
        "intermediate_size": 6912, "max_position_embeddings": 32768, "model_type": "gemma3_text", "num_attention_heads": 4, "num_hidden_layers": 26, "num_key_value_heads": 1, "pad_token_id": 0,
        "query_pre_attn_scalar": 256, "rms_norm_eps": 1e-06, "rope_local_base_freq": 10000, "rope_scaling": null, "rope_theta": 1000000, "sliding_window": 512, "sliding_window_pattern": 6,
        "torch_dtype": "bfloat16", "transformers_version": "4.50.0.dev0", "use_cache": true, "vocab_size": 262144
        """;

    private const string Gemma270M = """
        "_sliding_window_pattern": 6, "architectures": ["Gemma3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0, "attn_logit_softcapping": null, "bos_token_id": 2, "eos_token_id": 1,
        "final_logit_softcapping": null, "head_dim": 256, "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 640, "initializer_range": 0.02, "intermediate_size": 2048,
        "layer_types": ["sliding_attention", "sliding_attention", "sliding_attention", "sliding_attention", "sliding_attention", "full_attention"], "max_position_embeddings": 32768,
        "model_type": "gemma3_text", "num_attention_heads": 4, "num_hidden_layers": 6, "num_key_value_heads": 1, "pad_token_id": 0, "query_pre_attn_scalar": 256, "rms_norm_eps": 1e-06,
        "rope_local_base_freq": 10000.0, "rope_scaling": null, "rope_theta": 1000000.0, "sliding_window": 512, "torch_dtype": "bfloat16", "use_bidirectional_attention": false, "use_cache": true, "vocab_size": 262144
        """;

    private const string Phi = """
        "architectures": ["Phi3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0, "auto_map": {"AutoConfig": "configuration_phi3.Phi3Config", "AutoModelForCausalLM": "modeling_phi3.Phi3ForCausalLM"},
        "bos_token_id": 1, "embd_pdrop": 0.0, "eos_token_id": 32000, "hidden_act": "silu", "hidden_size": 3072, "initializer_range": 0.02, "intermediate_size": 8192, "model_type": "phi3",
        "num_attention_heads": 32, "num_hidden_layers": 4, "num_key_value_heads": 32, "pad_token_id": 32000, "resid_pdrop": 0.0, "rms_norm_eps": 1e-05, "rope_theta": 10000.0,
        "torch_dtype": "bfloat16", "use_cache": true, "vocab_size": 32064
        """;

    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void CleanUp() => folder.Dispose();

    [TestMethod]
    [DataRow(Gemma1B, 26)]
    [DataRow(Gemma270M, 6)]
    public void Gemma_3(string keys, int layers)
    {
        var model = Read(keys);

        Assert.IsTrue(model.TieWordEmbeddings);
        Assert.AreEqual(1 / 16.0, model.AttentionScale);
        Assert.AreEqual((1_000_000, 10_000), (model.Rope.Theta, model.SlidingRope!.Theta));
        CollectionAssert.AreEqual(Enumerable.Range(1, layers).Select(layer => layer % 6 == 0 ? (int?)null : 512).ToList(), model.SlidingWindows.ToList());
        CollectionAssert.AreEqual(keys == Gemma1B ? [1, 106] : (int[])[1], model.EndOfSequenceIds.ToList());
    }

    [TestMethod]
    [DataRow("""{"max_position_embeddings": 4096, "original_max_position_embeddings": 4096, "rope_scaling": null, "sliding_window": 2047, "tie_word_embeddings": false}""", RopeType.Default, 96, 2047, 1.0)]
    [DataRow("""{"max_position_embeddings": 131072, "original_max_position_embeddings": 4096, "rope_scaling": {"type": "su", "factors": 48}, "sliding_window": 262144, "tie_word_embeddings": false}""", RopeType.LongRope, 96, 262144, 1.1902380714238083)]
    [DataRow("""{"max_position_embeddings": 131072, "original_max_position_embeddings": 4096, "rope_scaling": {"type": "longrope", "factors": 48}, "sliding_window": 262144}""", RopeType.LongRope, 96, 262144, 1.1902380714238083)]
    [DataRow("""{"hidden_size": 5120, "num_attention_heads": 40, "num_key_value_heads": 10, "max_position_embeddings": 16384, "original_max_position_embeddings": 16384, "rope_scaling": null, "rope_theta": 250000, "sliding_window": null, "vocab_size": 100352, "eos_token_id": 100265, "bos_token_id": 100257, "pad_token_id": 100349}""", RopeType.Default, 128, 0, 1.0)]
    [DataRow("""{"num_attention_heads": 24, "num_key_value_heads": 8, "partial_rotary_factor": 0.75, "full_attn_mod": 1, "interpolate_factor": 1, "lm_head_bias": false, "mlp_bias": false, "max_position_embeddings": 131072, "original_max_position_embeddings": 4096, "rope_scaling": {"type": "longrope", "factors": 48}, "sliding_window": 262144, "tie_word_embeddings": true, "vocab_size": 200064}""", RopeType.LongRope, 96, 262144, 1.1902380714238083)]
    public void Phi_3_and_4(string changes, RopeType rope, int rotated, int window, double attention)
    {
        var edits = JsonNode.Parse(changes)!.AsObject();
        if (edits["rope_scaling"] is JsonObject scaling)
        {
            foreach (var key in (string[])["short_factor", "long_factor"])
                scaling[key] = new JsonArray([.. Enumerable.Range(0, (int)scaling["factors"]!).Select(i => (JsonNode)(1 + (0.25 * i)))]);
            scaling.Remove("factors");
        }

        var model = Read(Phi, edits);

        Assert.AreEqual(rope, model.Rope.Type);
        Assert.AreEqual(rotated, model.Rope.RotatedDimensions(model.HeadDimension));
        Assert.AreEqual(attention, model.Rope.AttentionFactor, 1e-12);
        Assert.IsTrue(model.SlidingWindows.All(w => w == (window == 0 ? null : window)));
        Assert.AreEqual((bool?)edits["tie_word_embeddings"] ?? false, model.TieWordEmbeddings);
    }

    private ModelConfiguration Read(string keys, JsonObject? edits = null)
    {
        var config = JsonNode.Parse($"{{{keys}}}")!.AsObject();
        foreach (var (key, value) in edits ?? [])
            config[key] = value?.DeepClone();
        File.WriteAllText(folder["config.json"], config.ToJsonString());
        var problems = new List<Diagnostic>();
        var model = ModelConfigurationReader.Read(folder.Path, problems);
        Assert.IsEmpty(problems);
        return model!;
    }
}
