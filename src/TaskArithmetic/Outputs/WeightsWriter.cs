using System.Text.Json;
using TaskArithmetic.Caching;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Measuring;
using TaskArithmetic.Methods;
using TaskArithmetic.Planning;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Streaming;

namespace TaskArithmetic.Outputs;

/// <summary>
/// Writes the weight files of a plan into a folder of its own. Each finished file is noted beside it, so that a run that
/// was killed goes on with the file it was at.
/// </summary>
internal sealed class WeightsWriter(MergePlan plan, InputDigests inputs, StreamOptions options)
{
    private const string NoteSuffix = ".done.json";

    /// <summary>Files that an earlier run had finished.</summary>
    public int Resumed { get; private set; }

    /// <summary>What methods counted, found and remarked while weights were written.</summary>
    public MethodFindings Findings { get; private set; } = new();

    /// <summary>Writes all files.</summary>
    /// <returns>The files, index included, and what happened to each merged tensor.</returns>
    /// <exception cref="Diagnostics.DiagnosticException">What <see cref="TensorStream"/> finds; TA2001 an input changed while it was read.</exception>
    /// <exception cref="IOException">The folder cannot be written; errors of reading arrive with their own code.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public (IReadOnlyList<FileRecord> Files, IReadOnlyDictionary<string, TensorStatistics> Tensors) Write(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        RemoveUnfinished(folder);
        return WriteAll(folder, cancellationToken);
    }

    private (IReadOnlyList<FileRecord> Files, IReadOnlyDictionary<string, TensorStatistics> Tensors) WriteAll(string folder, CancellationToken cancellationToken)
    {
        var files = new List<FileRecord>();
        var tensors = new SortedDictionary<string, TensorStatistics>(StringComparer.Ordinal);
        var stream = new TensorStream(new MergeObserver(), options);
        Findings = stream.Findings;
        var survey = stream.Survey(plan.InOrder, cancellationToken);
        var finished = plan.Shards.ToDictionary(s => s, s => Finished(Path.Combine(folder, s.FileName), s));
        using var hashing = inputs.Start(plan.Shards.Where(s => finished[s] is null).SelectMany(s => TensorStream.ReadsOf(plan.TensorsOf(s), s.Layout.Header.Tensors)));
        foreach (var shard in plan.Shards)
        {
            var path = Path.Combine(folder, shard.FileName);
            var result = finished[shard] ?? Merge(stream, survey, shard, path, hashing, cancellationToken);
            files.Add(new FileRecord(shard.FileName, shard.Layout.FileLength, result.Sha256));
            foreach (var (name, statistics) in result.Tensors)
                tensors[name] = statistics;
        }
        inputs.Finish(hashing, options.Threads, cancellationToken);
        inputs.RequireUnchanged();
        if (PlannedShard.WriteIndex(plan.Shards) is { } index)
            files.Add(WriteIndex(folder, index));
        foreach (var shard in plan.Shards)
            File.Delete(Path.Combine(folder, shard.FileName + NoteSuffix));
        return (files, tensors);
    }

    /// <summary>A run may be killed at any instruction: only files of this plan with their notes are worth keeping.</summary>
    private void RemoveUnfinished(string folder)
    {
        var kept = plan.Shards.SelectMany(s => new[] { s.FileName, s.FileName + NoteSuffix }).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(e => !kept.Contains(e.Name)).ToList())
        {
            if (entry is DirectoryInfo inner)
                inner.Delete(recursive: true);
            else
                entry.Delete();
        }
    }

    private ShardResult Merge(TensorStream stream, IMeasure? survey, PlannedShard shard, string path, InputHashing hashing, CancellationToken cancellationToken)
    {
        File.Delete(path + NoteSuffix);
        File.Delete(path);
        var unfinished = path + ".unfinished";
        ShardResult result;
        using (var sink = new ShardSink(unfinished, shard.Layout))
        {
            var measured = stream.Run(plan.TensorsOf(shard), shard.Layout.Header.Tensors, survey, sink, hashing, cancellationToken);
            result = new ShardResult(sink.Complete(), measured.ToDictionary(m => m.Key, m => ((Measured<TensorStatistics>)m.Value).Value, StringComparer.Ordinal));
        }
        File.Move(unfinished, path);
        // A later run that finds the same files goes on from here, so there must be no doubt that they are the same.
        if (inputs.ProvenByStatus)
            AtomicFile.Write(path + NoteSuffix, SealedJson.Seal(JsonSerializer.SerializeToUtf8Bytes(result, StatisticsJson.Options)));
        return result;
    }

    private ShardResult? Finished(string path, PlannedShard shard)
    {
        try
        {
            if (!File.Exists(path) || !File.Exists(path + NoteSuffix) || new FileInfo(path).Length != shard.Layout.FileLength)
                return null;
            var result = SealedJson.Open(RegularFile.ReadBytes(path + NoteSuffix)) is { } note ? JsonSerializer.Deserialize<ShardResult>(note, StatisticsJson.Options) : null;
            if (result is null || FileDigests.Compute(path) != result.Sha256)
                return null;
            Resumed++;
            options.Progress?.Report(shard.Layout.Header.Tensors.Sum(t => t.ByteLength));
            return result;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            // Whatever is wrong with it: the file is made again.
            return null;
        }
    }

    private static FileRecord WriteIndex(string folder, byte[] index)
    {
        const string name = "model.safetensors.index.json";
        AtomicFile.Write(Path.Combine(folder, name), index);
        return new FileRecord(name, index.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(index)));
    }
}
