using TaskArithmetic.Caching;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Faults.Tests.Kills;

/// <summary>The places of one case: the output's parent <c>out</c>, a cache, and copies of how both were before.</summary>
internal sealed class KillFolder : IDisposable
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0 };
    private static readonly EnumerationOptions EverythingBelow = new() { AttributesToSkip = 0, RecurseSubdirectories = true };

    private readonly TemporaryFolder folder = new();

    public KillFolder()
    {
        Directory.CreateDirectory(Parent);
        Directory.CreateDirectory(Cache);
        Directory.CreateDirectory(Working);
    }

    /// <summary>Where outputs are made.</summary>
    public string Parent => folder["out"];

    public string Cache => folder["cache"];

    /// <summary>The folder in which the tool runs.</summary>
    public string Working => folder["working"];

    public string this[params string[] parts] => folder[parts];

    /// <summary>Remembers how everything is now.</summary>
    public void Keep()
    {
        Copy(Parent, folder["kept", "out"]);
        Copy(Cache, folder["kept", "cache"]);
    }

    /// <summary>Makes everything as it was kept.</summary>
    public void Restore()
    {
        foreach (var place in new[] { Parent, Cache })
        {
            Directory.Delete(place, recursive: true);
            Copy(folder["kept", Path.GetFileName(place)], place);
        }
    }

    /// <summary>Names directly in a folder, hidden ones too.</summary>
    public static IReadOnlyList<string> NamesIn(string path) =>
        [.. Directory.EnumerateFileSystemEntries(path, "*", Everything).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    /// <summary>Every file below a folder with its digest; nothing for one that is not there.</summary>
    public static IReadOnlyDictionary<string, string> DigestsBelow(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*", EverythingBelow).ToDictionary(f => Path.GetRelativePath(path, f), FileDigests.Compute, StringComparer.Ordinal)
        : new Dictionary<string, string>();

    /// <summary>Files and folders of the cache that are neither content nor locks: work in progress that nobody goes on with.</summary>
    public IEnumerable<string> UnfinishedInCache() => Directory.EnumerateFileSystemEntries(Cache, "*", EverythingBelow)
        .Select(f => Path.GetRelativePath(Cache, f))
        .Where(f => f.EndsWith(".partial", StringComparison.Ordinal) || f.EndsWith(".tmp", StringComparison.Ordinal) || f.EndsWith(".unfinished", StringComparison.Ordinal)
            || f.EndsWith(".new", StringComparison.Ordinal) || f.EndsWith(".part", StringComparison.Ordinal));

    public void Dispose() => folder.Dispose();

    private static void Copy(string source, string destination)
    {
        Directory.CreateDirectory(destination);
        foreach (var inner in Directory.EnumerateDirectories(source, "*", EverythingBelow))
            Directory.CreateDirectory(Path.Combine(destination, Path.GetRelativePath(source, inner)));
        foreach (var file in Directory.EnumerateFiles(source, "*", EverythingBelow))
            File.Copy(file, Path.Combine(destination, Path.GetRelativePath(source, file)));
    }
}
