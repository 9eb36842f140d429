using System.Security.Cryptography;
using System.Text.Json;
using TaskArithmetic.Caching;
using TaskArithmetic.Merging;
using TaskArithmetic.Provenance;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Extraction;

/// <summary>Measures a pair and writes its vector's files into a folder.</summary>
internal sealed class VectorWriter(
    MergeSources sources, MergePlan plan, (DonorIdentity From, DonorIdentity Minus) donors, string stem, ExtractOptions options, CancellationToken cancellationToken)
{
    private const string Kind = "vector";

    private readonly IReadOnlyDictionary<string, PlannedTensor> tensors =
        plan.Tensors.Where(t => t.Value.Terms.Count > 0).ToDictionary(t => t.Key, t => t.Value, StringComparer.Ordinal);

    /// <summary>What the vector turned out to be; null until it is written.</summary>
    public VectorMetadata? Metadata { get; private set; }

    /// <summary>Writes the vector into a folder, replacing what a killed run left there.</summary>
    public CacheEntry Write(string folder)
    {
        var pass = new DifferencePass(tensors, options, cancellationToken);
        var measured = SafetensorsLayout.Create(tensors.Values.Select(t => (t.Name, DType.F32, t.Target.Info.Shape)));
        options.Starting?.Invoke(2 * measured.Header.Tensors.Sum(t => t.ElementCount));
        var statistics = pass.Measure(measured);
        Metadata = Describe(statistics);
        var shards = PlannedShard.Distribute(
            stem,
            [.. plan.Shards.SelectMany(s => s.Layout.Header.Tensors).Where(t => tensors.ContainsKey(t.Name)).Select(t => (t.Name, DTypeOf(statistics.GetValueOrDefault(t.Name)), t.Shape))],
            options.MaxShardSize,
            new Dictionary<string, string> { [VectorMetadata.Key] = Metadata.Serialize() });
        var files = shards.Select(shard => WriteShard(pass, shard, folder)).ToList();
        if (PlannedShard.WriteIndex(shards) is { } index)
        {
            var name = $"{stem}.safetensors.index.json";
            AtomicFile.Write(Path.Combine(folder, name), index);
            files.Add(new FileRecord(name, index.Length, Convert.ToHexStringLower(SHA256.HashData(index))));
        }
        return new CacheEntry("", Kind, files, JsonSerializer.SerializeToElement(Metadata.Serialize()));
    }

    private static FileRecord WriteShard(DifferencePass pass, PlannedShard shard, string folder)
    {
        var path = Path.Combine(folder, shard.FileName);
        File.Delete(path);
        return new FileRecord(shard.FileName, shard.Layout.FileLength, pass.Write(shard.Layout, path));
    }

    private DType DTypeOf(DifferenceStatistics statistics) =>
        options.DType ?? (statistics.ExactInBFloat16 == statistics.Elements ? DType.BF16 : DType.F32);

    private VectorMetadata Describe(IReadOnlyDictionary<string, DifferenceStatistics> statistics)
    {
        var total = statistics.Values.Aggregate(default(DifferenceStatistics), (a, b) => a + b);
        return new VectorMetadata
        {
            From = donors.From,
            Minus = donors.Minus,
            Config = sources.Target.Config is { } config ? ConfigComparison.DecisiveValues(config) : new Dictionary<string, string>(),
            TieWordEmbeddings = sources.Target.IsTied,
            TokenizerDigest = sources.Target.Tokenizer?.Digest,
            EqualFraction = Fraction(total.Equal, total.Elements),
            InexactInBFloat16Fraction = Fraction(total.Elements - total.ExactInBFloat16, total.Elements),
            Norm = Math.Sqrt(total.Squared),
            Norms = new SortedDictionary<string, double>(statistics.ToDictionary(s => s.Key, s => Math.Sqrt(s.Value.Squared)), StringComparer.Ordinal),
            License = ModelCard.LicenseOf(sources.Terms[0].From.Path),
            ToolVersion = ToolIdentity.Current.Version,
        };
    }

    private static double Fraction(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
