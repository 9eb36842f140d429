using System.Collections.Frozen;
using TaskArithmetic.Merging;

namespace TaskArithmetic.Comparing;

/// <summary>Where a tensor stands in a decoder; read off its name, for tables only: nothing is computed from it.</summary>
/// <param name="Layer">Layer from 0; null outside the layers.</param>
/// <param name="Kind">What it does there.</param>
public readonly record struct TensorPlace(int? Layer, TensorKind Kind)
{
    private static readonly FrozenDictionary<string, TensorKind> Kinds = new Dictionary<string, TensorKind>
    {
        ["embed_tokens"] = TensorKind.Embedding, ["wte"] = TensorKind.Embedding, ["wpe"] = TensorKind.Embedding, ["tok_embeddings"] = TensorKind.Embedding,
        ["word_embeddings"] = TensorKind.Embedding, ["embed_in"] = TensorKind.Embedding, ["embed_positions"] = TensorKind.Embedding,
        ["lm_head"] = TensorKind.Head, ["embed_out"] = TensorKind.Head, ["output"] = TensorKind.Head,
        ["q_proj"] = TensorKind.Q, ["wq"] = TensorKind.Q, ["query"] = TensorKind.Q, ["q_a_proj"] = TensorKind.Q, ["q_b_proj"] = TensorKind.Q,
        ["k_proj"] = TensorKind.K, ["wk"] = TensorKind.K, ["key"] = TensorKind.K,
        ["v_proj"] = TensorKind.V, ["wv"] = TensorKind.V, ["value"] = TensorKind.V,
        ["qkv_proj"] = TensorKind.QKV, ["c_attn"] = TensorKind.QKV, ["query_key_value"] = TensorKind.QKV, ["Wqkv"] = TensorKind.QKV, ["W_pack"] = TensorKind.QKV,
        ["o_proj"] = TensorKind.O, ["wo"] = TensorKind.O, ["out_proj"] = TensorKind.O, ["attn.c_proj"] = TensorKind.O, ["attention.dense"] = TensorKind.O, ["self_attention.dense"] = TensorKind.O,
        ["gate_proj"] = TensorKind.Gate, ["w1"] = TensorKind.Gate, ["gate_up_proj"] = TensorKind.Gate,
        ["up_proj"] = TensorKind.Up, ["w3"] = TensorKind.Up, ["c_fc"] = TensorKind.Up, ["fc1"] = TensorKind.Up, ["dense_h_to_4h"] = TensorKind.Up,
        ["down_proj"] = TensorKind.Down, ["w2"] = TensorKind.Down, ["fc2"] = TensorKind.Down, ["dense_4h_to_h"] = TensorKind.Down, ["mlp.c_proj"] = TensorKind.Down,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The place of a tensor of this name.</summary>
    public static TensorPlace Of(string name)
    {
        var parts = name.Split('.');
        var layer = LayerPosition.Of(name);
        for (var i = parts.Length - 1; i >= 0; i--)
        {
            if (parts[i].Contains("norm", StringComparison.OrdinalIgnoreCase) || parts[i].StartsWith("ln_", StringComparison.Ordinal))
                return new(layer, TensorKind.Norm);
            if (Kinds.TryGetValue(parts[i], out var kind) || (i > 0 && Kinds.TryGetValue($"{parts[i - 1]}.{parts[i]}", out kind)))
                return new(layer, kind);
        }
        return new(layer, TensorKind.Other);
    }

    /// <summary>The kind as a heading.</summary>
    public static string Label(TensorKind kind) => kind.ToString().ToLowerInvariant();
}
