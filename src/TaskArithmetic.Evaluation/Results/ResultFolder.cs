using System.Text.RegularExpressions;
using TaskArithmetic.Files;

namespace TaskArithmetic.Evaluation.Results;

/// <summary>
/// A folder of results while files are put into it, by one process at a time. Each file is whole before it has its name; other people's
/// files in it are never looked at.
/// </summary>
internal sealed partial class ResultFolder(string folder, FolderLock exclusive) : IDisposable
{
    /// <summary>Makes the folder if it is not there, waits for other writers, and removes what killed ones left.</summary>
    public static ResultFolder Enter(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var entered = new ResultFolder(folder, FolderLock.Acquire(Path.Combine(folder, ".results.lock"), cancellationToken));
        foreach (var file in Directory.EnumerateFiles(folder, ".*", FolderListing.Everything).Where(f => Leftover().IsMatch(Path.GetFileName(f))))
            File.Delete(file);
        return entered;
    }

    /// <summary>Writes a file, replacing one of its name.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, Action<Stream> fill)
    {
        var path = Path.Combine(folder, name);
        var fresh = Path.Combine(folder, $".{name}.{Guid.NewGuid():N}.{OutputPlace.Fresh}");
        try
        {
            using (var file = new FileStream(fresh, FileMode.CreateNew, FileAccess.Write))
            {
                fill(file);
                file.Flush(flushToDisk: true);
            }
            File.Move(fresh, path, overwrite: true);
            DiskFlush.Folder(folder);
            return path;
        }
        catch
        {
            File.Delete(fresh);
            throw;
        }
    }

    public void Dispose() => exclusive.Remove();

    [GeneratedRegex(@"^\.(gate\.(junit\.xml|trx|md|html)|.+_\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{6}\.jsonl?)\.[0-9a-f]{32}\.new$", RegexOptions.CultureInvariant | RegexOptions.ECMAScript)]
    private static partial Regex Leftover();
}
