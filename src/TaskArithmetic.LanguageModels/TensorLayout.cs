namespace TaskArithmetic.LanguageModels;

/// <summary>Which tensors, of which shapes, make a model of a configuration.</summary>
internal static class TensorLayout
{
    public const string EmbeddingName = "model.embed_tokens.weight";
    public const string FinalNormName = "model.norm.weight";
    public const string HeadName = "lm_head.weight";

    /// <summary>The prefix of a layer's tensors.</summary>
    public static string Layer(int layer) => $"model.layers.{layer}.";

    /// <summary>All tensors but the head of a tied model.</summary>
    public static IEnumerable<ExpectedTensor> Of(ModelConfiguration model)
    {
        var hidden = (ulong)model.HiddenSize;
        var vocabulary = (ulong)model.VocabularySize;
        yield return new(EmbeddingName, vocabulary, hidden);
        for (var layer = 0; layer < model.LayerCount; layer++)
        {
            foreach (var (name, shape) in LayerTensors(model))
                yield return new(Layer(layer) + name, shape);
        }
        yield return new(FinalNormName, hidden);
        if (!model.TieWordEmbeddings)
            yield return new(HeadName, vocabulary, hidden);
    }

    private static IEnumerable<(string Name, ulong[] Shape)> LayerTensors(ModelConfiguration model)
    {
        var hidden = (ulong)model.HiddenSize;
        var inner = (ulong)model.IntermediateSize;
        var head = (ulong)model.HeadDimension;
        var queries = (ulong)model.HeadCount * head;
        var keys = (ulong)model.KeyValueHeadCount * head;
        yield return ("input_layernorm.weight", [hidden]);
        yield return ("self_attn.o_proj.weight", [hidden, queries]);
        yield return ("post_attention_layernorm.weight", [hidden]);
        yield return ("mlp.down_proj.weight", [hidden, inner]);
        if (model.HasFusedProjections)
        {
            yield return ("self_attn.qkv_proj.weight", [queries + 2 * keys, hidden]);
            yield return ("mlp.gate_up_proj.weight", [2 * inner, hidden]);
        }
        else
        {
            yield return ("self_attn.q_proj.weight", [queries, hidden]);
            yield return ("self_attn.k_proj.weight", [keys, hidden]);
            yield return ("self_attn.v_proj.weight", [keys, hidden]);
            yield return ("mlp.gate_proj.weight", [inner, hidden]);
            yield return ("mlp.up_proj.weight", [inner, hidden]);
        }
        if (model.IsGemma)
        {
            yield return ("pre_feedforward_layernorm.weight", [hidden]);
            yield return ("post_feedforward_layernorm.weight", [hidden]);
        }
        if (model.QueryKeyValueBias)
        {
            yield return ("self_attn.q_proj.bias", [queries]);
            yield return ("self_attn.k_proj.bias", [keys]);
            yield return ("self_attn.v_proj.bias", [keys]);
        }
        if (model.OutputBias)
            yield return ("self_attn.o_proj.bias", [hidden]);
        if (model.QueryKeyNorm)
        {
            yield return ("self_attn.q_norm.weight", [head]);
            yield return ("self_attn.k_norm.weight", [head]);
        }
        if (model.FeedForwardBias)
        {
            yield return ("mlp.gate_proj.bias", [inner]);
            yield return ("mlp.up_proj.bias", [inner]);
            yield return ("mlp.down_proj.bias", [hidden]);
        }
    }
}

/// <summary>A tensor that a configuration asks a checkpoint for.</summary>
/// <param name="Name">Its name in the checkpoint.</param>
/// <param name="Shape">Its shape, outermost axis first.</param>
internal sealed record ExpectedTensor(string Name, params ulong[] Shape);
