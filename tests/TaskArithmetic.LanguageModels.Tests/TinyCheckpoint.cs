using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Torch.Tests;

namespace TaskArithmetic.LanguageModels.Tests;

/// <summary>A tiny model folder with random weights of a seed, scaled so that attention and logits are far from flat.</summary>
internal sealed class TinyCheckpoint : IDisposable
{
    private const int Hidden = 48;
    private const int Inner = 72;
    private const int Vocabulary = 160;
    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, double[]> weights = new(StringComparer.Ordinal);
    private readonly Random random;

    public TinyCheckpoint(string variant, int seed = 1)
    {
        Config = ConfigOf(variant);
        random = new Random(seed);
        var isBFloat16 = ((string?)Config["torch_dtype"] ?? (string?)Config["dtype"]) == "bfloat16";
        foreach (var (name, shape) in Shapes())
            weights[name] = Values(name, shape, isBFloat16);
        WriteWeights(isBFloat16);
        WriteConfig();
    }

    public static IReadOnlyDictionary<string, string> Variants { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["gemma3"] = """
            "model_type": "gemma3_text", "architectures": ["Gemma3ForCausalLM"], "num_hidden_layers": 7, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16,
            "sliding_window": 8, "rope_theta": 1000000.0, "rope_local_base_freq": 10000.0, "rope_scaling": {"factor": 8.0, "rope_type": "linear"},
            "query_pre_attn_scalar": 10, "hidden_activation": "gelu_pytorch_tanh", "torch_dtype": "float32", "attn_logit_softcapping": null, "final_logit_softcapping": null
            """,
        ["gemma3, new spelling"] = """
            "model_type": "gemma3_text", "num_hidden_layers": 4, "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 16, "sliding_window": 5,
            "layer_types": ["full_attention", "sliding_attention", "sliding_attention", "full_attention"], "sliding_window_pattern": 1, "dtype": "bfloat16",
            "rope_parameters": {"full_attention": {"rope_type": "linear", "factor": 4.0, "rope_theta": 50000.0}, "sliding_attention": {"rope_type": "default", "rope_theta": 300.0}},
            "query_pre_attn_scalar": 16, "tie_word_embeddings": false, "attention_bias": true, "final_logit_softcapping": 6.0, "rms_norm_eps": 1e-5
            """,
        ["gemma3, few keys"] = """ "model_type": "gemma3_text", "num_hidden_layers": 3, "num_attention_heads": 4, "sliding_window_pattern": 2 """,
        ["phi3"] = """
            "model_type": "phi3", "architectures": ["Phi3ForCausalLM"], "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 4, "sliding_window": 9,
            "rope_theta": 10000.0, "rope_scaling": null, "hidden_act": "silu", "torch_dtype": "float32", "max_position_embeddings": 128, "original_max_position_embeddings": 128, "attention_bias": false
            """,
        ["phi3, long"] = """
            "model_type": "phi3", "num_hidden_layers": 3, "num_attention_heads": 3, "num_key_value_heads": 1, "sliding_window": null, "partial_rotary_factor": 0.75, "rope_theta": 5000.0,
            "max_position_embeddings": 96, "original_max_position_embeddings": 24, "tie_word_embeddings": true, "torch_dtype": "bfloat16",
            "rope_scaling": {"type": "longrope", "short_factor": [1.0, 1.1, 1.3, 1.2, 1.9, 2.5], "long_factor": [1.5, 2.5, 4.0, 7.0, 12.0, 16.0]}
            """,
        ["phi3, long, new spelling"] = """
            "model_type": "phi3", "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16, "dtype": "float32", "rms_norm_eps": 1e-6,
            "max_position_embeddings": 128, "original_max_position_embeddings": 32,
            "rope_parameters": {"rope_type": "longrope", "rope_theta": 10000.0, "partial_rotary_factor": 0.5, "factor": 16.0, "attention_factor": 1.4, "original_max_position_embeddings": 32,
              "short_factor": [1.0, 1.05, 1.1, 1.4], "long_factor": [1.3, 3.0, 5.5, 9.0]}
            """,
        ["phi3, few keys"] = """ "model_type": "phi3", "num_hidden_layers": 2, "num_attention_heads": 4 """,
    };

    public JsonObject Config { get; }

    public string Path => folder.Path;

    /// <summary>Writes <see cref="Config"/> as it stands.</summary>
    public void WriteConfig() => File.WriteAllText(folder["config.json"], Config.ToJsonString());

