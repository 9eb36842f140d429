using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using TaskArithmetic.Caching;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Extraction;
using TaskArithmetic.Merging;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Faults.Tests.Kills;

/// <summary>Models that all cases read.</summary>
internal static class Reasoner
{
    public static string Model(string name) => SharedData.PathOf("models", "tiny-reasoner", name);

    public static string Benchmark => SharedData.PathOf("models", "tiny-reasoner", "benchmark", "arithmetic_chat.yaml");
}

/// <summary><c>merge</c> into an empty place or over another model.</summary>
internal class MergeKill(bool useCache, bool over, long maxShardSize) : KillCase
{
    protected string Output => Path.Combine(Folder.Parent, "model");

    public override IReadOnlyList<string> Arguments =>
    [
        "merge", "--base", Reasoner.Model("target"), "--vector", $"{Reasoner.Model("grpo")},minus={Reasoner.Model("sft")},alpha=0.6",
        "--max-shard-size", FormattableString.Invariant($"{maxShardSize}B"), "--output", Output, .. useCache ? Array.Empty<string>() : ["--no-cache"],
    ];

    protected MergeOptions Options => new() { CacheDirectory = Folder.Cache, UseCache = useCache };

    protected override void MakeBefore()
    {
        if (over)
            Merge("0.7");
    }

    protected override void RunAgain() => Merge("0.6");

    protected void Merge(string alpha) => ModelMerge.Run(
        new Recipe
        {
            Base = Reasoner.Model("target"),
            Inputs = [RecipeInput.Of(Reasoner.Model("grpo"), Reasoner.Model("sft"), ParameterValue.Parse(alpha))],
            MaxShardSize = maxShardSize,
        },
        Output, Options, CancellationToken.None);

    protected override IReadOnlyDictionary<string, string> Visible()
    {
        if (Directory.Exists(Output))
            ProvenanceVerification.Verify(Output);
        return KillFolder.DigestsBelow(Output);
    }
}

/// <summary><c>verify --rebuild</c>, which changes nothing.</summary>
internal sealed class RebuildKill() : MergeKill(useCache: true, over: true, maxShardSize: 500_000)
{
    public override IReadOnlyList<string> Arguments => ["verify", "--rebuild", Output];

    protected override void RunAgain() => ProvenanceVerification.Rebuild(Output, Options, CancellationToken.None);
}

/// <summary>A verb that writes a vector, over another one.</summary>
internal abstract class VectorKill : KillCase
{
    protected string Output => Path.Combine(Folder.Parent, "v.safetensors");

    /// <summary>What a reader that is given the vector's name opens; the former's numbered files may lie beside it for a while.</summary>
    protected override IReadOnlyDictionary<string, string> Visible()
    {
        using var vector = Checkpoint.Open(Output);
        if (VectorMetadata.Of(vector) is null)
            throw new InvalidDataException("what is visible is no vector");
        var files = vector.Shards.Select(s => s.Path).ToList();
        if (!File.Exists(Output))
            files.Add(Output + ".index.json");
        return files.ToDictionary(f => Path.GetFileName(f), FileDigests.Compute, StringComparer.Ordinal);
    }

    /// <summary>Extracts a vector that the verb reads; it lies apart from the output.</summary>
    protected string InputOf(string from, string minus)
    {
        var file = Folder["vectors", $"{from}-{minus}.safetensors"];
        VectorExtraction.Run(Reasoner.Model(from), Reasoner.Model(minus), file, new ExtractOptions { CacheDirectory = Folder.Cache, UseCache = false }, CancellationToken.None);
        return file;
    }
}

/// <summary><c>extract</c> of one file or several over one file or several.</summary>
internal sealed class ExtractKill(bool useCache, bool formerIsCut, bool newIsCut) : VectorKill
{
    public override IReadOnlyList<string> Arguments =>
    [
        "extract", "--from", Reasoner.Model("grpo"), "--minus", Reasoner.Model("sft"), "--dtype", "float32",
        "--max-shard-size", FormattableString.Invariant($"{SizeOf(newIsCut)}B"), "--output", Output, .. useCache ? Array.Empty<string>() : ["--no-cache"],
    ];

    protected override void MakeBefore() => Extract("sft", "grpo", formerIsCut);

    protected override void RunAgain() => Extract("grpo", "sft", newIsCut);

    private static long SizeOf(bool cut) => cut ? 1_000_000 : 5_000_000_000;

    private void Extract(string from, string minus, bool cut) => VectorExtraction.Run(
        Reasoner.Model(from), Reasoner.Model(minus), Output,
        new ExtractOptions { CacheDirectory = Folder.Cache, UseCache = useCache, DType = DType.F32, MaxShardSize = SizeOf(cut) }, CancellationToken.None);
}

/// <summary><c>combine</c> of two vectors over another one, by a method that looks for cuts first.</summary>
internal sealed class CombineKill(bool useCache) : VectorKill
{
    private string first = "";
    private string second = "";

    public override IReadOnlyList<string> Arguments =>
        ["combine", "--method", "ties", "--density", "0.3", "--vector", first, "--vector", $"{second},alpha=-0.5", "--output", Output, .. useCache ? Array.Empty<string>() : ["--no-cache"]];

