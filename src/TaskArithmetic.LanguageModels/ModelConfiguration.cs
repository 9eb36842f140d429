namespace TaskArithmetic.LanguageModels;

/// <summary>What <c>config.json</c> and <c>generation_config.json</c> say of a causal language model, defaults filled in.</summary>
public sealed record ModelConfiguration
{
    /// <summary>The architecture.</summary>
    public required ModelFamily Family { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width of the gated feed-forward.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of decoder layers.</summary>
    public required int LayerCount { get; init; }

    /// <summary>Number of query heads.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Number of key and value heads; divides <see cref="HeadCount"/>.</summary>
    public required int KeyValueHeadCount { get; init; }

    /// <summary>Width of one head; even.</summary>
    public required int HeadDimension { get; init; }

    /// <summary>Rows of the embedding; token ids are below it.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>The longest sequence the model is meant for, in tokens.</summary>
    public required int MaxPositionEmbeddings { get; init; }

    /// <summary>Added to the mean square in every RMS norm.</summary>
    public required double RmsNormEpsilon { get; init; }

    /// <summary>Whether the embedding is the output projection too.</summary>
    public required bool TieWordEmbeddings { get; init; }

    /// <summary>Whether query, key and value projections have biases.</summary>
    public required bool QueryKeyValueBias { get; init; }

    /// <summary>Whether the attention's output projection has a bias.</summary>
    public required bool OutputBias { get; init; }

    /// <summary>Whether the feed-forward projections have biases.</summary>
    public required bool FeedForwardBias { get; init; }

    /// <summary>Rotary position parameters.</summary>
    public required RopeParameters Rope { get; init; }

    /// <summary>Those of layers with a sliding window, where they have their own (Gemma 3).</summary>
    public RopeParameters? SlidingRope { get; init; }

    /// <summary>Factor on the products of queries and keys: d^−½ for heads of width d; Gemma 3 names another d.</summary>
    public required double AttentionScale { get; init; }

    /// <summary>c, where logits x leave the model as c·tanh(x/c); null leaves them as they are.</summary>
    public double? FinalLogitSoftcap { get; init; }

    /// <summary>
    /// For each layer the sliding window W, or null for full attention: position i sees i−W+1 … i.
    /// </summary>
    public required IReadOnlyList<int?> SlidingWindows { get; init; }

    /// <summary>Tokens that end a generation; generation_config.json wins over config.json. May be empty.</summary>
    public required IReadOnlyList<int> EndOfSequenceIds { get; init; }

    /// <summary>Token that begins a sequence, or null.</summary>
    public int? BeginOfSequenceId { get; init; }

    /// <summary>Whether query and key heads are normalised before the rotation.</summary>
    public bool QueryKeyNorm => Family is ModelFamily.Qwen3 or ModelFamily.Gemma3;

    /// <summary>
    /// Gemma's ways: embeddings times √hidden, norms times 1 + w, norms behind attention and feed-forward too, and
    /// gelu (by tanh) in place of silu.
    /// </summary>
    internal bool IsGemma => Family == ModelFamily.Gemma3;

    /// <summary>Whether queries, keys and values are stored as one matrix, and gate and up as another.</summary>
    internal bool HasFusedProjections => Family == ModelFamily.Phi3;
}

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
