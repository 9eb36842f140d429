using System.Text.Json;
using System.Text.Json.Nodes;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;

namespace TaskArithmetic.Checkpoints;

/// <summary>A model's config.json, as far as merging needs to understand it.</summary>
public sealed class ModelConfig
{
    private readonly JsonObject root;
    private readonly JsonObject text;

    private ModelConfig(string path, JsonObject root)
    {
        Path = path;
        this.root = root;
        text = root["text_config"] as JsonObject ?? root;
    }

    /// <summary>The file it was read from.</summary>
    public string Path { get; }

    /// <summary>The family, such as <c>qwen2</c>; empty where the file does not say.</summary>
    public string ModelType => Text("model_type") ?? "";

    /// <summary>Rows of the embedding; null where the file does not say.</summary>
    public long? VocabularySize => Integer("vocab_size");

    /// <summary>Number of decoder layers; null where the file does not say.</summary>
    public long? LayerCount => Integer("num_hidden_layers");

    /// <summary>Whether the output head is the input embedding. Absent means false, save for Gemma, as in transformers.</summary>
    public bool TieWordEmbeddings => SaysTied ?? ModelType.StartsWith("gemma", StringComparison.Ordinal);

    /// <summary>What the file says of that itself; null where it says nothing.</summary>
    internal bool? SaysTied =>
        (root["tie_word_embeddings"] ?? text["tie_word_embeddings"])?.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };

    /// <summary>Whether the architecture named is one that generates text, as far as the file tells.</summary>
    internal bool IsCausal => root["architectures"] is JsonArray { Count: > 0 } architectures
        && architectures.Any(a => a is JsonValue value && value.TryGetValue<string>(out var name)
            && (name.EndsWith("ForCausalLM", StringComparison.Ordinal) || name.EndsWith("ForConditionalGeneration", StringComparison.Ordinal) || name.EndsWith("LMHeadModel", StringComparison.Ordinal)));

    /// <summary>The file's JSON.</summary>
    internal byte[] Bytes => JsonSerializer.SerializeToUtf8Bytes(root);

    /// <summary>Reads a config.json.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">TA2005: not a JSON object, or unreadable.</exception>
    public static ModelConfig Read(string path)
    {
        try
        {
            using var json = JsonFile.Read(path, options: new JsonDocumentOptions { AllowDuplicateProperties = false });
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? new ModelConfig(path, JsonObject.Create(json.RootElement.Clone())!)
                : throw CheckpointDiagnostics.MalformedConfig(path, "it is not a JSON object");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw CheckpointDiagnostics.MalformedConfig(path, e.Message, e);
        }
    }

    /// <summary>A field's JSON text, looked for in text_config first; null where it is absent or null.</summary>
    public string? Raw(string field) => (text[field] ?? root[field])?.ToJsonString();

    /// <summary>A field of the rotary embedding, in transformers 5's spelling or the older one; null where absent.</summary>
    public string? RawRope(string field)
    {
        var rope = text["rope_parameters"] as JsonObject ?? text["rope_scaling"] as JsonObject;
        return (rope?[field] ?? text[field])?.ToJsonString();
    }

    private string? Text(string field) =>
        (text[field] ?? root[field]) is JsonValue value && value.TryGetValue<string>(out var found) ? found : null;

    private long? Integer(string field) =>
        text[field] is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;
}
