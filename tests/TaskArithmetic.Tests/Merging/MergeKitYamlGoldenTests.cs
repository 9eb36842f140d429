using System.Text.Json;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Kernels;
using TaskArithmetic.Merging;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Methods;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Merging;

/// <summary>The files of golden/mergekit-yaml, merged in mergekit precision and held against what mergekit 0.1.5 wrote.</summary>
[TestClass]
[RequiresShared(Golden)]
public sealed class MergeKitYamlGoldenTests
{
    private const string Golden = "golden/mergekit-yaml";

    /// <summary>
    /// Norms and dot products are summed in torch's order there: how many last places of the working dtype, at the size of the largest
    /// operand, values may differ.
    /// </summary>
    private static readonly Dictionary<string, int> LastPlacesOf = new()
    {
        ["slerp"] = 4,
        ["nuslerp"] = 4,
        ["multislerp"] = 12,
        ["model_stock"] = 6,
        ["karcher"] = 4,
        ["sce"] = 2,
        ["ramplus_tl"] = 2,
    };

    /// <summary>Other commands than merging, and what mergekit does against its own configuration.</summary>
    private static readonly string[] NotMerges = ["moe-mixtral-cheap-embed", "extract-lora-r4", "extract-lora-sv-epsilon-embed"];

    /// <summary>Merges that have tests of their own, since the reference goes against its own configuration there, and an option that we lack.</summary>
    private static readonly string[] Elsewhere = ["qwen2-tied-and-head", "unsafe-truncate", "lora-merge-dtype-f32"];

    public static IEnumerable<object[]> Cases() => SharedData.Exists(Golden)
        ? Entries("cases").Select(e => e.GetProperty("case").GetString()!).Except(NotMerges).Except(Elsewhere).Select(name => new object[] { name })
        : [];

    public static IEnumerable<object[]> Refusals() => SharedData.Exists(Golden)
        ? Entries("bad").Select(e => e.GetProperty("case").GetString()!).Except(Accepted.Keys).Select(name => new object[] { name })
        : [];

    /// <summary>What mergekit fails at, or merges against better knowledge, and we do.</summary>
    private static Dictionary<string, string> Accepted { get; } = new()
    {
        ["same-model-twice"] = "both count",
        ["lora-without-cache"] = "needs no cache",
        ["local-path-with-one-slash-offline"] = "never looks outside",
        ["slerp-t-out-of-range"] = "extrapolates, with a warning",
        ["extra-tensors"] = "copied from the target",
    };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void A_file_runs_unchanged_and_gives_what_mergekit_wrote(string name)
    {
        using var folder = new TemporaryFolder();
        var entry = Entries("cases").Single(e => e.GetProperty("case").GetString() == name);
        var path = SharedData.PathOf(Golden, "cases", name, "config.yml");
        var methods = Merge(path, folder, r => r with { MaxShardSize = entry.GetProperty("command").GetString()!.Contains("--out-shard-size 20K", StringComparison.Ordinal) ? 20_000 : r.MaxShardSize, Seed = 1234 });
        CompareConfig(entry, folder["out"]);
        if (entry.TryGetProperty("random", out _))
            CompareStatistics(entry, folder["out"]);
        else
            CompareWeights(SharedData.PathOf(Golden, "cases", name, "expected"), folder["out"], methods[0], UndefinedShare(entry, methods[0]));
    }

    [TestMethod]
    public void An_own_head_beside_a_tied_one_is_refused_where_the_two_differ()
    {
        using var folder = new TemporaryFolder();
        var findings = Assert.ThrowsExactly<DiagnosticException>(() => Merge(SharedData.PathOf(Golden, "cases/qwen2-tied-and-head/config.yml"), folder, r => r)).Diagnostics;
        Assert.Contains("TA2012", findings.Select(f => f.Code).ToArray());
    }

    [TestMethod]
    public void Models_with_more_rows_are_refused_or_merged_by_token_and_keep_their_other_rows()
    {
        using var folder = new TemporaryFolder();
        var path = SharedData.PathOf(Golden, "cases/unsafe-truncate/config.yml");
        Assert.Contains("TA2010", Assert.ThrowsExactly<DiagnosticException>(() => Merge(path, folder, r => r)).Diagnostics.Select(f => f.Code).ToArray());
        Merge(path, folder, r => r with { VocabularyMismatch = VocabularyMismatch.Common });
        using var cropped = Checkpoint.Open(SharedData.PathOf(Golden, "cases/unsafe-truncate/expected"));
        using var target = Checkpoint.Open(SharedData.PathOf(Golden, "models/llama-padded-bf16"));
        using var merged = Checkpoint.Open(folder["out"]);
        foreach (var name in new[] { "model.embed_tokens.weight", "lm_head.weight" })
        {
            var common = Values(cropped.Tensors[name]);
            CollectionAssert.AreEqual(common, Values(merged.Tensors[name])[..common.Length], name);
            CollectionAssert.AreEqual(Values(target.Tensors[name])[common.Length..], Values(merged.Tensors[name])[common.Length..], name);
        }
    }

