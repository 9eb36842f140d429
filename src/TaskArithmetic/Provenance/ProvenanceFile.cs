using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using TaskArithmetic.Caching;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Measuring;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Provenance;

/// <summary>The record that every written model carries: from what, how, by which tool, and what came out.</summary>
/// <param name="Schema">Version of this record's form.</param>
/// <param name="Tool">Name and version of what wrote it.</param>
/// <param name="Key">Content key of the weights.</param>
/// <param name="Recipe">The recipe, paths as they were given.</param>
/// <param name="Inputs">The files that decided the output.</param>
/// <param name="Outputs">Every file beside this one.</param>
/// <param name="Merge">What the vectors did to the weights.</param>
public sealed record ProvenanceFile(
    int Schema, ToolIdentity Tool, string Key, Recipe Recipe, IReadOnlyList<ProvenanceInput> Inputs, IReadOnlyList<FileRecord> Outputs, MergeSummary Merge)
{
    /// <summary>Its name in the model folder.</summary>
    public const string FileName = "taskarithmetic.json";

    /// <summary>Version of the form written. The first, of version 0.1, differs in its recipe only and is still read.</summary>
    public const int CurrentSchema = 2;

    private const int FirstSchema = 1;

    private const string DigestName = "digest";

    private static readonly byte[] End = "\n}\n"u8.ToArray();

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        NewLine = "\n",
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new RecipeJsonConverter(), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>
    /// The record's bytes; no time and no machine in them, so the same recipe gives the same record. The last field is the SHA-256 of the
    /// record without that field.
    /// </summary>
    public byte[] Serialize()
    {
        byte[] body = [.. JsonSerializer.SerializeToUtf8Bytes(this, Json), (byte)'\n'];
        return [.. body.AsSpan(0, body.Length - End.Length), .. DigestField(Convert.ToHexStringLower(SHA256.HashData(body)))];
    }

    /// <summary>Reads the record of a model folder.</summary>
    /// <exception cref="DiagnosticException">TA3004: there is none, or it cannot be read.</exception>
    public static ProvenanceFile Read(string modelFolder)
    {
        var path = Path.Combine(modelFolder, FileName);
        if (!Path.Exists(path))
            throw ProvenanceDiagnostics.NoRecord(modelFolder);
        return TryRead(modelFolder, out var reason) ?? throw ProvenanceDiagnostics.BadRecord(path, reason);
    }

    /// <summary>Reads the record of a model folder; null, with the reason, where there is none that can be used.</summary>
    internal static ProvenanceFile? TryRead(string modelFolder, out string reason)
    {
        reason = "";
        try
        {
            var path = Path.Combine(modelFolder, FileName);
            if (new FileInfo(path).LinkTarget is not null)
                reason = "it is a link";
            else
                return Parse(RegularFile.ReadBytes(path), out reason);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or DiagnosticException
            or ArgumentException or InvalidOperationException or NotSupportedException or FormatException or OverflowException)
        {
            // Odd values fail in the readers of their types, each in its own way.
            reason = e.Message;
        }
        return null;
    }

    private static ProvenanceFile? Parse(byte[] bytes, out string reason)
    {
        using (var json = JsonDocument.Parse(RegularFile.Text(bytes)))
        {
            reason = SchemaOf(json.RootElement) is { } schema && schema is not (FirstSchema or CurrentSchema)
                ? $"its schema is {schema}, this version reads {FirstSchema} and {CurrentSchema}"
                : DigestProblem(json.RootElement, bytes);
        }
        if (reason.Length > 0)
            return null;
        var record = JsonSerializer.Deserialize<ProvenanceFile>(bytes, Json);
        reason = record is null ? "it is null" : ProvenanceCheck.Problem(record) ?? "";
        return reason.Length == 0 ? record : null;
    }

    private static int? SchemaOf(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("schema", out var schema) && schema.ValueKind == JsonValueKind.Number
        && schema.TryGetInt32(out var number)
            ? number
            : null;

    /// <summary>Records of version 0.1.0 had no digest.</summary>
    private static string DigestProblem(JsonElement root, byte[] bytes)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(DigestName, out var digest))
            return "";
        var field = digest.ValueKind == JsonValueKind.String ? DigestField(digest.GetString()!) : null;
        if (field is null || !bytes.AsSpan().EndsWith(field))
            return "it was changed since it was written";
        byte[] body = [.. bytes.AsSpan(0, bytes.Length - field.Length), .. End];
        return Convert.ToHexStringLower(SHA256.HashData(body)) == digest.GetString() ? "" : "it was changed since it was written";
    }

    private static byte[] DigestField(string digest) => Encoding.UTF8.GetBytes($",\n  \"{DigestName}\": \"{digest}\"\n}}\n");
}
