using System.IO.Compression;
using System.Text;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Gguf.Tests;

/// <summary>A model folder with a real tokenizer and next to no weights, which are all zero.</summary>
internal sealed class TokenizerModel : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public TokenizerModel(string tokenizer, int vocabulary, string modelType = "qwen2", string settings = "{}")
    {
        using (var to = File.Create(folder["tokenizer.json"]))
        {
            using Stream file = File.OpenRead(tokenizer);
            using var from = tokenizer.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
            from.CopyTo(to);
        }
        File.WriteAllText(folder["tokenizer_config.json"], settings);
        File.WriteAllText(folder["config.json"], $$"""
            {"model_type": "{{modelType}}", "hidden_size": 4, "intermediate_size": 4, "num_hidden_layers": 1, "num_attention_heads": 1, "num_key_value_heads": 1,
             "vocab_size": {{vocabulary}}, "tie_word_embeddings": true, "eos_token_id": 0, "sliding_window": null}
            """);
        WriteWeights(folder["model.safetensors"], vocabulary, biases: modelType == "qwen2");
    }

    public string Path => folder.Path;

    public void Dispose() => folder.Dispose();

    private static void WriteWeights(string path, int vocabulary, bool biases)
    {
        var header = new StringBuilder("{");
        var end = 0L;
        Add("model.embed_tokens.weight", vocabulary, 4);
        foreach (var name in (string[])["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"])
            Add($"model.layers.0.{name}.weight", 4, 4);
        foreach (var name in (string[])["input_layernorm.weight", "post_attention_layernorm.weight", .. biases ? ["self_attn.q_proj.bias", "self_attn.k_proj.bias", "self_attn.v_proj.bias"] : Array.Empty<string>()])
            Add($"model.layers.0.{name}", 4);
        Add("model.norm.weight", 4);
        var json = Encoding.UTF8.GetBytes(header.Append('}').ToString());
        using var file = File.Create(path);
        file.Write(BitConverter.GetBytes((long)json.Length));
        file.Write(json);
        file.SetLength(8 + json.Length + end);

        void Add(string name, params int[] shape)
        {
            var start = end;
            end += 2 * shape.Aggregate(1L, (product, extent) => product * extent);
            header.Append($"{(start > 0 ? "," : "")}\"{name}\":{{\"dtype\":\"BF16\",\"shape\":[{string.Join(',', shape)}],\"data_offsets\":[{start},{end}]}}");
        }
    }
}
