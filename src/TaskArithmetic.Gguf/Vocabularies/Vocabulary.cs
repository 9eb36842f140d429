using TaskArithmetic.Gguf.Format;

namespace TaskArithmetic.Gguf.Vocabularies;

/// <summary>A tokenizer as llama.cpp knows it.</summary>
internal sealed record Vocabulary
{
    /// <summary>The algorithm: <c>gpt2</c> for byte-level merges, <c>llama</c> for SentencePiece's.</summary>
    public required string Model { get; init; }

    /// <summary>How texts are split before tokens are made.</summary>
    public required string PreTokenizer { get; init; }

    /// <summary>The token of each id.</summary>
    public required IReadOnlyList<string> Tokens { get; init; }

    /// <summary>What each is.</summary>
    public required IReadOnlyList<TokenType> Types { get; init; }

    /// <summary>gpt2: pairs in the order in which they merge, separated by a space.</summary>
    public IReadOnlyList<string> Merges { get; init; } = [];

    /// <summary>llama: of two tokens that could be made, the one with the higher score is made first.</summary>
    public IReadOnlyList<float> Scores { get; init; } = [];

    /// <summary>llama: whether a space is put before a text.</summary>
    public bool? AddsSpace { get; init; }

    /// <summary>Whether special tokens take the spaces behind them along as Phi-3's do, which llama.cpp only believes of a model of that name.</summary>
    public bool IsPhi3 { get; init; }

    /// <summary>Special tokens by the end of their key.</summary>
    public required IReadOnlyDictionary<string, int> SpecialIds { get; init; }

    /// <summary>Whether the beginning token comes before each text.</summary>
    public bool AddsBeginning { get; init; }

    /// <summary>Whether the ending token comes after each text.</summary>
    public bool AddsEnd { get; init; }

    /// <summary>The chat template in Jinja, or null.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>Adds it to a file's keys; null for a file that only takes token ids.</summary>
    public static void Add(Vocabulary? vocabulary, GgufMetadata metadata)
    {
        metadata.Add("tokenizer.ggml.model", vocabulary?.Model ?? "no_vocab");
        vocabulary?.Add(metadata);
    }

    private void Add(GgufMetadata metadata)
    {
        metadata.Add("tokenizer.ggml.pre", PreTokenizer);
        metadata.Add("tokenizer.ggml.tokens", Tokens);
        metadata.Add("tokenizer.ggml.token_type", [.. Types.Select(type => (int)type)]);
        if (Model == "gpt2")
            metadata.Add("tokenizer.ggml.merges", Merges);
        else
            metadata.Add("tokenizer.ggml.scores", Scores);
        foreach (var (role, id) in SpecialIds)
            metadata.Add($"tokenizer.ggml.{role}_token_id", id);
        metadata.Add("tokenizer.ggml.add_bos_token", AddsBeginning);
        metadata.Add("tokenizer.ggml.add_eos_token", AddsEnd);
        if (AddsSpace is { } adds)
            metadata.Add("tokenizer.ggml.add_space_prefix", adds);
        if (ChatTemplate is { } template)
            metadata.Add("tokenizer.chat_template", template);
    }
}
