using System.Text.Json;
using System.Text.Json.Serialization;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Inputs;

/// <summary>How a compact vector says what its tensors stand for: docs/compact-vectors.md.</summary>
internal sealed record CompactHeader
{
    /// <summary>The key of the safetensors metadata that holds it as JSON.</summary>
    public const string Key = "taskarithmetic.compact";

    /// <summary>The version of the format that is read and written.</summary>
    public const int CurrentVersion = 1;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Version of the format.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary><c>sparse</c>, <c>lowrank</c>, <c>bitdelta</c> or <c>zstd</c>.</summary>
    public required string Form { get; init; }

    /// <summary>The tensors in that form, by name; tensors that are not named here are stored as they are.</summary>
    public required IReadOnlyDictionary<string, CompactTensor> Tensors { get; init; }

    /// <summary>Reads what an opened file says; null where it is no compact vector.</summary>
    /// <exception cref="DiagnosticException">TA2122: it is one that cannot be read.</exception>
    public static CompactHeader? Of(Checkpoint checkpoint)
    {
        foreach (var shard in checkpoint.Shards)
        {
            if (!shard.Header.Metadata.TryGetValue(Key, out var text))
                continue;
            try
            {
                var header = JsonSerializer.Deserialize<CompactHeader>(text, Json);
                return header is { Version: CurrentVersion, Tensors: not null } ? header : throw CompactDiagnostics.Malformed(shard.Path, $"version {header?.Version} of the format is not known");
            }
            catch (JsonException e)
            {
                throw CompactDiagnostics.Malformed(shard.Path, $"its metadata '{Key}' are damaged ({e.Message.TrimEnd('.')})", e);
            }
        }
        return null;
    }

    /// <summary>The text to store.</summary>
    public string Serialize() => JsonSerializer.Serialize(this, Json);
}

/// <summary>One tensor of a compact vector as it was before.</summary>
/// <param name="DType">Its dtype, as safetensors names it.</param>
/// <param name="Shape">Its shape, in elements.</param>
internal sealed record CompactTensor([property: JsonPropertyName("dtype")] string DType, IReadOnlyList<ulong> Shape)
{
    /// <summary>Number of elements.</summary>
    /// <exception cref="OverflowException">They are more than can be counted.</exception>
    [JsonIgnore]
    public long Elements => checked((long)Shape.Aggregate(1UL, (product, extent) => product * extent));
}

/// <summary>Names of the stored parts of a tensor: its own name, a colon and these words.</summary>
internal static class CompactParts
{
    /// <summary>Elements that can be decoded apart from all others.</summary>
    public const int BlockElements = 1 << 16;

    /// <summary>sparse: U32, for each block of elements the number of kept ones before it, and at last the number of all.</summary>
    public const string Starts = "starts";

    /// <summary>sparse: U16, the kept elements' places in their blocks.</summary>
    public const string Places = "places";

    /// <summary>sparse: U8, a bit for each element instead of places, lowest bit first.</summary>
    public const string Mask = "mask";

    /// <summary>sparse: the kept elements in the tensor's dtype.</summary>
    public const string Values = "values";

    /// <summary>lowrank: [rank, columns].</summary>
    public const string A = "a";

    /// <summary>lowrank: [rows, rank].</summary>
    public const string B = "b";

    /// <summary>bitdelta: U8, a bit for each element that is set where it is above 0, lowest bit first.</summary>
    public const string Signs = "signs";

    /// <summary>bitdelta: F32, the mean magnitude of the tensor, or of each row.</summary>
    public const string Means = "means";

    /// <summary>zstd: U8, the compressed blocks one after another.</summary>
    public const string Frames = "frames";

    /// <summary>zstd: I64, for each block the byte after its frame.</summary>
    public const string Ends = "ends";

    /// <summary>The name of a part.</summary>
    public static string NameOf(string tensor, string part) => $"{tensor}:{part}";

    /// <summary>Number of blocks of a tensor.</summary>
    public static long BlocksOf(long elements) => (elements + BlockElements - 1) / BlockElements;
}

/// <summary>The coded errors of compact vectors.</summary>
internal static class CompactDiagnostics
{
    public static DiagnosticException Malformed(string path, string reason, Exception? cause = null) => new(Diagnostic.Error(
        "TA2122", $"{path}: not a compact vector that can be read: {reason}. Fetch the file again, or compress the vector again.").At(file: path), cause);

    public static DiagnosticException Malformed(CheckpointTensor tensor, string reason, Exception? cause = null) => new(Diagnostic.Error(
        "TA2122", $"{tensor.File.Path}: tensor '{Listing.Short(tensor.Info.Name)}' is not of a compact vector that can be read: {reason}. Fetch the file again, or compress the vector again.")
        .At(file: tensor.File.Path, tensor: tensor.Info.Name), cause);
}
