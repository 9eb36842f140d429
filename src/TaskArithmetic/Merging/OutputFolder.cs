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
    /// <param name="needed">Bytes that will be written.</param>
    /// <param name="freeSpace">Free bytes of the file system of a path.</param>
    public IEnumerable<Diagnostic> Check(IEnumerable<string> inputs, long needed, Func<string, long> freeSpace)
    {
        foreach (var input in inputs.Distinct().Where(Overlaps))
            yield return MergeDiagnostics.OutputOverlapsInput(Path, input);
        if (File.Exists(Path) || (Directory.Exists(Path) && !IsOurs && Directory.EnumerateFileSystemEntries(Path).Any()))
            yield return MergeDiagnostics.OutputNotOurs(Path);
        var existing = ExistingAncestor(parent);
        var free = freeSpace(existing);
        if (free < needed)
            yield return MergeDiagnostics.DiskTooSmall(Path, needed, free);
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
        Directory.Move(fresh, Path);
        Directory.Delete(old, recursive: true);
    }

    /// <summary>What killed runs of this output left; we hold its lock, so nobody works on them.</summary>
    private void RemoveLeftovers()
    {
        foreach (var pattern in new[] { $".{name}.*.new", $".{name}.*.old", $".{name}.*.partial" })
        {
            foreach (var leftover in Directory.GetDirectories(parent, pattern))
                Directory.Delete(leftover, recursive: true);
        }
    }

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

    private static string ExistingAncestor(string folder)
    {
        while (!Directory.Exists(folder))
            folder = System.IO.Path.GetDirectoryName(folder)!;
        return folder;
    }
}
