namespace TaskArithmetic.Caching;

/// <summary>An entry that is held: nobody drops it while its files are placed.</summary>
/// <param name="folder">Where its files lie.</param>
/// <param name="entry">What it holds.</param>
/// <param name="hit">Whether it was there already.</param>
internal sealed class CachedEntry(string folder, CacheEntry entry, bool hit)
{
    public CacheEntry Entry => entry;

    /// <summary>Whether it was there already, rather than made for this use.</summary>
    public bool Hit => hit;

    /// <summary>Puts every file of the entry into a folder; the bytes placed are the bytes that were verified.</summary>
    /// <exception cref="DamagedEntryException">A file is not what was stored; the cache then drops the entry and makes it again.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void PlaceIn(string destination)
    {
        foreach (var file in entry.Files)
            FilePlacement.Place(Path.Combine(folder, file.Name), Path.Combine(destination, file.Name), hit ? file : null);
    }
}
