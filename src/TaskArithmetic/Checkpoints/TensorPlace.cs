using System.Collections.Frozen;

namespace TaskArithmetic.Checkpoints;

/// <summary>Where a tensor stands in a decoder; read off its name, for tables only: nothing is computed from it.</summary>
/// <param name="Layer">Layer from 0; null outside the layers.</param>
/// <param name="Kind">What it does there.</param>
internal readonly record struct TensorPlace(int? Layer, TensorKind Kind)
{
    /// <summary>Names of modules in checkpoints, with the one around them where a name alone could be two things.</summary>
    private static readonly (TensorKind Kind, string[] Names)[] Modules =
    [
        (TensorKind.Embedding, ["embed_tokens", "wte", "wpe", "tok_embeddings", "word_embeddings", "embed_in", "embed_positions"]),
        (TensorKind.Head, ["lm_head", "embed_out", "output"]),
        (TensorKind.Q, ["q_proj", "wq", "query", "q_a_proj", "q_b_proj"]),
        (TensorKind.K, ["k_proj", "wk", "key"]),
        (TensorKind.V, ["v_proj", "wv", "value"]),
        (TensorKind.QKV, ["qkv_proj", "c_attn", "query_key_value", "Wqkv", "W_pack"]),
        (TensorKind.O, ["o_proj", "wo", "out_proj", "attn.c_proj", "attention.dense", "self_attention.dense"]),
        (TensorKind.Gate, ["gate_proj", "w1", "gate_up_proj"]),
        (TensorKind.Up, ["up_proj", "w3", "c_fc", "fc1", "dense_h_to_4h"]),
        (TensorKind.Down, ["down_proj", "w2", "fc2", "dense_4h_to_h", "mlp.c_proj"]),
    ];

    private static readonly FrozenDictionary<string, TensorKind> Kinds =
        Modules.SelectMany(m => m.Names.Select(name => KeyValuePair.Create(name, m.Kind))).ToFrozenDictionary(StringComparer.Ordinal);

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
