using System.Security.Cryptography;

namespace TaskArithmetic.Streaming;

/// <summary>SHA-256 over a file whose parts are made by several threads: each waits until the parts before its own are in.</summary>
internal sealed class OrderedHash : IDisposable
{
    /// <summary>How long a waiting thread may miss that the work was cancelled.</summary>
    private static readonly TimeSpan CancellationDelay = TimeSpan.FromMilliseconds(100);

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly object gate = new();
    private int next;

    /// <summary>Appends what precedes the first part.</summary>
    public void AppendPrefix(ReadOnlySpan<byte> bytes) => hash.AppendData(bytes);

    /// <summary>Appends part <paramref name="sequence"/> once all parts before it are in.</summary>
    public void Append(int sequence, ReadOnlySpan<byte> bytes, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            while (next != sequence)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Monitor.Wait(gate, CancellationDelay);
            }
        }
        // Only the thread whose turn it is comes here, so others can queue while it hashes.
        hash.AppendData(bytes);
        lock (gate)
        {
            next++;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>The digest in lower-case hex.</summary>
    public string Finish() => Convert.ToHexStringLower(hash.GetHashAndReset());

    /// <inheritdoc/>
    public void Dispose() => hash.Dispose();
}
