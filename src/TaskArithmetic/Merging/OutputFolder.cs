using TaskArithmetic.Diagnostics;
using TaskArithmetic.Provenance;

namespace TaskArithmetic.Merging;

/// <summary>
/// A model folder that appears whole or not at all: it is filled beside its place under a hidden name and renamed at the end.
/// </summary>
internal sealed class OutputFolder
{
    private readonly string parent;
    private readonly string name;

    public OutputFolder(string path)
    {
        Path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        parent = System.IO.Path.GetDirectoryName(Path) ?? Path;
        name = System.IO.Path.GetFileName(Path);
    }

    /// <summary>Where the model will be.</summary>
    public string Path { get; }

    /// <summary>Weights in progress of one key, when no cache holds them; a later run of the same recipe goes on with them.</summary>
    public string WorkFolder(string key) => System.IO.Path.Combine(parent, $".{name}.{key[..16]}.partial");

    /// <summary>The lock that keeps two runs from writing the same output at once.</summary>
    public string LockFile => System.IO.Path.Combine(parent, $".{name}.lock");

    /// <summary>Problems of this place that are known before anything is written.</summary>
    /// <param name="inputs">Paths that are read.</param>
    public IEnumerable<Diagnostic> Check(IEnumerable<string> inputs)
    {
        foreach (var input in inputs.Distinct().Where(Overlaps))
            yield return MergeDiagnostics.OutputOverlapsInput(Path, input);
        if (File.Exists(Path) || (Directory.Exists(Path) && !IsOurs && Directory.EnumerateFileSystemEntries(Path).Any()))
            yield return MergeDiagnostics.OutputNotOurs(Path);
        if (NearestExisting(parent) is var existing && File.Exists(existing))
            yield return MergeDiagnostics.FileInTheWay(Path, existing);
    }

    /// <summary>Whether output and cache have room, known before anything is written.</summary>
    /// <param name="needed">Bytes that will be written.</param>
    /// <param name="cache">The cache folder that holds the weights first; null where none is used.</param>
    /// <param name="freeSpace">Free bytes of the file system of a folder that exists.</param>
    public IEnumerable<Diagnostic> CheckSpace(long needed, string? cache, Func<string, long> freeSpace)
    {
        foreach (var place in new[] { parent, cache }.OfType<string>())
        {
            var free = freeSpace(NearestExisting(System.IO.Path.GetFullPath(place)));
            if (free < needed)
                yield return MergeDiagnostics.DiskTooSmall(place == cache ? cache : Path, needed, free);
        }
    }

    /// <summary>Fills a fresh hidden folder and puts it in place, replacing a model we wrote before.</summary>
    public void Replace(Action<string> fill)
    {
        var fresh = System.IO.Path.Combine(parent, $".{name}.{Guid.NewGuid():N}.new");
        Directory.CreateDirectory(fresh);
        Replace(fresh, fill);
    }

    /// <summary>Completes a hidden folder beside this one and puts it in place, replacing a model we wrote before.</summary>
    public void Replace(string fresh, Action<string> complete)
    {
        try
        {
            complete(fresh);
            Swap(fresh);
            RemoveLeftovers();
        }
        catch (Exception e)
        {
            if (Directory.Exists(fresh))
                Directory.Delete(fresh, recursive: true);
            if (e is IOException or UnauthorizedAccessException)
                throw MergeDiagnostics.WriteFailed(Path, e);
            throw;
        }
    }

    /// <summary>Free bytes of the file system that holds a folder.</summary>
    public static long FreeSpace(string folder) => new DriveInfo(folder).AvailableFreeSpace;

    private bool IsOurs => File.Exists(System.IO.Path.Combine(Path, ProvenanceFile.FileName));

    private void Swap(string fresh)
    {
        if (!Directory.Exists(Path))
        {
            Directory.Move(fresh, Path);
            return;
        }
        var old = System.IO.Path.Combine(parent, $".{name}.{Guid.NewGuid():N}.old");
        Directory.Move(Path, old);
        try
        {
            Directory.Move(fresh, Path);
        }
        catch
        {
            Directory.Move(old, Path);
            throw;
        }
        Directory.Delete(old, recursive: true);
    }

    /// <summary>What killed runs of this output left; we hold its lock, so nobody works on them.</summary>
    private void RemoveLeftovers()
    {
        foreach (var folder in Directory.GetDirectories(parent).Where(f => IsLeftover(System.IO.Path.GetFileName(f))))
            Directory.Delete(folder, recursive: true);
    }

    /// <summary><c>.NAME.HEX.KIND</c> exactly: an output called NAME.v2 beside us has work of its own.</summary>
    private bool IsLeftover(string folder) =>
        folder.StartsWith($".{name}.", StringComparison.Ordinal)
        && folder[(name.Length + 2)..].Split('.') is [var id, "new" or "old" or "partial"]
        && id.All(char.IsAsciiHexDigitLower);

    private bool Overlaps(string input)
    {
        var other = RealPath(input);
        var mine = RealPath(Path);
        return mine == other || IsInside(mine, other) || IsInside(other, mine);
    }

    private static bool IsInside(string path, string folder) =>
        path.StartsWith(System.IO.Path.TrimEndingDirectorySeparator(folder) + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string RealPath(string path)
    {
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        if (System.IO.Path.GetDirectoryName(full) is not { } folder)
            return full;
        var real = System.IO.Path.Combine(RealPath(folder), System.IO.Path.GetFileName(full));
        FileSystemInfo info = Directory.Exists(real) ? new DirectoryInfo(real) : new FileInfo(real);
        return info.Exists && info.ResolveLinkTarget(returnFinalTarget: true) is { } target ? target.FullName : real;
    }

    private static string NearestExisting(string path)
    {
        while (!System.IO.Path.Exists(path))
            path = System.IO.Path.GetDirectoryName(path)!;
        return path;
    }
}
