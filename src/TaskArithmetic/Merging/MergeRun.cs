using System.Text.Json;
using TaskArithmetic.Caching;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Inputs;
using TaskArithmetic.Measuring;
using TaskArithmetic.Methods;
using TaskArithmetic.Outputs;
using TaskArithmetic.Planning;
using TaskArithmetic.Provenance;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Streaming;

namespace TaskArithmetic.Merging;

/// <summary>One merge of a plan that passed preflight.</summary>
internal sealed class MergeRun
{
    /// <summary>Below this fraction of surviving changes the user hears of it.</summary>
    private const double LowSurvival = 0.5;

    private readonly MergeSources sources;
    private readonly MergePlan plan;
    private readonly OutputFolder output;
    private readonly MergeOptions options;
    private readonly CancellationToken cancellationToken;
    private readonly ContentCache cache;
    private readonly InputDigests inputs;
    private readonly List<Diagnostic> warnings = [];

    public MergeRun(MergeSources sources, MergePlan plan, OutputFolder output, MergeOptions options, CancellationToken cancellationToken)
    {
        this.sources = sources;
        this.plan = plan;
        this.output = output;
        this.options = options;
        this.cancellationToken = cancellationToken;
        cache = new ContentCache(options.CacheDirectory);
        inputs = new InputDigests(sources.Files, cache.Digests);
    }

    /// <summary>Names the work before any digest is known: the same files in the same state, merged in the same way.</summary>
    private string Work => KeyOf(file => $"{Path.GetFullPath(file.Path)} {file.Opened}");

    /// <summary>The work without its inputs.</summary>
    private string Form => KeyOf(_ => "");

