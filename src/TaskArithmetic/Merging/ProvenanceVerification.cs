using TaskArithmetic.Caching;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Outputs;
using TaskArithmetic.Provenance;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Merging;

/// <summary>Holds a model folder against its own record.</summary>
public static class ProvenanceVerification
{
    /// <summary>Reads every file the record names, compares size and SHA-256, and finds what the record does not name.</summary>
    /// <returns>The number of files that agree.</returns>
    /// <exception cref="DiagnosticException">
    /// TA3004 no usable record; TA3006 each file that is missing or changed; TA3011 files that the record does not list, and links.
    /// </exception>
    public static int Verify(string modelFolder)
    {
        new OutputPlace(modelFolder).Recover();
        return VerifyAsIs(modelFolder).Outputs.Count;
    }

    /// <summary>Merges the recorded recipe again from its inputs, without any cache, and compares all bytes.</summary>
    /// <remarks>Paths in the record are taken as they were given, relative to the current folder.</remarks>
    /// <returns>The number of files that agree.</returns>
    /// <exception cref="DiagnosticException">As <see cref="Verify"/>; TA3007 each file that comes out differently; what the merge itself finds.</exception>
    public static int Rebuild(string modelFolder, MergeOptions options, CancellationToken cancellationToken)
    {
        var place = new OutputPlace(modelFolder);
        place.Recover();
        VerifyAsIs(modelFolder);
        try
        {
            // The model may not be replaced while it is compared, and what stands hidden beside it is ours while we hold its lock.
            using var exclusive = FolderLock.Acquire(place.LockFile, cancellationToken);
            // Beside the model: the same file system has held such a model once. All that the merge leaves when it is killed is inside.
            var hidden = place.Hidden(OutputPlace.Rebuilt);
            try
            {
                return Rebuild(modelFolder, Path.Combine(hidden, "model"), options, cancellationToken);
            }
            finally
            {
                if (Directory.Exists(hidden))
                    Directory.Delete(hidden, recursive: true);
                exclusive.Remove();
            }
        }
        catch (Exception e) when (OutputDiagnostics.IsWriteFailure(e))
        {
            throw OutputDiagnostics.WriteFailed(place.Parent, e);
        }
    }

    private static int Rebuild(string modelFolder, string again, MergeOptions options, CancellationToken cancellationToken)
    {
        var record = VerifyAsIs(modelFolder);
        ModelMerge.Run(record.Recipe.With(options.Names.ToDictionary(n => n.Value, n => n.Key, StringComparer.Ordinal)), again, options with { UseCache = false }, cancellationToken);
        var findings = Compare(again, record, (file, _) => ProvenanceDiagnostics.RebuildDiffers(modelFolder, file.Name))
            .Concat(ModelFolderContents.Unlisted(again, record).Select(name => ProvenanceDiagnostics.RebuildDiffers(modelFolder, name)))
            .ToList();
        return findings.Count == 0 ? record.Outputs.Count : throw new DiagnosticException(findings);
    }

    private static ProvenanceFile VerifyAsIs(string modelFolder)
    {
        var record = ProvenanceFile.Read(modelFolder);
        try
        {
            var findings = Compare(modelFolder, record, (file, found) => ProvenanceDiagnostics.FileChanged(modelFolder, file, found)).ToList();
            if (ModelFolderContents.Unlisted(modelFolder, record) is { Count: > 0 } unlisted)
                findings.Add(ProvenanceDiagnostics.Unlisted(modelFolder, unlisted));
            return findings.Count == 0 ? record : throw new DiagnosticException(findings);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ProvenanceDiagnostics.Unreadable(modelFolder, e);
        }
    }

    private static IEnumerable<Diagnostic> Compare(string folder, ProvenanceFile record, Func<FileRecord, string, Diagnostic> changed)
    {
        foreach (var file in record.Outputs)
        {
            var path = Path.Combine(folder, file.Name);
            // Links, devices and pipes are named with what the record does not list.
            if (new FileInfo(path).LinkTarget is not null)
                continue;
            if (!File.Exists(path))
            {
                yield return ProvenanceDiagnostics.FileMissing(folder, file.Name);
                continue;
            }
            if (Difference(path, file) is { } difference)
                yield return changed(file, difference);
        }
    }

    /// <summary>A file of another size is not read: it may be of any length.</summary>
    private static string? Difference(string path, FileRecord expected)
    {
        if (FileStatus.Of(path) is not { IsRegular: true, Size: var size })
            return null;
        if (size != expected.Size)
            return $"{size} bytes";
        var digest = ModelFolderContents.DigestOf(path);
        return digest == expected.Sha256 ? null : $"{size} bytes with SHA-256 {digest}";
    }
}