    public CausalLanguageModel Load(DType dtype = DType.F32) => CausalLanguageModel.Load(folder.Path, LoadedLibtorch.Instance, dtype);

    public Float64Reference Reference(string? mistake = null) => new(Config, weights, mistake);

    public static int[] Ids(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(Vocabulary))];
    }

    public void Dispose() => folder.Dispose();

    private static JsonObject ConfigOf(string variant) => (JsonObject)JsonNode.Parse(
        $$"""{{{Variants[variant]}}, "hidden_size": {{Hidden}}, "intermediate_size": {{Inner}}, "vocab_size": {{Vocabulary}}, "pad_token_id": 0}""")!;

    private IEnumerable<(string Name, int[] Shape)> Shapes()
    {
        var isGemma = (string)Config["model_type"]! == "gemma3_text";
        var heads = (int)Config["num_attention_heads"]!;
        var head = (int?)Config["head_dim"] ?? (isGemma ? 256 : Hidden / heads);
        int queries = heads * head, keys = ((int?)Config["num_key_value_heads"] ?? 4) * head;
        yield return ("model.embed_tokens.weight", [Vocabulary, Hidden]);
        yield return ("model.norm.weight", [Hidden]);
        if (!((bool?)Config["tie_word_embeddings"] ?? isGemma))
            yield return ("lm_head.weight", [Vocabulary, Hidden]);
        (string, int[])[] layer = isGemma
            ? [
                ("self_attn.q_proj", [queries, Hidden]), ("self_attn.k_proj", [keys, Hidden]), ("self_attn.v_proj", [keys, Hidden]), ("self_attn.q_norm", [head]), ("self_attn.k_norm", [head]),
                ("mlp.gate_proj", [Inner, Hidden]), ("mlp.up_proj", [Inner, Hidden]), ("pre_feedforward_layernorm", [Hidden]), ("post_feedforward_layernorm", [Hidden])]
            : [("self_attn.qkv_proj", [queries + 2 * keys, Hidden]), ("mlp.gate_up_proj", [2 * Inner, Hidden])];
        layer = [.. layer, ("input_layernorm", [Hidden]), ("post_attention_layernorm", [Hidden]), ("self_attn.o_proj", [Hidden, queries]), ("mlp.down_proj", [Hidden, Inner])];
        for (var index = 0; index < (int)Config["num_hidden_layers"]!; index++)
        {
            foreach (var (name, shape) in layer)
            {
                yield return ($"model.layers.{index}.{name}.weight", shape);
                if ((bool?)Config["attention_bias"] == true && name.StartsWith("self_attn.", StringComparison.Ordinal) && shape.Length == 2)
                    yield return ($"model.layers.{index}.{name}.bias", [shape[0]]);
            }
        }
    }

    private double[] Values(string name, int[] shape, bool isBFloat16)
    {
        var isGemma = (string)Config["model_type"]! == "gemma3_text";
        var gain = name.Contains("embed_tokens") || name.Contains("lm_head") ? 3 : name.Contains("q_") || name.Contains("k_") || name.Contains("qkv") ? 1.5 : 1;
        var (mean, deviation) = shape.Length == 2 ? (0.0, gain / Math.Sqrt(shape[1])) : name.EndsWith(".bias", StringComparison.Ordinal) ? (0.0, 0.3) : (isGemma ? 0.2 : 1.1, 0.3);
        var values = new double[shape.Aggregate(1, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            var value = (float)(mean + deviation * normal);
            // Cut to the upper half: any bfloat16 will do.
            values[i] = isBFloat16 ? BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xFFFF_0000) : value;
        }
        return values;
    }

    private void WriteWeights(bool isBFloat16)
    {
        var header = new JsonObject();
        var data = new MemoryStream();
        foreach (var (name, shape) in Shapes())
        {
            var start = data.Length;
            foreach (var value in weights[name])
                data.Write(MemoryMarshal.AsBytes<float>([(float)value])[(isBFloat16 ? 2 : 0)..]);
            header[name] = new JsonObject
            {
                ["dtype"] = isBFloat16 ? "BF16" : "F32",
                ["shape"] = new JsonArray([.. shape.Select(extent => (JsonNode)extent)]),
                ["data_offsets"] = new JsonArray(start, data.Length),
            };
        }
        var json = System.Text.Encoding.UTF8.GetBytes(header.ToJsonString());
        using var file = File.Create(folder["model.safetensors"]);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        file.Write(length);
        file.Write(json);
        data.WriteTo(file);
    }
}