    /// <summary>An interpolation on the sphere scales its operands, and an unnormalised sum as well: rows that no other model knows must not feel it.</summary>
    [TestMethod]
    [DataRow("slerp", "t", 0.5)]
    [DataRow("linear", "normalize", 0)]
    public void Rows_of_tokens_that_not_all_models_know_stay_bit_for_bit(string method, string parameter, double value)
    {
        using var folder = new TemporaryFolder();
        var (target, other) = (SharedData.PathOf(Golden, "models/llama-sft-bf16"), SharedData.PathOf(Golden, "models/llama-chat-bf16"));
        RecipeInput Weighted(string path) => method == "linear" ? RecipeInput.Of(path, null, ParameterValue.Of(0.75)) : new RecipeInput(path);
        var recipe = new Recipe
        {
            Method = method,
            Base = target,
            Inputs = method == "linear" ? [Weighted(target), Weighted(other)] : [Weighted(other)],
            VocabularyMismatch = VocabularyMismatch.Common,
            OutputDType = DType.F32,
        }.With(parameter, ParameterValue.Of(value));
        ModelMerge.Run(recipe, folder["out"], new MergeOptions { CacheDirectory = folder["cache"], UseCache = false, Threads = 1 }, CancellationToken.None);
        using var before = Checkpoint.Open(target);
        using var donor = Checkpoint.Open(other);
        using var merged = Checkpoint.Open(folder["out"]);
        var (a, b) = (Values(before.Tensors["lm_head.weight"]), Values(merged.Tensors["lm_head.weight"]));
        var width = (int)before.Tensors["lm_head.weight"].Info.Shape[1];
        foreach (var (token, row) in before.Tokenizer!.Vocabulary)
        {
            var (old, now) = (a[((int)row * width)..(((int)row + 1) * width)], b[((int)row * width)..(((int)row + 1) * width)]);
            Assert.AreEqual(donor.Tokenizer!.Vocabulary.ContainsKey(token), !old.SequenceEqual(now), token);
        }
    }

    /// <summary>Both give a model that lacks a token the base's row; only one keeps the rows that come of it.</summary>
    [TestMethod]
    public void Weights_of_one_way_with_vocabularies_do_not_serve_another()
    {
        using var folder = new TemporaryFolder();
        var (target, other) = (SharedData.PathOf(Golden, "models/llama-sft-bf16"), SharedData.PathOf(Golden, "models/llama-chat-bf16"));
        var recipe = new Recipe { Method = "linear", Base = target, Inputs = [RecipeInput.Of(target, null, ParameterValue.Of(0.75)), RecipeInput.Of(other, null, ParameterValue.Of(0.75))] }
            .With("normalize", ParameterValue.Of(0));
        string Key(Recipe what, string name) => ModelMerge.Run(what, folder[name], new MergeOptions { CacheDirectory = folder["cache"], Threads = 1 }, CancellationToken.None).Key;
        Assert.AreNotEqual(Key(recipe with { Tokenizer = new RecipeTokenizer("base") }, "one"), Key(recipe with { VocabularyMismatch = VocabularyMismatch.Common }, "other"));
    }

    [TestMethod]
    public void Models_with_another_vocabulary_leave_embedding_and_head_alone_where_that_is_asked_for()
    {
        using var folder = new TemporaryFolder();
        Merge(SharedData.PathOf(Golden, "bad/vocabulary-rows-differ/config.yml"), folder, r => r with { VocabularyMismatch = VocabularyMismatch.Skip });
        using var target = Checkpoint.Open(SharedData.PathOf(Golden, "models/llama-sft-bf16"));
        using var merged = Checkpoint.Open(folder["out"]);
        CollectionAssert.AreEqual(Values(target.Tensors["lm_head.weight"]), Values(merged.Tensors["lm_head.weight"]));
        CollectionAssert.AreNotEqual(Values(target.Tensors["model.norm.weight"]), Values(merged.Tensors["model.norm.weight"]));
    }

    [TestMethod]
    [DynamicData(nameof(Refusals))]
    public void A_wrong_file_is_refused_with_line_and_key(string name)
    {
        using var folder = new TemporaryFolder();
        var path = SharedData.PathOf(Golden, "bad", name, "config.yml");
        var findings = Assert.ThrowsExactly<DiagnosticException>(() => Merge(path, folder, r => r)).Diagnostics;
        Assert.IsTrue(findings.Where(f => f.Severity == DiagnosticSeverity.Error).All(f => f.Message.StartsWith(path + ":", StringComparison.Ordinal)), findings[0].Message);
        Assert.IsFalse(Directory.Exists(folder["out"]));
    }

