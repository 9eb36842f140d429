using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;

namespace TaskArithmetic.Checkpoints;

/// <summary>
/// How a file beside the weights is taken along: its bytes go into the output, so they must be those of a file of the
/// model and not what a link fetches from elsewhere on the machine.
/// </summary>
internal static class CarriedFile
{
    /// <summary>Largest file taken along: 512 MiB. Tokenizers have tens of megabytes.</summary>
    public const long Most = 512L << 20;

    /// <summary>Why a file cannot be taken along; null where it can.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="name">The file's name in it.</param>
    public static Diagnostic? Problem(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        try
        {
            if (LinkOut(folder, path) is { } target)
                return CheckpointDiagnostics.LinkLeavesFolder(path, target);
            using var handle = RegularFile.Open(path);
            var length = RandomAccess.GetLength(handle);
            return length > Most ? CheckpointDiagnostics.NotCarried(path, RegularFile.TooLarge(length, Most)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return CheckpointDiagnostics.NotCarried(path, e.Message);
        }
    }

    /// <summary>The file's bytes. Looked at again, since it may have become a link after it was checked.</summary>
    /// <exception cref="DiagnosticException">TA2027, TA2028: it cannot be taken along.</exception>
    public static byte[] Read(string folder, string name)
    {
        if (Problem(folder, name) is { } problem)
            throw new DiagnosticException(problem);
        var path = Path.Combine(folder, name);
        try
        {
            return RegularFile.ReadBytes(path, Most);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(CheckpointDiagnostics.NotCarried(path, e.Message), e);
        }
    }

    /// <summary>Where a file really lies, if that is outside its model. The folder itself may be reached by links: the user named it.</summary>
    private static string? LinkOut(string folder, string path)
    {
        var home = RealPath.Of(folder);
        var real = RealPath.Of(path);
        return RealPath.IsWithin(home, real) || HubBlobs(home) is { } blobs && RealPath.IsWithin(blobs, real) ? null : real;
    }

    /// <summary>
    /// The folder in which a hub cache keeps the files of a repository: <c>models--X/snapshots/REVISION/file</c> is a link to
    /// <c>models--X/blobs/DIGEST</c>. Null where the model folder is no such snapshot.
    /// </summary>
    private static string? HubBlobs(string folder)
    {
        var snapshots = Path.GetDirectoryName(folder);
        var repository = Path.GetDirectoryName(snapshots);
        return Path.GetFileName(snapshots) == "snapshots" && Path.GetFileName(repository)?.StartsWith("models--", StringComparison.Ordinal) == true
            ? Path.Combine(repository!, "blobs")
            : null;
    }
}
