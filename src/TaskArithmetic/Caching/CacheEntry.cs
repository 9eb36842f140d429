using System.Text.Json;

namespace TaskArithmetic.Caching;

/// <summary>A finished piece of work in the cache.</summary>
/// <param name="Key">SHA-256 over everything that decides the content, lower-case hex; the cache fills it in.</param>
/// <param name="Kind"><c>merge</c> or <c>vector</c>.</param>
/// <param name="Files">The files, without the description.</param>
/// <param name="Details">What the work measured, for provenance.</param>
public sealed record CacheEntry(string Key, string Kind, IReadOnlyList<FileRecord> Files, JsonElement Details)
{
    /// <summary>Bytes of all files.</summary>
    public long Size => Files.Sum(f => f.Size);
}
