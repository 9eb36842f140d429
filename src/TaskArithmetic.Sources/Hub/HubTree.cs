using System.Globalization;
using System.Text;
using System.Text.Json;

namespace TaskArithmetic.Sources.Hub;

/// <summary>A file in the listing of a repository.</summary>
/// <param name="Path">Its name, with slashes, as the hub gives it.</param>
/// <param name="Size">Number of bytes.</param>
/// <param name="BlobId">Git's name of the blob, or of the pointer to the large store.</param>
/// <param name="Sha256">Digest in the large store; null for a file in git itself.</param>
/// <param name="LargeSize">Number of bytes in the large store.</param>
internal sealed record HubTreeFile(string Path, long Size, string BlobId, string? Sha256, long LargeSize);

/// <summary>The listing of all files of a repository at one commit, as the hub sends it and as the cache keeps it.</summary>
internal static class HubTree
{
    private const int FormatVersion = 1;

    /// <summary>Reads one page of the hub's listing.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidOperationException">A value has another kind.</exception>
    /// <exception cref="KeyNotFoundException">A value is missing.</exception>
    public static IEnumerable<HubTreeFile> ReadPage(JsonElement page)
    {
        foreach (var entry in page.EnumerateArray().Where(e => e.GetProperty("type").GetString() == "file"))
        {
            var large = entry.TryGetProperty("lfs", out var lfs) && lfs.ValueKind == JsonValueKind.Object;
            yield return new(
                entry.GetProperty("path").GetString()!, entry.GetProperty("size").GetInt64(), entry.GetProperty("oid").GetString()!,
                large ? lfs.GetProperty("oid").GetString() : null, large ? lfs.GetProperty("size").GetInt64() : 0);
        }
    }

    /// <summary>Reads what the cache keeps; null if it was written in another way.</summary>
    public static IReadOnlyList<HubTreeFile>? Read(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.GetProperty("format_version").GetInt32() != FormatVersion)
                return null;
            return
            [
                .. document.RootElement.GetProperty("files").EnumerateObject().Select(file => new HubTreeFile(
                    file.Name, file.Value.GetProperty("size").GetInt64(), file.Value.GetProperty("blob_id").GetString()!,
                    file.Value.TryGetProperty("lfs_sha256", out var sha256) ? sha256.GetString() : null,
                    file.Value.TryGetProperty("lfs_size", out var size) ? size.GetInt64() : 0)),
            ];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Writes what the cache keeps, byte for byte as Python's json writes it with an indentation of one.</summary>
    public static byte[] Write(IReadOnlyList<HubTreeFile> files)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{{\n \"format_version\": {FormatVersion},\n \"files\": {{");
        for (var i = 0; i < files.Count; i++)
        {
            var file = files[i];
            text.Append(i == 0 ? "\n  " : ",\n  ").Append(Quoted(file.Path)).Append(CultureInfo.InvariantCulture, $": {{\n   \"size\": {file.Size},\n   \"blob_id\": {Quoted(file.BlobId)}");
            if (file.Sha256 is { } sha256)
                text.Append(CultureInfo.InvariantCulture, $",\n   \"lfs_sha256\": {Quoted(sha256)},\n   \"lfs_size\": {file.LargeSize}");
            text.Append("\n  }");
        }
        return Encoding.ASCII.GetBytes(text.Append(files.Count > 0 ? "\n }\n}" : "}\n}").ToString());
    }

    private static string Quoted(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' or '\\' => text.Append('\\').Append(c),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' or > '~' and not '\u007f' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }
        return text.Append('"').ToString();
    }
}