    protected override void MakeBefore()
    {
        (first, second) = (InputOf("grpo", "sft"), InputOf("sft", "base"));
        KilledTool.Require(Folder, ["combine", "--vector", second, "--output", Output, "--no-cache"]);
    }

    protected override void RunAgain() => KilledTool.Require(Folder, Arguments);
}

/// <summary><c>compress</c> over the vector in another form.</summary>
internal sealed class CompressKill : VectorKill
{
    private string vector = "";

    public override IReadOnlyList<string> Arguments => ["compress", vector, "--form", "zstd", "--output", Output];

    protected override void MakeBefore()
    {
        vector = InputOf("grpo", "sft");
        KilledTool.Require(Folder, ["compress", vector, "--form", "bitdelta", "--output", Output]);
    }

    protected override void RunAgain() => KilledTool.Require(Folder, Arguments);
}

/// <summary><c>export</c> over a file in another form; llama.cpp's quantizer writes the one, we the other.</summary>
internal sealed class ExportKill(string former, string quantization) : KillCase
{
    private string Output => Path.Combine(Folder.Parent, "model.gguf");

    public override IReadOnlyList<string> Arguments => Of(quantization);

    protected override void MakeBefore() => KilledTool.Require(Folder, Of(former));

    protected override void RunAgain() => KilledTool.Require(Folder, Arguments);

    protected override IReadOnlyDictionary<string, string> Visible() => new Dictionary<string, string> { ["model.gguf"] = FileDigests.Compute(Output) };

    private IReadOnlyList<string> Of(string form) => ["export", Reasoner.Model("grpo"), "--quantization", form, "--output", Output];
}

/// <summary><c>extract --lora</c> over an adapter of another rank.</summary>
internal sealed class LoraKill : KillCase
{
    private string Output => Path.Combine(Folder.Parent, "adapter");

    public override IReadOnlyList<string> Arguments => Of(4);

    protected override void MakeBefore() => KilledTool.Require(Folder, Of(2));

    protected override void RunAgain() => KilledTool.Require(Folder, Arguments);

    protected override IReadOnlyDictionary<string, string> Visible() => KillFolder.DigestsBelow(Output);

    private IReadOnlyList<string> Of(int rank) =>
        ["extract", "--lora", "--from", Reasoner.Model("grpo"), "--minus", Reasoner.Model("sft"), "--rank", FormattableString.Invariant($"{rank}"), "--output", Output];
}

/// <summary><c>merge</c> with a method that passes over all tensors before it merges the first, in several files, whose finished ones the next run goes on with.</summary>
internal sealed class SurveyKill(bool useCache) : KillCase
{
    private string Output => Path.Combine(Folder.Parent, "model");

    public override IReadOnlyList<string> Arguments => Of("0.6");

    protected override void MakeBefore() => KilledTool.Require(Folder, Of("0.7"));

    protected override void RunAgain() => KilledTool.Require(Folder, Arguments);

    protected override IReadOnlyDictionary<string, string> Visible()
    {
        ProvenanceVerification.Verify(Output);
        return KillFolder.DigestsBelow(Output);
    }

    private IReadOnlyList<string> Of(string alpha) =>
    [
        "merge", "--method", "dots", "--rescale", "global", "--base", Reasoner.Model("target"), "--vector", $"{Reasoner.Model("grpo")},minus={Reasoner.Model("sft")},alpha={alpha}",
        "--vector", $"{Reasoner.Model("sft")},minus={Reasoner.Model("base")},alpha=0.3", "--max-shard-size", "500000B", "--output", Output, .. useCache ? Array.Empty<string>() : ["--no-cache"],
    ];
}

/// <summary><c>cache prune</c> of all that is kept.</summary>
internal sealed class PruneKill : KillCase
{
    private readonly Dictionary<string, string> weights = new(StringComparer.Ordinal);

    public override IReadOnlyList<string> Arguments => ["cache", "prune", "--max-size", "0"];

    private string Output => Path.Combine(Folder.Parent, "model");

    protected override void MakeBefore()
    {
        foreach (var alpha in (string[])["0.5", "0.6", "0.7"])
            weights[alpha] = Merge(alpha);
    }

    protected override void RunAgain() => new ContentCache(Folder.Cache).Prune(0);

    /// <summary>The model that came from the cache; pruning does not touch it.</summary>
    protected override IReadOnlyDictionary<string, string> Visible() => KillFolder.DigestsBelow(Output);

    /// <summary>Whatever is left of an entry, a merge that would take it is right.</summary>
    protected override IEnumerable<KillFault> JudgeNow()
    {
        foreach (var fault in base.JudgeNow())
            yield return fault;
        foreach (var (alpha, expected) in weights)
        {
            if (Merge(alpha) != expected)
                yield return new KillFault(KillFaultKind.Wrong, $"the merge of {alpha} after the kill");
        }
    }

