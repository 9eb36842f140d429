using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TaskArithmetic.Caching;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Files;
using TaskArithmetic.Measuring;
using TaskArithmetic.Methods;
using TaskArithmetic.Outputs;
using TaskArithmetic.Planning;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Streaming;

namespace TaskArithmetic.Extraction;

/// <summary>Measures a vector and writes its files into a folder.</summary>
/// <param name="plan">The vector's tensors.</param>
/// <param name="stem">Name of its file without the ending.</param>
/// <param name="options">How to run.</param>
/// <param name="describe">Makes the metadata from what was measured.</param>
/// <param name="cancellationToken">Stops between chunks.</param>
internal sealed class VectorWriter(
    MergePlan plan, string stem, ExtractOptions options, Func<IReadOnlyDictionary<string, VectorStatistics>, VectorMetadata> describe, CancellationToken cancellationToken)
{
    private readonly IReadOnlyDictionary<string, PlannedTensor> tensors =
        plan.Tensors.Where(t => t.Value.Inputs.Count > 0).ToDictionary(t => t.Key, t => t.Value, StringComparer.Ordinal);

    /// <summary>What the vector turned out to be; null until it is written.</summary>
    public VectorMetadata? Metadata { get; private set; }

    /// <summary>Writes the vector into a folder of its own, replacing what a killed run left there.</summary>
    public CacheEntry Write(string folder)
    {
        foreach (var file in Directory.GetFiles(folder))
            File.Delete(file);
        var stream = new TensorStream(new VectorObserver(), new StreamOptions(options.Threads, options.AllowNonFinite, options.Progress, WritesChange: true));
        var measured = SafetensorsLayout.Create(tensors.Values.Select(t => (t.Name, DType.F32, t.Shape)));
        options.Starting?.Invoke(2 * measured.Header.Tensors.Sum(t => t.ElementCount));
        var survey = stream.Survey([.. tensors.Values], cancellationToken);
        var statistics = Measure(stream, survey, measured);
        Metadata = describe(statistics);
        var shards = PlannedShard.Distribute(
            stem,
            [.. plan.Shards.SelectMany(s => s.Layout.Header.Tensors).Where(t => tensors.ContainsKey(t.Name)).Select(t => (t.Name, DTypeOf(statistics.GetValueOrDefault(t.Name)), t.Shape))],
            options.MaxShardSize,
            new Dictionary<string, string> { [VectorMetadata.Key] = Metadata.Serialize() });
        var files = shards.Select(shard => new FileRecord(shard.FileName, shard.Layout.FileLength, Write(stream, survey, shard.Layout, Path.Combine(folder, shard.FileName)))).ToList();
        if (shards.Count > 1)
            files = [.. NameByContent(folder, shards, files)];
        return new CacheEntry("", CacheEntry.Vector, files, JsonSerializer.SerializeToElement(Metadata.Serialize()));
    }

    private IReadOnlyDictionary<string, VectorStatistics> Measure(TensorStream stream, IMeasure? survey, SafetensorsLayout layout) =>
        stream.Run(In(layout), layout.Header.Tensors, survey, null, null, cancellationToken)
            .ToDictionary(m => m.Key, m => ((Measured<VectorStatistics>)m.Value).Value, StringComparer.Ordinal);

    private string Write(TensorStream stream, IMeasure? survey, SafetensorsLayout layout, string path)
    {
        using var sink = new ShardSink(path, layout);
        stream.Run(In(layout), layout.Header.Tensors, survey, sink, null, cancellationToken);
        return sink.Complete();
    }

    private IReadOnlyList<PlannedTensor> In(SafetensorsLayout layout) => [.. layout.Header.Tensors.Select(t => tensors[t.Name] with { OutputDType = t.DType })];

    /// <summary>
    /// Numbered files of another content get other names, so that they never take the place of those that an index still names:
    /// <c>NAME-DIGEST-00001-of-00002.safetensors</c>.
    /// </summary>
    private IEnumerable<FileRecord> NameByContent(string folder, IReadOnlyList<PlannedShard> shards, IReadOnlyList<FileRecord> files)
    {
        var content = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(files.Select(f => $"{f.Name} {f.Sha256}\n")))))[..16];
        var named = shards.Select(s => s with { FileName = $"{stem}-{content}{s.FileName[stem.Length..]}" }).ToList();
        foreach (var (file, shard) in files.Zip(named))
        {
            File.Move(Path.Combine(folder, file.Name), Path.Combine(folder, shard.FileName));
            yield return file with { Name = shard.FileName };
        }
        var index = PlannedShard.WriteIndex(named)!;
        AtomicFile.Write(Path.Combine(folder, VectorFile.IndexName(stem)), index);
        yield return new FileRecord(VectorFile.IndexName(stem), index.Length, Convert.ToHexStringLower(SHA256.HashData(index)));
    }

    private DType DTypeOf(VectorStatistics statistics) =>
        options.DType ?? (statistics.ExactInBFloat16 == statistics.Elements ? DType.BF16 : DType.F32);

    /// <summary>Metadata with the numbers of a vector.</summary>
    public static VectorMetadata Measured(IReadOnlyDictionary<string, VectorStatistics> statistics, VectorMetadata metadata)
    {
        var total = statistics.Values.Aggregate(default(VectorStatistics), (a, b) => a + b);
        return metadata with
        {
            EqualFraction = Fraction(total.Equal, total.Elements),
            InexactInBFloat16Fraction = Fraction(total.Elements - total.ExactInBFloat16, total.Elements),
            Norm = Math.Sqrt(total.Squared),
            Norms = new SortedDictionary<string, double>(statistics.ToDictionary(s => s.Key, s => Math.Sqrt(s.Value.Squared)), StringComparer.Ordinal),
        };
    }

    private static double Fraction(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
