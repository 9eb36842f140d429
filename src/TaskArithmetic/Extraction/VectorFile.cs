using TaskArithmetic.Caching;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Merging;

namespace TaskArithmetic.Extraction;

/// <summary>Where a vector is written: one file, or numbered files with an index that is renamed into place last.</summary>
internal sealed class VectorFile(string path)
{
    private const string Extension = ".safetensors";

    private readonly string full = Path.GetFullPath(path);

    /// <summary>The file name without its extension.</summary>
    public string Stem => Path.GetFileName(full)[..^Extension.Length];

    private string Folder => Path.GetDirectoryName(full)!;

    /// <summary>Problems of this place that are known before anything is written.</summary>
    public IEnumerable<Diagnostic> Check(IEnumerable<string> inputs)
    {
        if (!full.EndsWith(Extension, StringComparison.Ordinal) || Path.GetFileName(full).Length == Extension.Length)
            yield return ExtractDiagnostics.NotAVectorName(path);
        else if (Directory.Exists(full))
            yield return ExtractDiagnostics.IsAFolder(path);
        foreach (var input in inputs.Where(i => string.Equals(Path.GetFullPath(i), Folder, StringComparison.Ordinal)))
            yield return MergeDiagnostics.OutputOverlapsInput(path, input);
    }

    /// <summary>Fills a hidden folder beside the place and moves its files there, the index last.</summary>
    /// <returns>The paths written.</returns>
    public IReadOnlyList<string> Write(Func<string, IReadOnlyList<FileRecord>> fill)
    {
        var fresh = Path.Combine(Folder, $".{Stem}.{Guid.NewGuid():N}.new");
        try
        {
            Directory.CreateDirectory(fresh);
            var files = fill(fresh);
            foreach (var file in files)
                File.Move(Path.Combine(fresh, file.Name), Path.Combine(Folder, file.Name), overwrite: true);
            return [.. files.Select(f => Path.Combine(Folder, f.Name))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw MergeDiagnostics.WriteFailed(path, e);
        }
        finally
        {
            if (Directory.Exists(fresh))
                Directory.Delete(fresh, recursive: true);
        }
    }
}
