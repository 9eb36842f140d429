using System.Security.Cryptography;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Streaming;

/// <summary>SHA-256 of one input file, fed in file order by the threads that read parts of it; the rest it reads itself.</summary>
internal sealed class FileHash : IDisposable
{
    /// <summary>How long a waiting thread may miss that the work was cancelled.</summary>
    private static readonly TimeSpan CancellationDelay = TimeSpan.FromMilliseconds(100);

    private readonly SafetensorsFile file;
    private readonly Dictionary<long, int> places = [];
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly object gate = new();
    private long position;
    private int next;

    /// <param name="file">The file.</param>
    /// <param name="parts">Offsets of the parts that will be handed in, ascending, and begun in this order.</param>
    public FileHash(SafetensorsFile file, IReadOnlyList<long> parts)
    {
        this.file = file;
        foreach (var offset in parts)
            places.Add(offset, places.Count);
    }

    /// <summary>
    /// The most of the planned reads that are begun in file order: the longest run of ascending turns among them. Only of such reads may a thread wait for the
    /// one before, since that has then begun before it; the others are read again here.
    /// </summary>
    public static IReadOnlyList<long> InOrder(IReadOnlyList<(int Turn, long Offset, int Length)> reads)
    {
        var disjoint = new List<(int Turn, long Offset)>();
        long end = 0;
        foreach (var (turn, offset, length) in reads.OrderBy(r => r.Offset).ThenBy(r => r.Turn))
        {
            if (offset < end || length == 0)
                continue;
            disjoint.Add((turn, offset));
            end = offset + length;
        }
        // Patience sorting: tails[n] is the read with the earliest turn that a run of n + 1 reads can end with.
        var tails = new List<int>();
        var before = new int[disjoint.Count];
        for (var i = 0; i < disjoint.Count; i++)
        {
            var length = tails.BinarySearch(i, Comparer<int>.Create((a, b) => disjoint[a].Turn.CompareTo(disjoint[b].Turn)));
            length = length < 0 ? ~length : length;
            before[i] = length == 0 ? -1 : tails[length - 1];
            if (length == tails.Count)
                tails.Add(i);
            else
                tails[length] = i;
        }
        var run = new List<long>();
        for (var i = tails.Count == 0 ? -1 : tails[^1]; i >= 0; i = before[i])
            run.Add(disjoint[i].Offset);
        run.Reverse();
        return run;
    }

    /// <summary>Takes a part of the file; a part that was not announced, or is handed in a second time, is ignored.</summary>
    public void Append(long offset, ReadOnlySpan<byte> bytes, CancellationToken cancellationToken)
    {
        if (!places.TryGetValue(offset, out var place))
            return;
        lock (gate)
        {
            while (next < place)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Monitor.Wait(gate, CancellationDelay);
            }
            if (next > place)
                return;
            ReadUpTo(offset, cancellationToken);
            hash.AppendData(bytes);
            position += bytes.Length;
            next++;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Reads the rest.</summary>
    /// <returns>The digest, lower-case hex.</returns>
    public string Finish(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            ReadUpTo(file.Length, cancellationToken);
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => hash.Dispose();

    private void ReadUpTo(long end, CancellationToken cancellationToken)
    {
        if (position >= end)
            return;
        var buffer = new byte[Math.Min(end - position, 1 << 20)];
        while (position < end)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var bytes = buffer.AsSpan(0, (int)Math.Min(end - position, buffer.Length));
            file.ReadRaw(position, bytes);
            hash.AppendData(bytes);
            position += bytes.Length;
        }
    }
}
