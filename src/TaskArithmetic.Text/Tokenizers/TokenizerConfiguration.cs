namespace TaskArithmetic.Text.Tokenizers;

/// <summary>
/// What the files beside <c>tokenizer.json</c> say about a tokenizer: <c>tokenizer_config.json</c>, for roles it does not
/// mention <c>special_tokens_map.json</c>, and the chat templates in <c>chat_template.jinja</c> and
/// <c>additional_chat_templates/*.jinja</c>, which win over those in the configuration. All of them may be absent.
/// </summary>
public sealed record TokenizerConfiguration
{
    /// <summary>The name of the only or main chat template.</summary>
    public const string DefaultChatTemplate = "default";

    /// <summary>The token that begins a text, or null.</summary>
    public SpecialToken? BosToken { get; init; }

    /// <summary>The token that ends a text or a turn, or null.</summary>
    public SpecialToken? EosToken { get; init; }

    /// <summary>The token that fills up batches, or null.</summary>
    public SpecialToken? PadToken { get; init; }

    /// <summary>The token for what the vocabulary lacks, or null.</summary>
    public SpecialToken? UnkToken { get; init; }

    /// <summary><c>add_bos_token</c>; null if the file does not say. What encoding adds is decided by tokenizer.json.</summary>
    public bool? AddBosToken { get; init; }

    /// <summary><c>add_eos_token</c>; null if the file does not say. What encoding adds is decided by tokenizer.json.</summary>
    public bool? AddEosToken { get; init; }

    /// <summary><c>clean_up_tokenization_spaces</c>; null if the file does not say. Decoding here never cleans up.</summary>
    public bool? CleanUpTokenizationSpaces { get; init; }

    /// <summary>The longest input in tokens; null if the file does not say or gives the placeholder 10³⁰ for "no limit".</summary>
    public int? ModelMaxLength { get; init; }

    /// <summary><c>tokenizer_class</c>, or null.</summary>
    public string? TokenizerClass { get; init; }

    /// <summary>The chat templates by name, as Jinja source.</summary>
    public IReadOnlyDictionary<string, string> ChatTemplates { get; init; } = new Dictionary<string, string>();

    /// <summary>The chat template named <c>default</c>, which is the only one in most models; null if there is none.</summary>
    public string? ChatTemplate => ChatTemplates.GetValueOrDefault(DefaultChatTemplate);
}
