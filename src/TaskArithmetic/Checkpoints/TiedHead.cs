namespace TaskArithmetic.Checkpoints;

/// <summary>The output head of a tied model is its input embedding: one tensor under either of two names.</summary>
internal static class TiedHead
{
    public const string HeadName = "lm_head.weight";

    private static readonly string[] EmbeddingNames = ["model.embed_tokens.weight", "transformer.wte.weight", "embed_tokens.weight"];

    /// <summary>The name under which a checkpoint may hold <paramref name="name"/> instead where heads are tied.</summary>
    public static string? OtherName(string name, Checkpoint checkpoint)
    {
        if (name == HeadName)
            return EmbeddingName(checkpoint);
        return EmbeddingNames.Contains(name) ? HeadName : null;
    }

    /// <summary>The name of the input embedding in a checkpoint, or null where it has none that we know.</summary>
    public static string? EmbeddingName(Checkpoint checkpoint) => EmbeddingNames.FirstOrDefault(checkpoint.Tensors.ContainsKey);

    /// <summary>Whether the name is one of a tied pair.</summary>
    public static bool IsHeadOrEmbedding(string name) => name == HeadName || EmbeddingNames.Contains(name);
}
