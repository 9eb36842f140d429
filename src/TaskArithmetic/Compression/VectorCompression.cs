using System.Security.Cryptography;
using TaskArithmetic.Caching;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Inputs;
using TaskArithmetic.Kernels;
using TaskArithmetic.Methods;
using TaskArithmetic.Outputs;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Compression;

/// <summary>Writes a vector in a smaller form that can be read wherever a vector can, and measures what became of it.</summary>
internal static class VectorCompression
{
    /// <summary>Compresses a vector.</summary>
    /// <param name="vector">The vector file.</param>
    /// <param name="output">The file to write.</param>
    /// <param name="options">How.</param>
    /// <param name="algebra">Decomposes for the form lowrank; null where libtorch is not at hand and the form needs none.</param>
    /// <param name="cancellationToken">Stops the work; nothing half-written stays visible.</param>
    /// <exception cref="DiagnosticException">All problems found; TA2124 where a size cannot be kept.</exception>
    public static CompressReport Run(string vector, string output, CompressOptions options, ILinearAlgebra? algebra, CancellationToken cancellationToken)
    {
        using var source = Checkpoint.Open(vector);
        using var target = options.Target is { } folder ? Checkpoint.Open(folder) : null;
        var file = new VectorFile(output);
        file.Recover();
        List<Diagnostic> findings = [.. CompressDiagnostics.Check(options), .. source.Warnings, .. CheckSource(source), .. file.Check([vector])];
        if (findings.Any(f => f.Severity == DiagnosticSeverity.Error))
            throw new DiagnosticException(findings);
        var tensors = source.Tensors.Values.OrderBy(t => t.Info.Name, StringComparer.Ordinal).Select(t => new SourceTensor(t)).ToList();
        if (options.Form is CompactForm.LowRank or CompactForm.BitDelta || (options.Form == CompactForm.Sparse && options.MaxSize is not null))
            RequireFinite(source, tensors);
        var work = new Work(vector, source, tensors, options, algebra, cancellationToken);
        CompressReport? report = null;
        file.Write(
            fresh =>
            {
                var path = Path.Combine(fresh, file.Name);
                var form = work.Write(fresh, path);
                var measured = work.Measure(path, target);
                report = new CompressReport(
                    findings, output, form, source.Shards.Sum(s => s.Length), new FileInfo(path).Length, measured.Values.Aggregate(default(CompressQuality), (a, b) => a + b), measured);
                return [Record(path)];
            },
            cancellationToken);
        return report!;
    }

    private static IEnumerable<Diagnostic> CheckSource(Checkpoint source)
    {
        if (CompactHeader.Of(source) is { } header)
            yield return CompressDiagnostics.IsCompact(source.Path, header.Form);
        else if (source.Config is not null)
            yield return CompressDiagnostics.IsModel(source.Path);
    }

    private static void RequireFinite(Checkpoint source, List<SourceTensor> tensors)
    {
        var findings = new List<Diagnostic>();
        foreach (var tensor in tensors.Where(t => t.DType.IsMergeable()))
        {
            for (long block = 0; block < tensor.Blocks; block++)
            {
                if (Reducing.IndexOfNonFinite(tensor.Values(block)) is >= 0 and var at)
                {
                    findings.Add(CompressDiagnostics.NonFinite(source.Tensors[tensor.Name].File.Path, tensor.Name, (block * CompactParts.BlockElements) + at));
                    break;
                }
            }
        }
        if (findings.Count > 0)
            throw new DiagnosticException(findings);
    }

