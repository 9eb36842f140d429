using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Provenance;

namespace TaskArithmetic.Outputs;

/// <summary>
/// A model folder that appears whole or not at all: it is filled beside its place under a hidden name and renamed at the end.
/// </summary>
internal sealed class OutputFolder
{
    private readonly OutputPlace place;

    public OutputFolder(string path) => place = new OutputPlace(path);

    /// <summary>Where the model will be.</summary>
    public string Path => place.Path;

    /// <summary>Weights in progress of one key, when no cache holds them; a later run of the same recipe goes on with them.</summary>
    public string WorkFolder(string key) => place.Hidden(key[..16], OutputPlace.Partial);

    /// <summary>The lock that keeps two runs from writing the same output at once.</summary>
    public string LockFile => place.LockFile;

    /// <summary>Mends what a killed run left here, if nobody works here.</summary>
    public void Recover() => place.Recover();

    /// <summary>Problems of this place that are known before anything is written.</summary>
    /// <param name="inputs">Paths that are read.</param>
    public IEnumerable<Diagnostic> Check(IEnumerable<string> inputs)
    {
        foreach (var input in inputs.Distinct().Where(Overlaps))
            yield return OutputDiagnostics.OutputOverlapsInput(Path, input);
        foreach (var finding in CheckFormer(Path))
            yield return finding;
        if (NearestExisting(place.Parent) is var existing && File.Exists(existing))
            yield return OutputDiagnostics.FileInTheWay(Path, existing);
    }

    /// <summary>Whether the output has room, known before anything is written.</summary>
    /// <param name="needed">Bytes that will be written.</param>
    /// <param name="freeSpace">Free bytes of the file system of a folder that exists.</param>
    public IEnumerable<Diagnostic> CheckSpace(long needed, Func<string, long> freeSpace)
    {
        var free = freeSpace(NearestExisting(place.Parent));
        if (free < needed)
            yield return OutputDiagnostics.DiskTooSmall(Path, needed, free);
    }

    /// <summary>Fills a fresh hidden folder and puts it in place, replacing a model we wrote before.</summary>
    public void Replace(Action<string> fill)
    {
        var fresh = place.Hidden(OutputPlace.Fresh);
        Directory.CreateDirectory(fresh);
        Replace(fresh, fill);
    }

    /// <summary>Completes a hidden folder beside this one and puts it in place, replacing a model we wrote before.</summary>
    public void Replace(string fresh, Action<string> complete)
    {
        try
        {
            complete(fresh);
            // The merge took its time: what was put into the folder meanwhile is as precious as what was there before.
            RequireReplaceable(Path);
            place.Install(fresh, RequireReplaceable);
            place.RemoveLeftovers(OutputPlace.Fresh, OutputPlace.Former, OutputPlace.Partial, OutputPlace.Rebuilt);
        }
        catch (Exception e)
        {
            if (Directory.Exists(fresh))
                Directory.Delete(fresh, recursive: true);
            if (OutputDiagnostics.IsWriteFailure(e))
                throw OutputDiagnostics.WriteFailed(Path, e);
            throw;
        }
    }

    /// <summary>Free bytes of the file system that holds a folder.</summary>
    public static long FreeSpace(string folder) => new DriveInfo(folder).AvailableFreeSpace;

    private void RequireReplaceable(string folder)
    {
        if (CheckFormer(folder).ToList() is { Count: > 0 } findings)
            throw new DiagnosticException(findings);
    }

    /// <summary>
    /// What is here goes away with the replacement, so all of it must be ours: the record lists it, and texts are as they were written.
    /// Weights may be anything, since building a damaged model again is how it is mended.
    /// </summary>
    private IEnumerable<Diagnostic> CheckFormer(string folder)
    {
        if (File.Exists(folder))
            return [OutputDiagnostics.OutputNotOurs(Path)];
        if (!Directory.Exists(folder))
            return [];
        try
        {
            return Directory.EnumerateFileSystemEntries(folder).Any() ? CheckRecorded(folder).ToList() : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [.. OutputDiagnostics.WriteFailed(Path, e).Diagnostics];
        }
    }

    private IEnumerable<Diagnostic> CheckRecorded(string folder)
    {
        if (!System.IO.Path.Exists(System.IO.Path.Combine(folder, ProvenanceFile.FileName)))
            return [OutputDiagnostics.OutputNotOurs(Path)];
        if (ProvenanceFile.TryRead(folder, out var reason) is not { } record)
            return [OutputDiagnostics.OutputRecordDamaged(Path, reason)];
        var findings = new List<Diagnostic>();
        if (ModelFolderContents.Unlisted(folder, record) is { Count: > 0 } unlisted)
            findings.Add(OutputDiagnostics.OutputHoldsOthersFiles(Path, unlisted));
        if (ModelFolderContents.EditedTexts(folder, record) is { Count: > 0 } edited)
            findings.Add(OutputDiagnostics.OutputWasEdited(Path, edited));
        return findings;
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

    private static string NearestExisting(string path)
    {
        while (!System.IO.Path.Exists(path))
            path = System.IO.Path.GetDirectoryName(path)!;
        return path;
    }
}
