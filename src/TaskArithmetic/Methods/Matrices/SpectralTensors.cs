namespace TaskArithmetic.Methods.Matrices;

/// <summary>Which tensors are matrices that act on a layer's activations, by name and shape: the ones whose singular values mean something.</summary>
internal static class SpectralTensors
{
    private static readonly string[] Tables = ["embed_tokens", "wte", "lm_head", "word_embeddings"];
    private static readonly string[] Norms = ["norm", "ln_"];
    private static readonly string[] Attention = ["self_attn", ".attn.", "attention", "q_proj", "k_proj", "v_proj", "o_proj"];
    private static readonly string[] FeedForward = ["mlp", "ffn", "feed_forward", "gate_proj", "up_proj", "down_proj"];

    /// <summary>A matrix that is neither embedding, head nor norm.</summary>
    public static bool IsSpectral(TensorContext tensor) => tensor.Shape.Count == 2 && !IsNamed(tensor.Name, Tables) && !IsNamed(tensor.Name, Norms);

    /// <summary>Whether the name is of attention or of a feed-forward layer.</summary>
    public static bool IsAttentionOrFeedForward(string name) => IsNamed(name, Attention) || IsNamed(name, FeedForward);

    private static bool IsNamed(string name, string[] parts) => parts.Any(p => name.Contains(p, StringComparison.OrdinalIgnoreCase));
}
