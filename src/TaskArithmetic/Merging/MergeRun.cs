using System.Text.Json;
using TaskArithmetic.Caching;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Provenance;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Merging;

/// <summary>One merge of a plan that passed preflight.</summary>
internal sealed class MergeRun(MergeSources sources, MergePlan plan, OutputFolder output, MergeOptions options, CancellationToken cancellationToken)
{
    /// <summary>Below this fraction of surviving changes the user hears of it.</summary>
    private const double LowSurvival = 0.5;

    private readonly ContentCache cache = new(options.CacheDirectory);
    private readonly Dictionary<string, string> digests = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileFingerprint> fingerprints = new(StringComparer.Ordinal);

    /// <param name="findings">Warnings of preflight.</param>
    /// <param name="space">Room that is missing unless the cache holds the weights.</param>
    public MergeReport Execute(IReadOnlyList<Diagnostic> findings, IReadOnlyList<Diagnostic> space)
    {
        Digest([.. sources.Checkpoints.SelectMany(c => c.Shards).Select(s => s.Path).Distinct()]);
        var key = WeightsKey.Of(plan, sources.Recipe.AllowNonFinite, path => digests[path]);
        if (space.Count > 0 && !cache.Holds(key))
            throw new DiagnosticException([.. findings, .. space]);
        options.Starting?.Invoke(plan.OutputBytes);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(output.Path)!);
            using var exclusive = FolderLock.Acquire(output.LockFile, cancellationToken);
            try
            {
                return options.UseCache ? FromCache(key, findings) : FromInputs(key, findings);
            }
            finally
            {
                exclusive.Remove();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw MergeDiagnostics.WriteFailed(output.Path, e);
        }
    }

    /// <summary>Adds what the weights themselves showed; throws when that is an error.</summary>
    public static IReadOnlyList<Diagnostic> Judge(
        MergeSources sources, MergePlan plan, IReadOnlyDictionary<string, TensorStatistics> tensors, IReadOnlyList<Diagnostic> findings)
    {
        var all = findings.Concat(Lineage.Judge(sources, plan, tensors)).ToList();
        var asked = tensors.Values.Sum(t => t.Asked);
        var survival = asked == 0 ? 1 : (double)tensors.Values.Sum(t => t.Survived) / asked;
        if (asked == 0 && tensors.Count > 0)
            all.Add(MergeDiagnostics.NothingChanged());
        else if (survival < LowSurvival)
            all.Add(MergeDiagnostics.MostlyLost(survival));
        return all.Any(f => f.Severity == DiagnosticSeverity.Error) ? throw new DiagnosticException(all) : all;
    }

    private MergeReport FromCache(string key, IReadOnlyList<Diagnostic> findings)
    {
        var warnings = new List<Diagnostic>(findings);
        return cache.Use(key, Make, warnings.Add, (entry, hit) =>
        {
            options.Log?.Invoke(hit ? $"cache hit {key[..12]} in {cache.Root}" : $"cache miss {key[..12]}, stored in {cache.Root}");
            var tensors = entry.Details.Deserialize<SortedDictionary<string, TensorStatistics>>(StatisticsJson.Options)!;
            var judged = Judge(sources, plan, tensors, warnings);
            output.Replace(folder =>
            {
                foreach (var file in entry.Files)
                    FilePlacement.Place(Path.Combine(cache.FolderOf(key), file.Name), Path.Combine(folder, file.Name));
                Complete(folder, key, entry.Files, tensors);
            });
            return new MergeReport(judged, key, hit, plan.OutputBytes, MergeSummary.Of(sources, tensors));
        }, cancellationToken);
    }

    private CacheEntry Make(string folder)
    {
        var (files, tensors) = WriteWeights(folder);
        return new CacheEntry("", "merge", files, JsonSerializer.SerializeToElement(tensors, StatisticsJson.Options));
    }

    private MergeReport FromInputs(string key, IReadOnlyList<Diagnostic> findings)
    {
        var work = output.WorkFolder(key);
        try
        {
            var (files, tensors) = WriteWeights(work);
            var judged = Judge(sources, plan, tensors, findings);
            output.Replace(work, folder => Complete(folder, key, files, tensors));
            return new MergeReport(judged, key, false, plan.OutputBytes, MergeSummary.Of(sources, tensors));
        }
        catch (DiagnosticException)
        {
            // Refused for what the weights are, not killed: there is nothing to resume.
            if (Directory.Exists(work))
                Directory.Delete(work, recursive: true);
            throw;
        }
    }

    private (IReadOnlyList<FileRecord> Files, IReadOnlyDictionary<string, TensorStatistics> Tensors) WriteWeights(string folder)
    {
        var writer = new WeightsWriter(plan, sources.Recipe.AllowNonFinite, options.Threads, options.Progress);
        var written = writer.Write(folder, cancellationToken);
        if (writer.Resumed > 0)
            options.Log?.Invoke($"resumed: {writer.Resumed} of {plan.Shards.Count} files were finished by an earlier run");
        RequireUnchanged();
        return written;
    }

    /// <summary>The key speaks of the bytes that were hashed, so they must be the bytes that were merged.</summary>
    private void RequireUnchanged()
    {
        foreach (var (path, before) in fingerprints)
        {
            if (!File.Exists(path) || FileFingerprint.Of(path) != before)
                throw Safetensors.SafetensorsDiagnostics.Changed(path);
        }
    }

    /// <summary>Adds everything beside the weights: files of the target, card, provenance.</summary>
    private void Complete(string folder, string key, IReadOnlyList<FileRecord> weights, IReadOnlyDictionary<string, TensorStatistics> tensors)
    {
        var files = new List<FileRecord>(weights);
        var summary = MergeSummary.Of(sources, tensors);
        foreach (var name in CarriedFiles.Of(sources.Target.Path))
            files.Add(Write(folder, name, name == "config.json" ? Config() : CarriedFile.Read(sources.Target.Path, name)));
        files.Add(Write(folder, ModelCard.FileName, ModelCard.Write(sources, summary)));
        var outputs = files.OrderBy(f => f.Name, StringComparer.Ordinal).ToList();
        var provenance = new ProvenanceFile(ProvenanceFile.CurrentSchema, ToolIdentity.Current, key, sources.Recipe, Inputs(), outputs, summary);
        Write(folder, ProvenanceFile.FileName, provenance.Serialize());
    }

    /// <summary>The target's config.json, byte for byte unless the dtype of the weights is another.</summary>
    private byte[] Config()
    {
        var bytes = CarriedFile.Read(sources.Target.Path, "config.json");
        return OutputDTypes.Change(plan) is { } change ? ConfigDTypes.Replace(bytes, change.Old, change.New).Config : bytes;
    }

    private IReadOnlyList<ProvenanceInput> Inputs()
    {
        var inputs = new List<ProvenanceInput> { InputOf("base", sources.Recipe.Base, sources.Target) };
        foreach (var term in sources.Terms)
        {
            inputs.Add(InputOf(term.Minus is not null ? "from" : sources.Recipe.Method == MergeMethod.Linear ? "model" : "vector", term.Term.Path, term.From));
            if (term.Minus is not null)
                inputs.Add(InputOf("minus", term.Term.Minus!, term.Minus));
        }
        return inputs;
    }

    private ProvenanceInput InputOf(string role, string reference, Checkpoint checkpoint)
    {
        var paths = checkpoint.Shards.Select(s => s.Path).ToList();
        if (checkpoint.IsFolder)
            paths.AddRange(new[] { "config.json", "tokenizer.json" }.Select(name => Path.Combine(checkpoint.Path, name)).Where(File.Exists));
        Digest(paths);
        return new ProvenanceInput(role, reference,
            [.. paths.Select(p => new FileRecord(Path.GetFileName(p), new FileInfo(p).Length, digests[p])).OrderBy(f => f.Name, StringComparer.Ordinal)]);
    }

    private void Digest(IReadOnlyList<string> paths)
    {
        var missing = paths.Where(p => !digests.ContainsKey(p)).ToList();
        foreach (var path in missing.Where(File.Exists))
            fingerprints[path] = FileFingerprint.Of(path);
        foreach (var (path, digest) in missing.Zip(cache.Digests.OfAll(missing, options.Threads, cancellationToken)))
            digests[path] = digest;
    }

    private static FileRecord Write(string folder, string name, byte[] bytes)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, bytes);
        return new FileRecord(name, bytes.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
    }
}
