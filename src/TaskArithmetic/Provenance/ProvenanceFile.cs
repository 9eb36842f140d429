using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using TaskArithmetic.Caching;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Merging;
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

    /// <summary>Version of the form written.</summary>
    public const int CurrentSchema = 1;

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new AlphaScheduleConverter() },
    };

    /// <summary>The record's bytes; no time and no machine in them, so the same recipe gives the same record.</summary>
    public byte[] Serialize() => [.. JsonSerializer.SerializeToUtf8Bytes(this, Json), (byte)'\n'];

    /// <summary>Reads the record of a model folder.</summary>
    /// <exception cref="DiagnosticException">TA3004: there is none, or it cannot be read.</exception>
    public static ProvenanceFile Read(string modelFolder)
    {
        var path = Path.Combine(modelFolder, FileName);
        if (!File.Exists(path))
            throw ProvenanceDiagnostics.NoRecord(modelFolder);
        try
        {
            var record = JsonSerializer.Deserialize<ProvenanceFile>(File.ReadAllBytes(path), Json);
            if (record is not { Tool: not null, Key: not null, Recipe: not null, Inputs: not null, Outputs: not null, Merge: not null })
                throw ProvenanceDiagnostics.BadRecord(path, "parts of it are missing", null);
            return record.Schema == CurrentSchema
                ? record
                : throw ProvenanceDiagnostics.BadRecord(path, $"its schema is {record.Schema}, this version reads {CurrentSchema}", null);
        }
        catch (JsonException e)
        {
            throw ProvenanceDiagnostics.BadRecord(path, e.Message, e);
        }
    }
}
