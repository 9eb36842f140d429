namespace TaskArithmetic.Caching;

/// <summary>Lets one process at a time work on a folder; the lock vanishes with its process, however that ends.</summary>
internal sealed class FolderLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly FileStream stream;

    private FolderLock(FileStream stream) => this.stream = stream;

    /// <summary>Waits until the lock file is ours.</summary>
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
    public static FolderLock? TryAcquire(string lockFile)
    {
        try
        {
            // An exclusive open is an advisory lock of the kernel on Unix and a sharing mode on Windows.
            return new FolderLock(new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1));
        }
        catch (IOException e) when (e is not DirectoryNotFoundException and not PathTooLongException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
