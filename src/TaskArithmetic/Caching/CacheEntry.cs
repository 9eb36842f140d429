using System.Text.Json;
using TaskArithmetic.Files;

namespace TaskArithmetic.Caching;

/// <summary>A finished piece of work in the cache.</summary>
/// <param name="Key">SHA-256 over everything that decides the content, lower-case hex.</param>
/// <param name="Kind"><c>merge</c> or <c>vector</c>.</param>
/// <param name="Files">The files, without the description.</param>
/// <param name="Details">What the work measured, for provenance.</param>
public sealed record CacheEntry(string Key, string Kind, IReadOnlyList<FileRecord> Files, JsonElement Details)
{
    /// <summary>Name of the description beside the files.</summary>
    internal const string Description = "entry.json";

    /// <summary>Kind of an entry that holds merged weights.</summary>
    internal const string Merge = "merge";

    /// <summary>Kind of an entry that holds an extracted vector.</summary>
    internal const string Vector = "vector";

    /// <summary>Bytes of all files.</summary>
    public long Size => Files.Sum(f => f.Size);

    /// <summary>Writes the description into the entry's folder.</summary>
    internal void Describe(string folder) =>
        AtomicFile.Write(Path.Combine(folder, Description), SealedJson.Seal(JsonSerializer.SerializeToUtf8Bytes(this)));

    /// <summary>Reads the description in the folder of a key; null if it is damaged or says anything that no entry of this key can say.</summary>
    internal static CacheEntry? Read(string folder, string key)
    {
        try
        {
            var entry = SealedJson.Open(RegularFile.ReadBytes(Path.Combine(folder, Description))) is { } content ? JsonSerializer.Deserialize<CacheEntry>(content) : null;
            return entry is not null && entry.Key == key && entry.IsSound ? entry : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            // Counts as damaged, which the callers report.
            return null;
        }
    }

    private bool IsSound =>
        Kind is Merge or Vector
        && Files is { Count: > 0 }
        && Files.All(f => f is { Name: not null, Size: >= 0, Sha256: not null } && IsPlainName(f.Name) && ContentCache.IsKey(f.Sha256))
        && Files.DistinctBy(f => f.Name).Count() == Files.Count
        && Details.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>A name that stays in its folder on every system.</summary>
    private static bool IsPlainName(string name) =>
        name.Length > 0 && name is not ("." or ".." or Description) && !name.Any(c => c is '/' or '\\' or ':' || char.IsControl(c));
}