    private static FileRecord Record(string path)
    {
        using var stream = File.OpenRead(path);
        return new FileRecord(Path.GetFileName(path), stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    /// <summary>One compression under way.</summary>
    private sealed class Work(string vector, Checkpoint source, IReadOnlyList<SourceTensor> tensors, CompressOptions options, ILinearAlgebra? algebra, CancellationToken cancellationToken)
    {
        public string Write(string folder, string path)
        {
            options.Starting?.Invoke(2 * tensors.Sum(t => t.Elements));
            using var encoder = Encoder();
            using var spool = new SafetensorsSpool(folder);
            foreach (var tensor in tensors)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (encoder.Takes(tensor))
                    encoder.Encode(tensor, spool);
                else
                    tensor.CopyTo(spool);
                options.Progress?.Report(tensor.Elements);
            }
            var metadata = Metadata(encoder.Form, tensors.Where(encoder.Takes));
            if (options.MaxSize is { } most && spool.FileLength(metadata) is var needed && needed > most)
                throw TooLarge(encoder.Form, needed);
            spool.Write(path, metadata);
            return encoder.Form;
        }

        public IReadOnlyDictionary<string, CompressQuality> Measure(string path, Checkpoint? target)
        {
            using var written = Checkpoint.Open(path);
            var decoded = CompactVector.TensorsOf(written)!;
            var measurement = new CompressMeasurement(target);
            var measured = new Dictionary<string, CompressQuality>(StringComparer.Ordinal);
            foreach (var tensor in tensors)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (tensor.DType.IsMergeable())
                    measured.Add(tensor.Name, measurement.Of(tensor, decoded[tensor.Name]));
                options.Progress?.Report(tensor.Elements);
            }
            return measured;
        }

        private ICompactEncoder Encoder() => options.Form switch
        {
            CompactForm.Zstd => new ZstdEncoder(),
            CompactForm.BitDelta => new SignEncoder(options.OneScale),
            CompactForm.Sparse => new SparseEncoder(Selection()),
            _ => new LowRankEncoder(Ranks(), algebra!),
        };

        private SparseSelection Selection()
        {
            var taken = tensors.Where(t => t.DType.IsMergeable()).ToList();
            if (options.MaxSize is not { } most)
                return SparseSelection.All(taken);
            var metadata = Metadata("sparse", taken);
            return SparseSelection.Largest(taken, counts => Length(counts) <= most) ?? throw TooLarge("sparse", Length(taken.ToDictionary(t => t.Name, _ => 0L)));

            long Length(IReadOnlyDictionary<string, long> counts) => SafetensorsSpool.FileLength(
                tensors.SelectMany(t => counts.TryGetValue(t.Name, out var kept) ? SparseEncoder.Parts(t, kept) : [(t.Name, t.DType, t.Shape)]), metadata);
        }

        private IReadOnlyDictionary<string, int> Ranks()
        {
            var matrices = tensors.Where(t => t.DType.IsMergeable() && t.Shape.Count == 2 && t.IsMatrix).ToList();
            var metadata = Metadata("lowrank", matrices);
            return RankSelection.Of(matrices, options, algebra!, ranks => Length(ranks) <= options.MaxSize!.Value, cancellationToken)
                ?? throw TooLarge("lowrank", Length(matrices.ToDictionary(m => m.Name, _ => 0)));

            long Length(IReadOnlyDictionary<string, int> ranks) => SafetensorsSpool.FileLength(tensors.SelectMany(t => ranks.TryGetValue(t.Name, out var rank) ? Factors(t, (ulong)rank) : [(t.Name, t.DType, t.Shape)]), metadata);

            static IEnumerable<(string, DType, IReadOnlyList<ulong>)> Factors(SourceTensor tensor, ulong rank) =>
            [
                (CompactParts.NameOf(tensor.Name, CompactParts.A), LowRankEncoder.FactorDType, [rank, tensor.Shape[1]]),
                (CompactParts.NameOf(tensor.Name, CompactParts.B), LowRankEncoder.FactorDType, [tensor.Shape[0], rank]),
            ];
        }

        /// <summary>All that the vector's files say of themselves, and how the new one is to be read.</summary>
        private Dictionary<string, string> Metadata(string form, IEnumerable<SourceTensor> encoded)
        {
            var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (key, value) in source.Shards.SelectMany(s => s.Header.Metadata))
                metadata.TryAdd(key, value);
            metadata[CompactHeader.Key] = new CompactHeader { Form = form, Tensors = encoded.ToDictionary(t => t.Name, t => new CompactTensor(t.DType.Name(), t.Shape), StringComparer.Ordinal) }.Serialize();
            return metadata;
        }

        private DiagnosticException TooLarge(string form, long needed) =>
            new(CompressDiagnostics.TooLarge(vector, form, ByteSize.Format(needed), ByteSize.Format(options.MaxSize!.Value)));
    }
}
