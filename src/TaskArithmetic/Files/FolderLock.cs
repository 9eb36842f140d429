namespace TaskArithmetic.Files;

/// <summary>Lets one process at a time work on a folder; the lock vanishes with its process, however that ends.</summary>
internal sealed class FolderLock : IDisposable
{
    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly FileStream stream;

    private FolderLock(FileStream stream) => this.stream = stream;

    /// <summary>Waits until the lock file is ours.</summary>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be made.</exception>
    public static FolderLock Acquire(string lockFile, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryAcquire(lockFile) is { } taken)
                return taken;
            cancellationToken.WaitHandle.WaitOne(Pause);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Takes the lock if nobody holds it.</summary>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be made.</exception>
    public static FolderLock? TryAcquire(string lockFile)
    {
        try
        {
            // An exclusive open is an advisory lock of the kernel on Unix and a sharing mode on Windows.
            var stream = new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            if (IsStillNamed(stream))
                return new FolderLock(stream);
            stream.Dispose();
            return null;
        }
        catch (IOException e) when (e.HResult is WindowsSharingViolation or LinuxWouldBlock or MacWouldBlock)
        {
            return null;
        }
    }

    /// <summary>Removes the lock file and lets go. On Windows an open file cannot be removed; it stays, empty.</summary>
    public void Remove()
    {
        if (!OperatingSystem.IsWindows())
            File.Delete(stream.Name);
        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    /// <summary>Whoever held the lock before may have removed the file between our opening and our locking it: then it locks nothing.</summary>
    private static bool IsStillNamed(FileStream stream)
    {
        try
        {
            return FileStatus.Of(stream.SafeFileHandle, stream.Name).Inode == FileStatus.Of(stream.Name).Inode;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }
}
