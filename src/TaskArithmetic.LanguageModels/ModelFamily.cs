namespace TaskArithmetic.LanguageModels;

/// <summary>The architectures this engine runs; each is a pre-norm decoder with rotary positions and a gated feed-forward.</summary>
public enum ModelFamily
{
    /// <summary>Llama 2 and 3, SmolLM2: optional biases on all four attention projections and on the feed-forward.</summary>
    Llama,

    /// <summary>Mistral: no biases; a sliding window on all layers unless it is null.</summary>
    Mistral,

    /// <summary>Qwen2 and Qwen2.5: biases on the query, key and value projections.</summary>
    Qwen2,

    /// <summary>Qwen3: RMS norms on each query and key head before the rotation.</summary>
    Qwen3,

    /// <summary>Gemma 3's text model: four norms a layer, scaled embeddings, a gelu, and other rotary positions on its sliding layers.</summary>
    Gemma3,

    /// <summary>Phi-3, Phi-3.5 mini, Phi-4 and Phi-4 mini: fused projections, LongRoPE, part of a head rotated.</summary>
    Phi3,
}
