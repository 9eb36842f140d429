using TaskArithmetic.Caching;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Merging;

namespace TaskArithmetic.Provenance;

/// <summary>Holds a model folder against its own record.</summary>
public static class ProvenanceVerification
{
    /// <summary>Reads every file the record names and compares size and SHA-256.</summary>
    /// <returns>The number of files that agree.</returns>
    /// <exception cref="DiagnosticException">TA3004 no record; TA3006 each file that is missing or changed.</exception>
    public static int Verify(string modelFolder)
    {
        var record = ProvenanceFile.Read(modelFolder);
        var findings = Compare(modelFolder, record, (file, size, digest) => ProvenanceDiagnostics.FileChanged(modelFolder, file, size, digest)).ToList();
        return findings.Count == 0 ? record.Outputs.Count : throw new DiagnosticException(findings);
    }

    /// <summary>Merges the recorded recipe again from its inputs, without any cache, and compares all bytes.</summary>
    /// <remarks>Paths in the record are taken as they were given, relative to the current folder.</remarks>
    /// <returns>The number of files that agree.</returns>
    /// <exception cref="DiagnosticException">As <see cref="Verify"/>; TA3007 each file that comes out differently; what the merge itself finds.</exception>
    public static int Rebuild(string modelFolder, MergeOptions options, CancellationToken cancellationToken)
    {
        Verify(modelFolder);
        var record = ProvenanceFile.Read(modelFolder);
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(modelFolder));
        // Beside the model: the same file system has held such a model once.
        var again = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.rebuilt");
        try
        {
            ModelMerge.Run(record.Recipe, again, options with { UseCache = false }, cancellationToken);
            var findings = Compare(again, record, (file, _, _) => ProvenanceDiagnostics.RebuildDiffers(modelFolder, file.Name)).ToList();
            return findings.Count == 0 ? record.Outputs.Count : throw new DiagnosticException(findings);
        }
        finally
        {
            if (Directory.Exists(again))
                Directory.Delete(again, recursive: true);
        }
    }

    private static IEnumerable<Diagnostic> Compare(string folder, ProvenanceFile record, Func<FileRecord, long, string, Diagnostic> changed)
    {
        foreach (var file in record.Outputs)
        {
            var path = Path.Combine(folder, file.Name);
            if (!File.Exists(path))
            {
                yield return ProvenanceDiagnostics.FileMissing(folder, file.Name);
                continue;
            }
            var (size, digest) = (new FileInfo(path).Length, FileDigests.Compute(path));
            if (size != file.Size || digest != file.Sha256)
                yield return changed(file, size, digest);
        }
    }
}