    protected override IEnumerable<KillFault> JudgeAfterwards()
    {
        foreach (var fault in base.JudgeAfterwards())
            yield return fault;
        var entries = Path.Combine(Folder.Cache, "entries");
        foreach (var stays in Directory.EnumerateFileSystemEntries(entries).Select(f => Path.GetFileName(f)).Where(n => !n.EndsWith(".lock", StringComparison.Ordinal)))
            yield return new KillFault(KillFaultKind.LeftOver, stays);
    }

    private string Merge(string alpha)
    {
        ModelMerge.Run(
            new Recipe { Base = Reasoner.Model("target"), Inputs = [RecipeInput.Of(Reasoner.Model("grpo"), Reasoner.Model("sft"), ParameterValue.Parse(alpha))] },
            Output, new MergeOptions { CacheDirectory = Folder.Cache }, CancellationToken.None);
        return FileDigests.Compute(Path.Combine(Output, "model.safetensors"));
    }
}

/// <summary><c>eval</c> with a gate, into a folder that holds the results of another run.</summary>
internal sealed partial class EvalKill : KillCase
{
    private const string Notes = "my notes.txt";

    private IReadOnlyDictionary<string, string> former = new Dictionary<string, string>();

    public override IReadOnlyList<string> Arguments =>
    [
        "eval", Reasoner.Model("target"), "--benchmark", $"{Reasoner.Benchmark},limit=2,min-score=1", "--gate-inconclusive", "warn", "--gen-kwargs", "max_gen_toks=8",
        "--device", "cpu", "--output", Results,
    ];

    private string Results => Path.Combine(Folder.Parent, "results");

    protected override void MakeBefore()
    {
        RunAgain();
        File.WriteAllText(Path.Combine(Results, Notes), "precious");
        former = KillFolder.DigestsBelow(Results);
    }

    protected override void RunAgain()
    {
        var (_, error, exitCode) = KilledTool.Run(Folder, Arguments);
        // A model that cannot do it fails its gate; that is an answer as well.
        if (exitCode is not (0 or 1))
            throw new InvalidDataException(error);
    }

    protected override IReadOnlyDictionary<string, string> Visible() => KillFolder.DigestsBelow(Results).Where(f => !IsHidden(f.Key)).ToDictionary(StringComparer.Ordinal);

    /// <summary>Results carry times, so a new run's bytes are not known beforehand: each file must be readable, and a run's results come with its samples.</summary>
    protected override IEnumerable<KillFault> JudgeNow()
    {
        var now = Visible();
        foreach (var (file, digest) in former)
        {
            if (!now.TryGetValue(file, out var found))
                yield return new KillFault(KillFaultKind.Lost, file);
            else if (found != digest && !Path.GetFileName(file).StartsWith("gate.", StringComparison.Ordinal))
                yield return new KillFault(KillFaultKind.Wrong, $"{file} was changed");
        }
        foreach (var file in now.Keys)
        {
            if (Problem(Path.Combine(Results, file)) is { } problem)
                yield return new KillFault(KillFaultKind.Wrong, $"{file}: {problem}");
        }
        foreach (var lost in LostOfNeighbours())
            yield return lost;
    }

    protected override IEnumerable<KillFault> JudgeAfterwards() => JudgeNow()
        .Concat(KillFolder.DigestsBelow(Results).Keys.Where(f => !IsResult().IsMatch(Path.GetFileName(f)) && f != Notes).Select(f => new KillFault(KillFaultKind.LeftOver, f)))
        .Concat(KillFolder.NamesIn(Folder.Parent).Where(n => n.StartsWith(".results.", StringComparison.Ordinal)).Select(n => new KillFault(KillFaultKind.LeftOver, n)))
        .Concat(Folder.UnfinishedInCache().Select(n => new KillFault(KillFaultKind.LeftOver, n)));

    private static bool IsHidden(string file) => file.Split('/').Any(p => p.StartsWith('.')) || file.EndsWith(".tmp", StringComparison.Ordinal);

    private static string? Problem(string path)
    {
        try
        {
            if (path.EndsWith(".json", StringComparison.Ordinal))
            {
                JsonDocument.Parse(File.ReadAllBytes(path)).Dispose();
                var samples = Path.GetFileName(path).Replace("results_", "_", StringComparison.Ordinal) + "l";
                return Directory.EnumerateFiles(Path.GetDirectoryName(path)!, $"samples_*{samples}").Any() ? null : "its samples are not there";
            }
            if (path.EndsWith(".jsonl", StringComparison.Ordinal))
                Array.ForEach(File.ReadAllLines(path), line => JsonDocument.Parse(line).Dispose());
            if (path.EndsWith(".xml", StringComparison.Ordinal) || path.EndsWith(".trx", StringComparison.Ordinal))
                new XmlDocument().Load(path);
            return new FileInfo(path).Length > 0 ? null : "it is empty";
        }
        catch (Exception e) when (e is JsonException or XmlException)
        {
            return e.Message;
        }
    }

    [GeneratedRegex(@"^(results_[^/]*\.json|samples_[^/]*\.jsonl|gate\.(junit\.xml|trx|md|html))$", RegexOptions.CultureInvariant)]
    private static partial Regex IsResult();
}
