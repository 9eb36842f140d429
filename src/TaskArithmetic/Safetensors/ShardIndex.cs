using System.Text.Json;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;

namespace TaskArithmetic.Safetensors;

/// <summary>The index of a sharded checkpoint: which file holds which tensor.</summary>
/// <param name="WeightMap">File name of each tensor, relative to the index.</param>
/// <param name="TotalSize">Tensor bytes of all shards as the index claims them; null when it says nothing usable.</param>
public sealed record ShardIndex(IReadOnlyDictionary<string, string> WeightMap, long? TotalSize)
{
    /// <summary>Largest index file accepted, in bytes: the same limit as for a header.</summary>
    public const long MaxLength = SafetensorsHeader.MaxLength;

    /// <summary>
    /// Reads an index. File names must stay in the folder; a UTF-8 byte order mark is accepted, since editors add it and
    /// it changes nothing; unknown metadata is ignored; a wrong total is the caller's to warn about.
    /// </summary>
    /// <exception cref="DiagnosticException">TA2001 unreadable, TA2003 malformed.</exception>
    public static ShardIndex Read(string path)
    {
        try
        {
            using var json = JsonFile.Read(path, MaxLength, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return Parse(path, json.RootElement);
        }
        catch (JsonException e)
        {
            throw SafetensorsDiagnostics.MalformedIndex(path, $"it is not JSON ({e.Message})", e);
        }
        catch (UnreadableFileException e)
        {
            throw SafetensorsDiagnostics.MalformedIndex(path, e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SafetensorsDiagnostics.Unreadable(path, e);
        }
    }

    /// <summary>Writes the index as transformers does: sorted names, total in bytes and in elements.</summary>
    public static byte[] Write(IReadOnlyDictionary<string, string> weightMap, long totalSize, long totalParameters)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteStartObject("metadata");
            json.WriteNumber("total_parameters", totalParameters);
            json.WriteNumber("total_size", totalSize);
            json.WriteEndObject();
            json.WriteStartObject("weight_map");
            foreach (var (name, file) in weightMap.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                json.WriteString(name, file);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private static ShardIndex Parse(string path, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
            throw SafetensorsDiagnostics.MalformedIndex(path, "it has no object weight_map");
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in map.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.String)
                throw SafetensorsDiagnostics.MalformedIndex(path, $"the file of tensor '{Listing.Short(entry.Name)}' is not a string");
            files.Add(entry.Name, FileNameInside(path, entry.Name, entry.Value.GetString()!));
        }
        if (files.Count == 0)
            throw SafetensorsDiagnostics.MalformedIndex(path, "weight_map is empty");
        return new ShardIndex(files, TotalSizeOf(root));
    }

    private static string FileNameInside(string path, string tensor, string file)
    {
        // "./shard" is the folder itself; anything with another folder in it could leave the checkpoint.
        var name = file.StartsWith("./", StringComparison.Ordinal) ? file[2..] : file;
        return name.Length > 0 && name is not ("." or "..") && name.IndexOfAny(['/', '\\', ':', '\0']) < 0
            ? name
            : throw SafetensorsDiagnostics.MalformedIndex(path, $"the file {JsonSerializer.Serialize(Listing.Short(file))} of tensor '{Listing.Short(tensor)}' is not a plain name in the same folder");
    }

    private static long? TotalSizeOf(JsonElement root) =>
        root.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
        && metadata.TryGetProperty("total_size", out var size) && size.ValueKind == JsonValueKind.Number
        && size.GetDouble() is >= 0 and < 9e18 and var total
            ? (long)total
            : null;
}
