using System.Runtime.InteropServices;

namespace TaskArithmetic.Files;

/// <summary>
/// Where an output goes, a folder or a file, and what stands hidden beside it while it is made: <c>.NAME.HEX.KIND</c>, and the
/// lock <c>.NAME.lock</c>. Whoever holds the lock may remove all of these, since their makers hold it while they work.
/// See docs/decisions/0009-one-way-of-replacing.md.
/// </summary>
internal sealed partial class OutputPlace
{
    /// <summary>An output that is being made, or one that was just replaced.</summary>
    public const string Fresh = "new";

    /// <summary>A model that was replaced where the file system cannot exchange two folders in one step.</summary>
    public const string Former = "old";

    /// <summary>Weights in progress that the next run of the same recipe goes on with.</summary>
    public const string Partial = "partial";

    /// <summary>A model that is made again to be compared.</summary>
    public const string Rebuilt = "rebuilt";

    private const int AtCurrentFolder = -100;
    private const uint LinuxExchange = 2;
    private const uint MacSwap = 2;

    /// <param name="path">The output as it was given. A link is followed, so that it stays and its target is written.</param>
    public OutputPlace(string path)
    {
        Path = Final(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));
        Parent = System.IO.Path.GetDirectoryName(Path) ?? Path;
        Name = System.IO.Path.GetFileName(Path);
    }

    /// <summary>The output itself.</summary>
    public string Path { get; }

    /// <summary>The folder that holds it.</summary>
    public string Parent { get; }

    /// <summary>Its name there.</summary>
    public string Name { get; }

    /// <summary>The lock that keeps two runs from writing the same output at once.</summary>
    public string LockFile => System.IO.Path.Combine(Parent, $".{Name}.lock");

    /// <summary>A hidden name that nobody has yet.</summary>
    public string Hidden(string kind) => Hidden(Guid.NewGuid().ToString("N"), kind);

    /// <summary>A hidden name that a later run finds again.</summary>
    public string Hidden(string id, string kind) => System.IO.Path.Combine(Parent, $".{Name}.{id}.{kind}");

    /// <summary>
    /// Puts a finished folder in place of what is there. At every instant the old or the new one is there, whole; both are on the disk
    /// before anything is removed.
    /// </summary>
    /// <param name="fresh">The finished folder, beside the place.</param>
    /// <param name="inspectFormer">Looks at the folder that was replaced before it is removed; throws to have it put back.</param>
    public void Install(string fresh, Action<string> inspectFormer)
    {
        DiskFlush.Tree(fresh);
        if (!Directory.Exists(Path))
        {
            Directory.Move(fresh, Path);
            DiskFlush.Folder(Parent);
            return;
        }
        var former = TryExchange(fresh, Path) ? fresh : MoveAside(fresh);
        DiskFlush.Folder(Parent);
        try
        {
            inspectFormer(former);
        }
        catch
        {
            PutBack(former);
            throw;
        }
        Directory.Delete(former, recursive: true);
    }

    /// <summary>Holds the place and gives a hidden folder beside it to work in, which is gone afterwards, with whatever is left in it.</summary>
    /// <param name="work">Fills the folder and puts what is in it in place.</param>
    /// <param name="cancellationToken">Ends the wait for others who work on the place.</param>
    /// <exception cref="IOException">The place cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The place may not be written.</exception>
    public void Write(Action<string> work, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Parent);
        using var exclusive = FolderLock.Acquire(LockFile, cancellationToken);
        var fresh = Hidden(Fresh);
        try
        {
            RemoveLeftovers(Fresh);
            Directory.CreateDirectory(fresh);
            work(fresh);
        }
        finally
        {
            if (Directory.Exists(fresh))
                Directory.Delete(fresh, recursive: true);
            exclusive.Remove();
        }
    }

    /// <summary>Removes what killed runs of this output left; only for whoever holds the lock.</summary>
    public void RemoveLeftovers(params ReadOnlySpan<string> kinds)
    {
        foreach (var folder in Leftovers(kinds))
            Directory.Delete(folder, recursive: true);
    }

    /// <summary>
    /// Mends what a killed run left, if nobody works here: a former model that is nowhere else comes back, hidden folders that no run
    /// goes on with are removed. A place that may not be changed is left as it is.
    /// </summary>
    public void Recover()
    {
        try
        {
            if (Leftovers(Fresh, Former, Rebuilt).Count == 0 || FolderLock.TryAcquire(LockFile) is not { } exclusive)
                return;
            using (exclusive)
            {
                if (!System.IO.Path.Exists(Path) && Leftovers(Former).MaxBy(Directory.GetCreationTimeUtc) is { } former)
                    Directory.Move(former, Path);
                RemoveLeftovers(Fresh, Former, Rebuilt);
                exclusive.Remove();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Tidying is a courtesy: what this run needs of the place it asks for itself, with a code.
        }
    }

    /// <summary>Exchanges two folders in one step, if the file system can.</summary>
    internal static bool TryExchange(string a, string b)
    {
        try
        {
            if (OperatingSystem.IsLinux())
                return Exchange(AtCurrentFolder, a, AtCurrentFolder, b, LinuxExchange) == 0;
            return OperatingSystem.IsMacOS() && Swap(a, b, MacSwap) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    /// <summary>The second-best way: for an instant only the hidden name holds the former model, and <see cref="Recover"/> brings it back.</summary>
    private string MoveAside(string fresh)
    {
        var former = Hidden(Former);
        Directory.Move(Path, former);
        try
        {
            Directory.Move(fresh, Path);
        }
        catch
        {
            Directory.Move(former, Path);
            throw;
        }
        return former;
    }

    private void PutBack(string former)
    {
        var rejected = former;
        if (!TryExchange(former, Path))
        {
            rejected = Hidden(Fresh);
            Directory.Move(Path, rejected);
            Directory.Move(former, Path);
        }
        Directory.Delete(rejected, recursive: true);
    }

    /// <summary><c>.NAME.HEX.KIND</c> exactly: an output called NAME.v2 beside us has work of its own.</summary>
    private List<string> Leftovers(params ReadOnlySpan<string> kinds)
    {
        var wanted = kinds.ToArray();
        if (!Directory.Exists(Parent))
            return [];
        var prefix = $".{Name}.";
        return
        [
            .. Directory.EnumerateDirectories(Parent, "*", FolderListing.Everything).Where(folder =>
                System.IO.Path.GetFileName(folder) is var name && name.StartsWith(prefix, StringComparison.Ordinal)
                && name[prefix.Length..].Split('.') is [var id, var kind] && wanted.Contains(kind)
                && id.Length is 16 or 32 && id.All(char.IsAsciiHexDigitLower)
                && new DirectoryInfo(folder).LinkTarget is null),
        ];
    }

    private static string Final(string path)
    {
        // Also of a link whose target is not there yet: that is where the output goes.
        try
        {
            return new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
        }
        catch (IOException)
        {
            // A circle of links leads nowhere; writing says so with a code.
            return path;
        }
    }

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Exchange(int oldFolder, string oldPath, int newFolder, string newPath, uint flags);

    [LibraryImport("libc", EntryPoint = "renamex_np", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Swap(string a, string b, uint flags);
}
