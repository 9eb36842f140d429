namespace TaskArithmetic.Caching;

/// <summary>What the cache is asked for.</summary>
/// <param name="Work">
/// Name of the work in progress, 64 hex digits, known before anything is read: a later run that asks for the same work goes on with what a killed one finished.
/// </param>
/// <param name="Key">The content's key, as far as it is known; null if it turns out only when the work is done.</param>
/// <param name="Make">Fills the given folder, which may hold files of a run that was killed, and describes the result, its key included.</param>
/// <param name="Accepts">Whether an entry, which is intact, is what the caller can use.</param>
internal sealed record CacheRequest(string Work, Func<string?> Key, Func<string, CacheEntry> Make, Func<CacheEntry, bool> Accepts)
{
    /// <summary>Digest of what the work does to any inputs of this form; see <see cref="ContentCache.MayHold"/>. Null if nobody asks.</summary>
    public string? Form { get; init; }
}