    /// <param name="findings">Warnings of preflight.</param>
    /// <param name="space">Room that is missing unless the cache holds the weights.</param>
    public MergeReport Execute(IReadOnlyList<Diagnostic> findings, IReadOnlyList<Diagnostic> space)
    {
        warnings.AddRange(findings);
        if (space.Count > 0 && !(KnownKey() is { } key && cache.Holds(key)))
            throw new DiagnosticException([.. findings, .. space]);
        options.Starting?.Invoke(plan.OutputBytes);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(output.Path)!);
            using var exclusive = FolderLock.Acquire(output.LockFile, cancellationToken);
            try
            {
                return (options.UseCache ? FromCache() : null) ?? FromInputs();
            }
            finally
            {
                exclusive.Remove();
            }
        }
        catch (Exception e) when (OutputDiagnostics.IsWriteFailure(e))
        {
            throw OutputDiagnostics.WriteFailed(output.Path, e);
        }
    }

    /// <summary>Adds what the weights themselves showed; throws when that is an error.</summary>
    public static IReadOnlyList<Diagnostic> Judge(
        MergeSources sources, MergePlan plan, IReadOnlyDictionary<string, TensorStatistics> tensors, IReadOnlyList<Diagnostic> findings)
    {
        var all = findings.Concat(Lineage.Judge(sources, plan, tensors)).ToList();
        var asked = tensors.Values.Sum(t => t.Asked);
        var survival = asked == 0 ? 1 : (double)tensors.Values.Sum(t => t.Survived) / asked;
        // A stack of copied layers is another model although no weight of it is new.
        if (asked == 0 && tensors.Count > 0 && sources.Recipe is { Slices: null, Tokenizer: null })
            all.Add(MergeDiagnostics.NothingChanged());
        else if (survival < LowSurvival)
            all.Add(MergeDiagnostics.MostlyLost(survival));
        return all.Any(f => f.Severity == DiagnosticSeverity.Error) ? throw new DiagnosticException(all) : all;
    }

    private string KeyOf(Func<Safetensors.SafetensorsFile, string> identityOf) => WeightsKey.Of(plan, sources.Recipe.AllowNonFinite, identityOf);

    /// <summary>
    /// The key if it can be known before the merge. Inputs that were never hashed are hashed for it only where the cache may hold the result: else they
    /// are hashed in the pass that merges them.
    /// </summary>
    private string? KnownKey()
    {
        inputs.Recall();
        if (!inputs.Complete && options.UseCache && cache.MayHold(Form))
            inputs.ReadMissing(options.Threads, cancellationToken);
        return inputs.Complete ? KeyOf(inputs.Of) : null;
    }

    /// <summary>Null if the cache cannot be used.</summary>
    private MergeReport? FromCache()
    {
        if (!(KnownKey() is { } held && cache.Holds(held)) && cache.LackOfRoom(plan.OutputBytes, output.Path) is { } lacking)
        {
            warnings.Add(lacking);
            return null;
        }
        return cache.TryUse(new CacheRequest(Work, KnownKey, Make, Accepts) { Form = Form }, Place, warnings.Add, cancellationToken);
    }

    private MergeReport Place(CachedEntry cached)
    {
        var key = cached.Entry.Key;
        var tensors = StatisticsOf(cached.Entry)!;
        var judged = Judge(sources, plan, tensors, cached.Hit ? warnings : WithMemory());
        output.Replace(folder =>
        {
            cached.PlaceIn(folder);
            Complete(folder, key, cached.Entry.Files, tensors);
        });
        options.Log?.Invoke(cached.Hit ? $"cache hit {key[..12]} in {cache.Root}" : $"cache miss {key[..12]}, stored in {cache.Root}");
        return new MergeReport(judged, key, cached.Hit, plan.OutputBytes, MergeSummary.Of(sources, plan, tensors).With(options.Names));
    }

    private CacheEntry Make(string folder)
    {
        var (files, tensors) = WriteWeights(folder);
        return new CacheEntry(KeyOf(inputs.Of), CacheEntry.Merge, files, JsonSerializer.SerializeToElement(tensors, StatisticsJson.Options));
    }

    /// <summary>Whether an entry is one of this plan: its files and what was measured of every merged tensor.</summary>
    private bool Accepts(CacheEntry entry) =>
        entry.Kind == CacheEntry.Merge
        && plan.Shards.All(s => entry.Files.Any(f => f.Name == s.FileName && f.Size == s.Layout.FileLength))
        && entry.Files.Count == plan.Shards.Count + (plan.Shards.Count == 1 ? 0 : 1)
        && StatisticsOf(entry) is { } tensors
        && plan.Tensors.Values.Where(t => !t.IsCopy && t.Elements > 0).All(t => tensors.TryGetValue(t.Name, out var measured) && Describes(measured, t))
        && tensors.Keys.All(name => plan.Tensors.TryGetValue(name, out var planned) && !planned.IsCopy);

    private static bool Describes(TensorStatistics? measured, PlannedTensor planned) =>
        measured is { Terms: not null }
        && measured.Elements == planned.Elements
        && measured.Terms.Count == planned.Inputs.Count
        && measured.Terms.Zip(planned.Inputs).All(pair => pair.First is { } term
            && term.Term == pair.Second.Index
            && (term.From is not null) == (pair.Second.Minus is not null)
            && (term.Minus is not null) == (pair.Second.Minus is not null));

    private static SortedDictionary<string, TensorStatistics>? StatisticsOf(CacheEntry entry)
    {
        try
        {
            return entry.Details.Deserialize<SortedDictionary<string, TensorStatistics>>(StatisticsJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private MergeReport FromInputs()
    {
        var work = output.WorkFolder(Work);
        try
        {
            var (files, tensors) = WriteWeights(work);
            var key = KeyOf(inputs.Of);
            var judged = Judge(sources, plan, tensors, WithMemory());
            output.Replace(work, folder => Complete(folder, key, files, tensors));
            return new MergeReport(judged, key, false, plan.OutputBytes, MergeSummary.Of(sources, plan, tensors).With(options.Names));
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
        var writer = new WeightsWriter(plan, inputs, new StreamOptions(options.Threads, sources.Recipe.AllowNonFinite, options.Progress));
        var written = writer.Write(folder, cancellationToken);
        warnings.AddRange(writer.Findings.Warnings);
        foreach (var line in writer.Findings.Lines)
            options.Log?.Invoke(line);
        if (writer.Resumed > 0)
            options.Log?.Invoke($"resumed: {writer.Resumed} of {plan.Shards.Count} files were finished by an earlier run");
        return written;
    }

    /// <summary>The findings so far, and whether the digests could be remembered, unless the cache was said to be unusable already.</summary>
    private List<Diagnostic> WithMemory() => cache.Forgetfulness is { } forgetful && !warnings.Exists(w => w.Code == forgetful.Code)
        ? [.. warnings, forgetful]
        : warnings;

    /// <summary>Adds everything beside the weights: files of the target, card, provenance.</summary>
    private void Complete(string folder, string key, IReadOnlyList<FileRecord> weights, IReadOnlyDictionary<string, TensorStatistics> tensors)
    {
        var files = new List<FileRecord>(weights);
        var summary = MergeSummary.Of(sources, plan, tensors).With(options.Names);
        foreach (var name in plan.Companions!.Names())
            files.Add(Write(folder, name, name == "config.json" ? Config() : plan.Companions.Read(name)));
        files.Add(Write(folder, ModelCard.FileName, ModelCard.Write(sources, summary)));
        var outputs = files.OrderBy(f => f.Name, StringComparer.Ordinal).ToList();
        var provenance = new ProvenanceFile(ProvenanceFile.CurrentSchema, ToolIdentity.Current, key, sources.Recipe.With(options.Names), Inputs(), outputs, summary);
        Write(folder, ProvenanceFile.FileName, provenance.Serialize());
    }

    /// <summary>The target's config.json, byte for byte unless the dtype of the weights is another, or mergekit's own spelling of it is repeated.</summary>
    private byte[] Config()
    {
        var bytes = plan.Companions!.Read("config.json");
        var described = OutputDTypes.Change(plan) is { } change ? ConfigDTypes.Replace(bytes, change.Old, change.New).Config : bytes;
        return sources.Recipe.Precision == Precision.Mergekit ? ConfigDTypes.Renamed(described) : described;
    }

    private IReadOnlyList<ProvenanceInput> Inputs()
    {
        var inputs = new List<ProvenanceInput> { InputOf("base", sources.Recipe.Base ?? sources.Target.Path, TensorSource.Of(sources.Target)) };
        foreach (var input in sources.Inputs)
        {
            inputs.Add(InputOf(input.Minus is not null ? "from" : sources.CombinesModels ? "model" : "vector", input.Input.Path, input.FromSource));
            if (input.Minus is not null)
                inputs.Add(InputOf("minus", input.Input.Minus!, input.MinusSource!));
        }
        return inputs;
    }

    private ProvenanceInput InputOf(string role, string reference, TensorSource source)
    {
        var checkpoint = source.Checkpoint;
        var files = source.Files.Select(s => new FileRecord(Path.GetFileName(s.Path), s.Length, inputs.Of(s))).ToList();
        if (checkpoint.IsFolder)
        {
            foreach (var path in new[] { "config.json", "tokenizer.json", "adapter_config.json" }.Select(name => Path.Combine(checkpoint.Path, name)).Where(File.Exists))
                files.Add(new FileRecord(Path.GetFileName(path), FileStatus.Of(path).Size, FileDigests.Compute(path)));
        }
        return new ProvenanceInput(role, options.Names.GetValueOrDefault(reference, reference), [.. files.OrderBy(f => f.Name, StringComparer.Ordinal)]);
    }

    private static FileRecord Write(string folder, string name, byte[] bytes)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, bytes);
        return new FileRecord(name, bytes.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
    }
}