    [TestMethod]
    [DynamicData(nameof(AcceptedCases))]
    public void What_mergekit_cannot_do_for_reasons_of_its_own_is_merged(string name)
    {
        using var folder = new TemporaryFolder();
        var path = SharedData.PathOf(Golden, "bad", name, "config.yml");
        Merge(path, folder, r => r);
        Assert.IsTrue(File.Exists(Path.Combine(folder["out"], "config.json")));
    }

    public static IEnumerable<object[]> AcceptedCases() => Accepted.Keys.Select(name => new object[] { name });

    /// <summary>Merges every document; the results of named ones lie beside the output.</summary>
    /// <returns>The methods that were used.</returns>
    private static List<string> Merge(string path, TemporaryFolder folder, Func<Recipe, Recipe> change)
    {
        var file = MergeKitFile.Read(path, MergeMethods.BuiltIn);
        var results = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var document in file.Documents)
        {
            var output = folder[document.Name ?? "out"];
            try
            {
                ModelMerge.Run(change(document.With(FoldersOf(document, results))) with { Precision = Precision.Mergekit }, output, new MergeOptions { CacheDirectory = folder["cache"], UseCache = false, Threads = 1 }, CancellationToken.None);
            }
            catch (DiagnosticException e)
            {
                var back = FoldersOf(document, results).ToDictionary(p => p.Value, p => p.Key);
                throw new DiagnosticException([.. e.Diagnostics.Select(d => document.Placed(d with { File = d.File is { } f ? back.Aggregate(f, (text, pair) => text.Replace(pair.Key, pair.Value, StringComparison.Ordinal)) : null }))], e);
            }
            if (document.Name is not null)
                results[document.Name] = output;
        }
        return [.. file.Documents.Select(d => d.Recipe.Method)];
    }

    /// <summary>Paths of the files are relative to the folder that mergekit ran in, which held the models.</summary>
    private static Dictionary<string, string> FoldersOf(MergeKitDocument document, Dictionary<string, string> results) => document.Models.ToDictionary(
        m => m,
        m => results.TryGetValue(m, out var built) ? built
            : m.StartsWith("./bad/", StringComparison.Ordinal) ? SharedData.PathOf(Golden, "models-bad", m["./bad/".Length..])
            : m.Contains("models/", StringComparison.Ordinal) ? SharedData.PathOf(Golden, m.TrimStart('.', '/')) : m);

    private static void CompareConfig(JsonElement entry, string folder)
    {
        var expected = entry.GetProperty("config");
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "config.json")));
        // Without a base mergekit takes config.json of a model that changes from run to run, whatever dtype the weights have.
        var varies = entry.TryGetProperty("files_that_vary_between_runs", out var files) && files.EnumerateArray().Any(f => f.GetString() == "config.json");
        foreach (var key in expected.EnumerateObject().Where(k => !varies || k.Name != "dtype"))
        {
            // A null stands for a key that is not there.
            if (key.Value.ValueKind == JsonValueKind.Null)
                Assert.IsFalse(json.RootElement.TryGetProperty(key.Name, out _), key.Name);
            else
                Assert.AreEqual(key.Value.GetRawText(), json.RootElement.GetProperty(key.Name).GetRawText(), key.Name);
        }
        using var model = Checkpoint.Open(folder);
        Assert.AreEqual(entry.GetProperty("embed_rows").GetUInt64(), model.Tensors["model.embed_tokens.weight"].Info.Shape[0]);
    }

    /// <summary>Which of equal magnitudes at a density cut survive is undefined in the reference; whether a score lies at a threshold is decided by another library's exponentials.</summary>
    private static double UndefinedShare(JsonElement entry, string method) =>
        method == "arcee_fusion" ? 0.001
        : entry.TryGetProperty("note", out var note) && note.GetString()!.StartsWith("equal magnitudes", StringComparison.Ordinal) ? 0.01 : 0;

    private static void CompareWeights(string expectedFolder, string actualFolder, string method, double undefinedShare)
    {
        using var expected = Checkpoint.Open(expectedFolder);
        using var actual = Checkpoint.Open(actualFolder);
        CollectionAssert.AreEquivalent(expected.Tensors.Keys.ToArray(), actual.Tensors.Keys.ToArray());
        var rows = expected.Tokenizer is { } tokenizer && tokenizer.Digest != actual.Tokenizer!.Digest ? RowsByToken(tokenizer, actual.Tokenizer) : null;
        var (all, unequal, worst) = (0, 0, 0L);
        foreach (var (name, tensor) in expected.Tensors)
        {
            // Where mergekit writes float32 beside a configuration that says 16 bits, ours are the working dtype.
            var dtype = actual.Tensors[name].Info.DType;
            Assert.IsTrue(dtype == tensor.Info.DType || (method == "ramplus_tl" && dtype == DType.BF16), name);
            CollectionAssert.AreEqual(tensor.Info.Shape.ToArray(), actual.Tensors[name].Info.Shape.ToArray(), name);
            var (a, b) = (Values(tensor, dtype), Values(actual.Tensors[name]));
            if (rows is not null && TiedHead.IsHeadOrEmbedding(name))
                b = Permuted(b, rows, a.Length / (int)tensor.Info.Shape[0]);
            // Differences of models are as large as the models: their places count, which the norm of the tensor bounds from below.
            var size = MathF.Sqrt(a.Sum(v => v * v) / a.Length);
            for (var i = 0; i < a.Length; i++)
            {
                var scale = LastPlacesOf.ContainsKey(method) ? MathF.Max(MathF.Abs(a[i]), size) : MathF.Abs(a[i]);
                worst = Math.Max(worst, undefinedShare > 0 ? 0 : LastPlaces.Between(scale, scale + MathF.Abs(a[i] - b[i]), dtype));
                unequal += BitConverter.SingleToInt32Bits(a[i]) == BitConverter.SingleToInt32Bits(b[i]) ? 0 : 1;
            }
            all += a.Length;
        }
        Console.WriteLine($"{method}: {unequal} of {all} values differ, by {worst} last places at most");
        Assert.IsLessThanOrEqualTo(LastPlacesOf.GetValueOrDefault(method), worst);
        if (!LastPlacesOf.ContainsKey(method))
            Assert.IsLessThanOrEqualTo(undefinedShare * all, (double)unequal);
    }

    /// <summary>The draws are torch's own: what can be held is how many changes were kept, and their L1 norm.</summary>
    private static void CompareStatistics(JsonElement entry, string folder)
    {
        using var merged = Checkpoint.Open(folder);
        using var donor = Checkpoint.Open(SharedData.PathOf(Golden, "models/llama-sft"));
        using var target = Checkpoint.Open(SharedData.PathOf(Golden, "models/llama-base"));
        var (changed, kept, before, after) = (0, 0, 0.0, 0.0);
        foreach (var name in target.Tensors.Keys)
        {
            var (b, x, m) = (Values(target.Tensors[name]), Values(donor.Tensors[name]), Values(merged.Tensors[name]));
            for (var i = 0; i < b.Length; i++)
            {
                changed += x[i] != b[i] ? 1 : 0;
                kept += m[i] != b[i] ? 1 : 0;
                before += Math.Abs(x[i] - b[i]);
                after += Math.Abs(m[i] - b[i]);
            }
        }
        var statistics = entry.GetProperty("statistics");
        Assert.AreEqual(statistics.GetProperty("changed").GetInt32(), changed);
        Assert.AreEqual(statistics.GetProperty("kept_fraction").GetDouble(), (double)kept / changed, 0.02);
        Assert.AreEqual(statistics.GetProperty("l1_ratio").GetDouble(), after / before, 0.02);
    }

    private static float[] Values(CheckpointTensor tensor, DType? rounded = null)
    {
        var bytes = new byte[tensor.Info.ByteLength];
        tensor.Read(0, bytes);
        var values = new float[tensor.Info.ElementCount];
        Widening.ToSingle(bytes, tensor.Info.DType, values);
        if (rounded is { } dtype && dtype != tensor.Info.DType)
            Rounding.ToPrecision(values, dtype);
        return values;
    }

    /// <summary>For every row of ours that of theirs: a union appends its tokens in an order that changes from run to run.</summary>
    private static int[] RowsByToken(TokenizerIdentity theirs, TokenizerIdentity ours)
    {
        CollectionAssert.AreEquivalent(theirs.Vocabulary.Keys.ToArray(), ours.Vocabulary.Keys.ToArray());
        return [.. theirs.Vocabulary.OrderBy(t => t.Value).Select(t => (int)ours.Vocabulary[t.Key])];
    }

    private static float[] Permuted(float[] values, int[] rows, int width)
    {
        var permuted = values.ToArray();
        for (var row = 0; row < rows.Length; row++)
            Array.Copy(values, rows[row] * width, permuted, row * width, width);
        return permuted;
    }

    private static IEnumerable<JsonElement> Entries(string group)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf(Golden, "manifest.json")));
        return [.. json.RootElement.GetProperty("groups").GetProperty(group).EnumerateArray().Select(e => e.Clone())];
    }
}
