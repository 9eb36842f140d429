using System.Text;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;

namespace TaskArithmetic.Sources.Hub;

/// <summary>What the cache knows of a file.</summary>
/// <param name="Path">Where it is; null if it is not there.</param>
/// <param name="KnownMissing">Whether the hub said once that the commit has no such file.</param>
internal readonly record struct HubCached(string? Path, bool KnownMissing);

/// <summary>
/// The folder that all clients of the hub share, laid out as they do: blobs by digest, a snapshot of links for each commit, a file for each
/// name that was asked for, a lock for each blob.
/// </summary>
/// <param name="folder">The cache.</param>
/// <param name="symlinks">Whether snapshots are links.</param>
internal sealed class HubCache(string folder, bool symlinks)
{
    /// <summary>Name of the file that tells backups that a folder can be made again.</summary>
    public const string TagName = "CACHEDIR.TAG";

    /// <summary>Its content.</summary>
    public const string Tag = "Signature: 8a477f597d28d172789f06886806bc55\n# This file is a cache directory tag created by huggingface_hub.\n# For information about cache directory tags, see:\n#\thttps://bford.info/cachedir/\n";

    /// <summary>The cache.</summary>
    public string Folder => folder;

    /// <summary>The folder of one commit.</summary>
    public string Snapshot(HubRepository repository, string commit) => Path.Combine(Of(repository), "snapshots", commit);

    /// <summary>A file of one commit.</summary>
    public string Pointer(HubRepository repository, string commit, string file) => Path.Combine([Snapshot(repository, commit), .. file.Split('/')]);

    /// <summary>The bytes with a digest.</summary>
    public string Blob(HubRepository repository, string digest) => Path.Combine(Of(repository), "blobs", digest);

    /// <summary>The commit that a revision was when somebody last asked; null if nobody did.</summary>
    public string? Commit(HubRepository repository, string revision)
    {
        if (HubFileName.IsCommit(revision))
            return revision;
        var reference = Reference(repository, revision);
        return File.Exists(reference) && RegularFile.ReadText(reference, most: 1 << 10).Trim() is var commit && HubFileName.IsCommit(commit) ? commit : null;
    }

    /// <summary>Notes which commit a revision is. A whole commit id needs no note.</summary>
    public void Remember(HubRepository repository, string revision, string commit)
    {
        if (revision != commit && Commit(repository, revision) != commit)
            WriteNew(Reference(repository, revision), Encoding.ASCII.GetBytes(commit));
    }

    /// <summary>Notes that a commit has no such file.</summary>
    public void RememberMissing(HubRepository repository, string commit, string file) => WriteNew(MissingNote(repository, commit, file), []);

    /// <summary>What is known of a file without asking anybody.</summary>
    public HubCached Find(HubRepository repository, string revision, string file)
    {
        if (Commit(repository, revision) is not { } commit)
            return default;
        if (File.Exists(MissingNote(repository, commit, file)))
            return new(null, true);
        var pointer = Pointer(repository, commit, file);
        return new(File.Exists(pointer) ? pointer : null, false);
    }

    /// <summary>The listing of a commit, if it was kept.</summary>
    public IReadOnlyList<HubTreeFile>? Tree(HubRepository repository, string commit)
    {
        var path = TreeFile(repository, commit);
        return File.Exists(path) ? HubTree.Read(RegularFile.ReadBytes(path)) : null;
    }

    /// <summary>Keeps the listing of a commit.</summary>
    public void RememberTree(HubRepository repository, string commit, IReadOnlyList<HubTreeFile> files) => WriteNew(TreeFile(repository, commit), HubTree.Write(files));

    /// <summary>Makes the folders that a file of a commit needs and waits until its blob is ours alone; other clients wait for the same lock.</summary>
    public FolderLock Enter(HubRepository repository, HubFileFacts facts, string file, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.Combine(Of(repository), "blobs"));
        Directory.CreateDirectory(Path.GetDirectoryName(Pointer(repository, facts.Commit, file))!);
        var tag = Path.Combine(folder, TagName);
        if (!File.Exists(tag))
            WriteNew(tag, Encoding.ASCII.GetBytes(Tag));
        var locks = Path.Combine(folder, ".locks", repository.FolderName);
        Directory.CreateDirectory(locks);
        return FolderLock.Acquire(Path.Combine(locks, facts.Digest + ".lock"), cancellationToken);
    }

    /// <summary>Makes a blob appear in the snapshot of its commit, as a relative link; as the file itself where links cannot be made.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="facts">The blob and its commit.</param>
    /// <param name="file">The file's name.</param>
    /// <param name="isNew">Whether the blob was fetched for this file, so that it may be moved.</param>
    public string Link(HubRepository repository, HubFileFacts facts, string file, bool isNew)
    {
        var (pointer, blob) = (Pointer(repository, facts.Commit, file), Blob(repository, facts.Digest));
        if (symlinks && TryLink(pointer, Path.GetRelativePath(Path.GetDirectoryName(pointer)!, blob)))
            return pointer;
        if (isNew)
            File.Move(blob, pointer, overwrite: true);
        else
            File.Copy(blob, pointer, overwrite: true);
        return pointer;
    }

    /// <summary>A link that leads nowhere is replaced: somebody removed the blob.</summary>
    private static bool TryLink(string pointer, string target)
    {
        try
        {
            var old = new FileInfo(pointer);
            if (old.LinkTarget is not null && !File.Exists(pointer))
                old.Delete();
            else if (old.Exists && old.LinkTarget is null)
                return false;
            if (!File.Exists(pointer))
                File.CreateSymbolicLink(pointer, target);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another client may have been quicker; else this system or this user cannot make links.
            return File.Exists(pointer);
        }
    }

    private static void WriteNew(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, bytes);
    }

    private string Of(HubRepository repository) => Path.Combine(folder, repository.FolderName);

    private string Reference(HubRepository repository, string revision) => Path.Combine([Of(repository), "refs", .. revision.Split('/')]);

    private string MissingNote(HubRepository repository, string commit, string file) => Path.Combine([Of(repository), ".no_exist", commit, .. file.Split('/')]);

    private string TreeFile(HubRepository repository, string commit) => Path.Combine(Of(repository), "trees", commit + ".json");
}
