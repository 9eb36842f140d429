using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Outputs;

namespace TaskArithmetic.Gguf;

/// <summary>Where a GGUF file goes. It appears whole or not at all, and takes no other place than that of an earlier GGUF file.</summary>
/// <param name="path">The file as it was given. A link is followed, so that it stays.</param>
internal sealed class GgufPlace(string path)
{
    private const string Extension = ".gguf";

    private readonly OutputPlace place = new(path);

    /// <summary>Bytes of the file that is there.</summary>
    public long Length => new FileInfo(place.Path).Length;

    /// <summary>What forbids to write there, known before any work is done.</summary>
    /// <param name="needed">Bytes that will be written; 0 where that is not known.</param>
    public IEnumerable<Diagnostic> Check(long needed)
    {
        if (!place.Name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) || place.Name.Length == Extension.Length || Directory.Exists(place.Path))
            yield return GgufDiagnostics.NotAGgufName(path);
        else if (File.Exists(place.Path) && !IsGguf(place.Path))
            yield return GgufDiagnostics.NotOurs(path);
        var parent = place.Parent;
        while (!Path.Exists(parent))
            parent = Path.GetDirectoryName(parent)!;
        if (File.Exists(parent))
            yield return OutputDiagnostics.FileInTheWay(path, parent);
        else if (OutputFolder.FreeSpace(parent) is var free && free < needed)
            yield return OutputDiagnostics.DiskTooSmall(path, needed, free);
    }

    /// <summary>Lets a file be written in a hidden folder beside the place, which others' work may go through, and puts it in place.</summary>
    /// <param name="make">Writes the file of this path in the folder of this path.</param>
    /// <param name="cancellationToken">Ends the wait for others who write there.</param>
    /// <exception cref="DiagnosticException">TA3005: the place cannot be written; TA5201: somebody put another file there meanwhile.</exception>
    public void Write(Action<string, string> make, CancellationToken cancellationToken)
    {
        try
        {
            place.Write(
                fresh =>
                {
                    var file = Path.Combine(fresh, place.Name);
                    make(file, fresh);
                    if (Check(0).ToList() is { Count: > 0 } findings)
                        throw new DiagnosticException(findings);
                    DiskFlush.Tree(fresh);
                    File.Move(file, place.Path, overwrite: true);
                    DiskFlush.Folder(place.Parent);
                },
                cancellationToken);
        }
        catch (Exception e) when (OutputDiagnostics.IsWriteFailure(e))
        {
            throw OutputDiagnostics.WriteFailed(path, e);
        }
    }

    private static bool IsGguf(string file)
    {
        try
        {
            using var handle = RegularFile.Open(file);
            var start = new byte[4];
            // An empty file is what a failed command of somebody leaves.
            return RandomAccess.Read(handle, start, 0) is var read && (read == 0 || start.AsSpan().SequenceEqual("GGUF"u8));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
