using System.Text.Json;
using System.Text.Json.Serialization;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Checkpoints;

/// <summary>
/// What a vector file says of itself, stored as JSON under the key <see cref="Key"/> of the safetensors metadata.
/// </summary>
public sealed record VectorMetadata
{
    /// <summary>The metadata key.</summary>
    public const string Key = "taskarithmetic.vector";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Always <c>from - minus</c>.</summary>
    public string Formula { get; init; } = "from - minus";

    /// <summary>The donor with the skill.</summary>
    public required DonorIdentity From { get; init; }

    /// <summary>The donor without it.</summary>
    public required DonorIdentity Minus { get; init; }

    /// <summary>Fields of the donors' config.json that decide what weights mean.</summary>
    public required IReadOnlyDictionary<string, string> Config { get; init; }

    /// <summary>Whether the donors' head is their embedding, so that the embedding's vector is the head's too.</summary>
    public bool TieWordEmbeddings { get; init; }

    /// <summary>Digest of the donors' tokenizer; null where they have none.</summary>
    public string? TokenizerDigest { get; init; }

    /// <summary>How the donor with the skill ends its answers and chats; null in vectors of before 0.2.</summary>
    public AnswerFormat? AnswerFormat { get; init; }

    /// <summary>Fraction of weights that are exactly equal in both donors, 0 to 1.</summary>
    public double EqualFraction { get; init; }

    /// <summary>Fraction of differences that bfloat16 cannot hold exactly, 0 to 1; those tensors are stored as float32 in dtype auto.</summary>
    public double InexactInBFloat16Fraction { get; init; }

    /// <summary>Euclidean norm of the whole vector.</summary>
    public double Norm { get; init; }

    /// <summary>Euclidean norm of each tensor.</summary>
    public required IReadOnlyDictionary<string, double> Norms { get; init; }

    /// <summary>Licence named by the donor's model card, or null.</summary>
    public string? License { get; init; }

    /// <summary>Version of the tool that wrote it.</summary>
    public required string ToolVersion { get; init; }

    /// <summary>Reads the metadata of an opened vector; null where it has none that can be read.</summary>
    public static VectorMetadata? Of(Checkpoint vector)
    {
        var text = vector.Shards.Select(s => s.Header.Metadata.GetValueOrDefault(Key)).FirstOrDefault(t => t is not null);
        return text is null ? null : Deserialize(text);
    }

    /// <summary>Reads what <see cref="Serialize"/> wrote; null where the text is something else, which counts as no metadata.</summary>
    public static VectorMetadata? Deserialize(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<VectorMetadata>(text, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The text to store.</summary>
    public string Serialize() => JsonSerializer.Serialize(this, Json);
}
