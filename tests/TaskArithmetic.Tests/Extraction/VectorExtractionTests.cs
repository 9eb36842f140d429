using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Extraction;
using TaskArithmetic.Merging;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Extraction;

[TestClass]
[RequiresShared("models/tiny-reasoner")]
public sealed class VectorExtractionTests
{
    private static readonly string Target = SharedData.PathOf("models", "tiny-reasoner", "target");
    private static readonly string From = SharedData.PathOf("models", "tiny-reasoner", "grpo");
    private static readonly string Minus = SharedData.PathOf("models", "tiny-reasoner", "sft");

    [TestMethod]
    public void The_metadata_say_what_an_independent_program_measured()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("models", "tiny-reasoner", "golden.json")));
        var pair = golden.RootElement.GetProperty("pair");
        var parameters = pair.GetProperty("parameters").GetDouble();
        using var folder = new TemporaryFolder();

        Extract(folder, "v.safetensors");

        using var vector = Checkpoint.Open(folder["v.safetensors"]);
        var metadata = VectorMetadata.Of(vector)!;
        Assert.AreEqual("from - minus", metadata.Formula);
        Assert.AreEqual(pair.GetProperty("norm_v").GetDouble(), metadata.Norm, 1e-9);
        Assert.AreEqual(pair.GetProperty("equal_weights_in_donors").GetDouble() / parameters, metadata.EqualFraction, 1e-12);
        Assert.AreEqual(pair.GetProperty("not_exact_in_bf16").GetDouble() / parameters, metadata.InexactInBFloat16Fraction, 1e-12);
        Assert.AreEqual("bfloat16", metadata.From.DType);
        Assert.HasCount(vector.Tensors.Count, metadata.Norms);
        Assert.AreNotEqual(metadata.From.Digest, metadata.Minus.Digest);
    }

    [TestMethod]
    public void Dtype_auto_is_wide_only_where_bfloat16_is_not_exact()
    {
        using var folder = new TemporaryFolder();
        Extract(folder, "v.safetensors");

        using var vector = Checkpoint.Open(folder["v.safetensors"]);
        var dtypes = vector.Tensors.Values.Select(t => t.Info.DType).Distinct().Order().ToList();
        CollectionAssert.AreEqual(new[] { DType.BF16, DType.F32 }, dtypes);
    }

    [TestMethod]
    [DataRow("0.7")]
    [DataRow("-1.0")]
    [DataRow("[1.5, 0.25]")]
    public void Extract_then_merge_gives_the_bytes_of_the_fused_merge(string alpha)
    {
        using var folder = new TemporaryFolder();
        Extract(folder, "v.safetensors");

        Merge(folder, "fused", RecipeInput.Of(From, Minus, ParameterValue.Parse(alpha)));
        Merge(folder, "stepwise", RecipeInput.Of(folder["v.safetensors"], null, ParameterValue.Parse(alpha)));

        CollectionAssert.AreEqual(File.ReadAllBytes(folder["fused", "model.safetensors"]), File.ReadAllBytes(folder["stepwise", "model.safetensors"]));
    }

    [TestMethod]
    [RequiresShared("models/stories260K-variants/f16-untied")]
    public void A_vector_of_tied_donors_reaches_the_head_of_an_untied_target_as_the_pair_itself_does()
    {
        using var folder = new TemporaryFolder();
        var (from, minus) = (SharedData.PathOf("models", "stories260K-family", "add"), SharedData.PathOf("models", "stories260K"));
        var target = SharedData.PathOf("models", "stories260K-variants", "f16-untied");
        VectorExtraction.Run(from, minus, folder["v.safetensors"], Options(folder), CancellationToken.None);

        Merge(folder, "fused", RecipeInput.Of(from, minus, 1), target);
        Merge(folder, "stepwise", RecipeInput.Of(folder["v.safetensors"], null, 1), target);

        using var merged = Checkpoint.Open(folder["stepwise"]);
        using var before = Checkpoint.Open(target);
        CollectionAssert.AreNotEqual(before.Tensors["lm_head.weight"].File.Read(before.Tensors["lm_head.weight"].Info), merged.Tensors["lm_head.weight"].File.Read(merged.Tensors["lm_head.weight"].Info));
        CollectionAssert.AreEqual(File.ReadAllBytes(folder["fused", "model.safetensors"]), File.ReadAllBytes(folder["stepwise", "model.safetensors"]));
    }

    [TestMethod]
    public void A_vector_too_large_for_one_file_is_still_named_by_that_file()
    {
        using var folder = new TemporaryFolder();
        var report = VectorExtraction.Run(From, Minus, folder["v.safetensors"], Options(folder) with { MaxShardSize = 1_000_000 }, CancellationToken.None);
        Extract(folder, "whole.safetensors");

        Assert.IsFalse(File.Exists(folder["v.safetensors"]));
        Assert.IsGreaterThan(2, report.Files.Count);
        Merge(folder, "cut", RecipeInput.Of(folder["v.safetensors"], null, 1));
        Merge(folder, "whole", RecipeInput.Of(folder["whole.safetensors"], null, 1));
        CollectionAssert.AreEqual(File.ReadAllBytes(folder["whole", "model.safetensors"]), File.ReadAllBytes(folder["cut", "model.safetensors"]));
    }

    [TestMethod]
    public void The_same_pair_gives_the_same_bytes_from_the_cache_without_it_and_on_any_number_of_threads()
    {
        using var folder = new TemporaryFolder();
        Assert.IsFalse(Extract(folder, "v.safetensors").CacheHit);
        var first = File.ReadAllBytes(folder["v.safetensors"]);

        Assert.IsTrue(Extract(folder, "v.safetensors").CacheHit);
        CollectionAssert.AreEqual(first, File.ReadAllBytes(folder["v.safetensors"]));
        VectorExtraction.Run(From, Minus, folder["v.safetensors"], Options(folder) with { UseCache = false, Threads = 5 }, CancellationToken.None);
        CollectionAssert.AreEqual(first, File.ReadAllBytes(folder["v.safetensors"]));
    }

    [TestMethod]
    public void An_output_that_is_no_vector_file_is_refused_and_nothing_is_written()
    {
        using var folder = new TemporaryFolder();

        var error = Assert.ThrowsExactly<DiagnosticException>(() => Extract(folder, "vector.bin"));

        Assert.AreEqual("TA2022", error.Diagnostics.Single().Code);
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    [DataRow(false, false)]
    [DataRow(false, true)]
    [DataRow(true, false)]
    [DataRow(true, true)]
    public void A_new_vector_replaces_the_former_one_and_all_of_its_files(bool formerIsCut, bool newIsCut)
    {
        using var folder = new TemporaryFolder();
        Run(Minus, From, formerIsCut, "out/v.safetensors");
        Run(From, Minus, newIsCut, "expected/v.safetensors");

        var report = Run(From, Minus, newIsCut, "out/v.safetensors");

        CollectionAssert.AreEquivalent(Contents("expected"), Contents("out"));
        CollectionAssert.AreEquivalent(Contents("out").Select(c => c.Name).ToList(), report.Files.Select(Path.GetFileName).ToList());

        ExtractReport Run(string from, string minus, bool cut, string output) => VectorExtraction.Run(
            from, minus, folder[output], Options(folder) with { UseCache = false, DType = DType.F32, MaxShardSize = cut ? 1_000_000 : long.MaxValue }, CancellationToken.None);

        List<(string Name, string Digest)> Contents(string name) =>
            [.. Directory.GetFiles(folder[name], "*", new EnumerationOptions { AttributesToSkip = 0 }).Select(f => (Path.GetFileName(f), TaskArithmetic.Caching.FileDigests.Compute(f)))];
    }

    [TestMethod]
    public void Numbered_files_of_another_content_have_other_names()
    {
        using var folder = new TemporaryFolder();
        var options = Options(folder) with { MaxShardSize = 1_000_000, DType = DType.F32 };
        var first = VectorExtraction.Run(From, Minus, folder["a", "v.safetensors"], options, CancellationToken.None).Files.Select(Path.GetFileName).ToList();
        var second = VectorExtraction.Run(Minus, From, folder["b", "v.safetensors"], options, CancellationToken.None).Files.Select(Path.GetFileName).ToList();

        CollectionAssert.AreEqual(new[] { "v.safetensors.index.json" }, first.Intersect(second).ToArray());
        Assert.IsTrue(first.Where(f => f != "v.safetensors.index.json").All(f => System.Text.RegularExpressions.Regex.IsMatch(f!, "^v-[0-9a-f]{16}-0000.-of-0000.\\.safetensors$")), string.Join(" ", first));
    }

    [TestMethod]
    public void What_killed_runs_left_goes_and_what_only_looks_alike_stays()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["out"]);
        string[] leftovers = ["v-0123456789abcdef-00001-of-00002.safetensors"];
        string[] others = ["v-0123456789abcdef-00001-of-00002.bin", "v-notes-00001-of-00002.safetensors", "v-00001-of-00002.safetensors", "w-0123456789abcdef-00001-of-00002.safetensors"];
        foreach (var name in leftovers.Concat(others))
            File.WriteAllText(folder["out", name], "");
        Directory.CreateDirectory(folder["out", $".v.safetensors.{Guid.NewGuid():N}.new"]);
        Directory.CreateDirectory(folder["out", $".v2.safetensors.{Guid.NewGuid():N}.new"]);

        Extract(folder, "out/v.safetensors");

        CollectionAssert.AreEquivalent(
            others.Append("v.safetensors").ToArray(), Directory.GetFiles(folder["out"], "*", new EnumerationOptions { AttributesToSkip = 0 }).Select(Path.GetFileName).ToArray());
        Assert.HasCount(1, Directory.GetDirectories(folder["out"], "*", new EnumerationOptions { AttributesToSkip = 0 }));
    }

    [TestMethod]
    public void Somebodys_model_under_the_name_of_the_output_is_not_replaced_and_a_damaged_vector_is()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["model"]);
        File.Copy(Path.Combine(Target, "model.safetensors"), folder["model", "model.safetensors"]);
        Extract(folder, "v.safetensors");
        using (var file = new FileStream(folder["v.safetensors"], FileMode.Open))
            file.SetLength(100);

        var refusal = Assert.ThrowsExactly<DiagnosticException>(() => Extract(folder, "model/model.safetensors"));
        Extract(folder, "v.safetensors");

        Assert.AreEqual("TA3012", refusal.Diagnostics.Single().Code);
        CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(Target, "model.safetensors")), File.ReadAllBytes(folder["model", "model.safetensors"]));
        using var vector = Checkpoint.Open(folder["v.safetensors"]);
        Assert.IsNotNull(VectorMetadata.Of(vector));
    }

    [TestMethod]
    [DataRow("v.safetensors", "notes of a person, long enough to be a header", DisplayName = "text")]
    [DataRow("v.safetensors", null, DisplayName = "a checkpoint that is still being fetched")]
    [DataRow("v.safetensors.index.json", "{\"mine\": 1}", DisplayName = "an index that is none")]
    public void Files_that_cannot_be_read_are_not_taken_for_damaged_vectors(string name, string? text)
    {
        using var folder = new TemporaryFolder();
        var file = folder[name];
        if (text is not null)
            File.WriteAllText(file, text);
        else
            File.WriteAllBytes(file, File.ReadAllBytes(Path.Combine(Target, "model.safetensors"))[..^1000]);
        var before = File.ReadAllBytes(file);

        Assert.AreEqual("TA3012", Assert.ThrowsExactly<DiagnosticException>(() => Extract(folder, "v.safetensors")).Diagnostics.Single().Code);

        CollectionAssert.AreEqual(before, File.ReadAllBytes(file));
    }

    [TestMethod]
    [RequiresShared("models/stories260K")]
    public void Donors_that_do_not_fit_each_other_are_told_so_without_a_word_of_a_target()
    {
        using var folder = new TemporaryFolder();
        var other = SharedData.PathOf("models", "stories260K");
        foreach (var (from, minus) in new[] { (From, other), (other, Minus), (From, Path.Combine(Minus, "model.safetensors")) })
        {
            var error = Assert.ThrowsExactly<DiagnosticException>(() => VectorExtraction.Run(from, minus, folder["v.safetensors"], Options(folder), CancellationToken.None));

            Assert.IsFalse(error.Diagnostics.Any(d => d.Message.Replace(from, "").Replace(minus, "").Contains("target") || d.Message.Contains("the base")), error.Message);
        }
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    [RequiresShared("models/stories260K")]
    public void A_vector_of_another_architecture_is_refused_by_what_its_metadata_say()
    {
        using var folder = new TemporaryFolder();
        VectorExtraction.Run(SharedData.PathOf("models", "stories260K-family", "add"), SharedData.PathOf("models", "stories260K"), folder["v.safetensors"], Options(folder), CancellationToken.None);

        var error = Assert.ThrowsExactly<DiagnosticException>(() => Merge(folder, "out", RecipeInput.Of(folder["v.safetensors"], null, 1)));

        Assert.IsTrue(error.Diagnostics.Any(d => d.Code == "TA2021" && d.Message.Contains("model_type")), error.Message);
        Assert.IsTrue(error.Diagnostics.Any(d => d.Code == "TA1008"), error.Message);
    }

    private static ExtractOptions Options(TemporaryFolder folder) => new() { CacheDirectory = folder["cache"] };

    private static ExtractReport Extract(TemporaryFolder folder, string name) =>
        VectorExtraction.Run(From, Minus, folder[name], Options(folder), CancellationToken.None);

    private static void Merge(TemporaryFolder folder, string output, RecipeInput term, string? target = null) =>
        ModelMerge.Run(new Recipe { Base = target ?? Target, Inputs = [term] }, folder[output], new MergeOptions { CacheDirectory = folder["cache"], UseCache = false }, CancellationToken.None);
}
