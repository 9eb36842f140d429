using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Streaming;

/// <summary>A stretch of an input file that a piece of work reads.</summary>
/// <param name="File">The file.</param>
/// <param name="Offset">First byte in it.</param>
/// <param name="Length">Number of bytes.</param>
internal readonly record struct PlannedRead(SafetensorsFile File, long Offset, int Length);

/// <summary>
/// Hashes input files while they are merged, over the very bytes that the merge reads, so that a first merge reads its inputs once. A digest needs the
/// bytes in file order: whatever the merge reads in that order, as it nearly always does, is taken from it, and what lies between is read here.
/// </summary>
internal sealed class InputHashing : IDisposable
{
    private readonly Dictionary<SafetensorsFile, FileHash> hashes;

    /// <param name="files">The files to hash.</param>
    /// <param name="reads">What will be handed in, in the order in which the work begins to read it.</param>
    public InputHashing(IReadOnlyList<SafetensorsFile> files, IEnumerable<PlannedRead> reads)
    {
        var planned = files.ToDictionary(f => f, _ => new List<(int Turn, long Offset, int Length)>());
        var turn = 0;
        foreach (var read in reads)
        {
            if (planned.TryGetValue(read.File, out var list))
                list.Add((turn, read.Offset, read.Length));
            turn++;
        }
        hashes = planned.ToDictionary(p => p.Key, p => new FileHash(p.Key, FileHash.InOrder(p.Value)));
    }

    /// <summary>Hands in bytes that were read; waits while bytes before them, which other threads have begun to read, are missing.</summary>
    /// <param name="tensor">The tensor they belong to.</param>
    /// <param name="offset">First byte in the tensor.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public void Append(CheckpointTensor tensor, long offset, ReadOnlySpan<byte> bytes, CancellationToken cancellationToken)
    {
        if (hashes.TryGetValue(tensor.File, out var hash))
            hash.Append(tensor.File.Header.DataStart + tensor.Info.Begin + offset, bytes, cancellationToken);
    }

    /// <summary>Reads what nobody handed in.</summary>
    /// <returns>The digest of every file.</returns>
    public IReadOnlyList<(SafetensorsFile File, string Sha256)> Finish(int threads, CancellationToken cancellationToken)
    {
        if (hashes.Count == 0)
            return [];
        var all = hashes.ToList();
        var digests = new string[all.Count];
        try
        {
            Parallel.For(0, all.Count, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, threads), CancellationToken = cancellationToken },
                i => digests[i] = all[i].Value.Finish(cancellationToken));
        }
        catch (AggregateException e) when (e.Flatten().InnerExceptions.All(inner => inner is Diagnostics.DiagnosticException))
        {
            throw new Diagnostics.DiagnosticException([.. e.Flatten().InnerExceptions.Cast<Diagnostics.DiagnosticException>().SelectMany(d => d.Diagnostics).Distinct()], e);
        }
        return [.. all.Zip(digests, (pair, digest) => (pair.Key, digest))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var hash in hashes.Values)
            hash.Dispose();
    }
}
