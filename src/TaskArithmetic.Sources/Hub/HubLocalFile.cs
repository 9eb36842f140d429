using System.Globalization;
using System.Text;
using TaskArithmetic.Files;

namespace TaskArithmetic.Sources.Hub;

/// <summary>A file of the hub in a folder of the user's choice, with the notes that the hub's clients keep below its <c>.cache/huggingface</c>.</summary>
/// <param name="folder">The folder.</param>
/// <param name="file">The file's name in the repository.</param>
internal sealed class HubLocalFile(string folder, string file)
{
    private readonly string notes = System.IO.Path.Combine(folder, ".cache", "huggingface");

    /// <summary>Where it lies.</summary>
    public string Path => System.IO.Path.Combine([folder, .. file.Split('/')]);

    private string Note => System.IO.Path.Combine([notes, "download", .. file.Split('/')]) + ".metadata";

    /// <summary>Makes the folders and waits until the file is ours alone.</summary>
    public FolderLock Enter(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Note)!);
        foreach (var (name, text) in new[] { (".gitignore", "*"), (HubCache.TagName, HubCache.Tag) })
        {
            var path = System.IO.Path.Combine(notes, name);
            if (!File.Exists(path))
                AtomicFile.Write(path, Encoding.ASCII.GetBytes(text));
        }
        return FolderLock.Acquire(System.IO.Path.ChangeExtension(Note, ".lock"), cancellationToken);
    }

    /// <summary>Whether the file is there, is what the hub has, and was not written since.</summary>
    public bool Is(HubFileFacts facts) =>
        File.Exists(Path) && File.Exists(Note) && File.ReadAllText(Note).Split('\n') is [_, var digest, var time, ..] && digest == facts.Digest
        && double.TryParse(time, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
        && new FileInfo(Path).Length == facts.Size
        // Times of some file systems are whole seconds.
        && (File.GetLastWriteTimeUtc(Path) - DateTime.UnixEpoch).TotalSeconds - 1 <= seconds;

    /// <summary>Notes what the file is.</summary>
    public void Remember(HubFileFacts facts) => AtomicFile.Write(Note, Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{facts.Commit}\n{facts.Digest}\n{(DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds:R}\n")));
}
