using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Compression;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Extraction;
using TaskArithmetic.Inputs;
using TaskArithmetic.Merging;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Adapters;
using TaskArithmetic.Tests.Documentation;
using TaskArithmetic.Tests.Methods;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Compression;

[TestClass]
[RequiresShared("models/tiny-reasoner")]
public sealed partial class VectorCompressionTests
{
    private static readonly string Target = SharedData.PathOf("models", "tiny-reasoner", "target");
    private static readonly Lazy<byte[]> Vector = new(() => ExtractVector(SharedData.PathOf("models", "tiny-reasoner", "grpo"), SharedData.PathOf("models", "tiny-reasoner", "sft")));

    [TestMethod]
    [DataRow(nameof(CompactForm.Sparse))]
    [DataRow(nameof(CompactForm.Zstd))]
    public void A_lossless_form_is_smaller_and_merges_to_the_same_bytes(string name)
    {
        var form = Enum.Parse<CompactForm>(name);
        using var folder = WithVector();
        var report = Compress(folder, new CompressOptions { Form = form });

        Assert.IsTrue(report.Quality.IsLossless);
        Assert.AreEqual(1, report.Quality.Cosine, 1e-12);
        Assert.IsLessThan(report.InputBytes, report.OutputBytes);
        Merge(folder, "plain", "v.safetensors");
        Merge(folder, "compact", "c.safetensors");
        CollectionAssert.AreEqual(File.ReadAllBytes(folder["plain", "model.safetensors"]), File.ReadAllBytes(folder["compact", "model.safetensors"]));
    }

    [TestMethod]
    [DataRow(nameof(CompactForm.Sparse), 1)]
    [DataRow(nameof(CompactForm.Sparse), 7)]
    [DataRow(nameof(CompactForm.BitDelta), 1)]
    [DataRow(nameof(CompactForm.BitDelta), 13)]
    [DataRow(nameof(CompactForm.Zstd), 16001)]
    [DataRow(nameof(CompactForm.Sparse), 16001)]
    [DataRow(nameof(CompactForm.BitDelta), 16001)]
    [DataRow(nameof(CompactForm.LowRank), 16001)]
    public void What_is_decoded_does_not_depend_on_how_it_is_cut(string name, int run)
    {
        var form = Enum.Parse<CompactForm>(name);
        using var folder = form == CompactForm.LowRank ? WithSmallVector() : WithVector();
        Compress(folder, new CompressOptions { Form = form, Rank = form == CompactForm.LowRank ? 4 : null });

        using var written = Checkpoint.Open(folder["c.safetensors"]);
        using var plain = Checkpoint.Open(folder["v.safetensors"]);
        var decoded = CompactVector.TensorsOf(written)!;
        CollectionAssert.AreEquivalent(plain.Tensors.Keys.ToList(), decoded.Keys.ToList());
        foreach (var (tensor, input) in decoded.Where(d => run > 1000 || d.Value.Stored[0].Info.ElementCount < 20_000))
        {
            CollectionAssert.AreEqual(WholeInput.Read(input, int.MaxValue / 2), WholeInput.Read(input, run), tensor);
            Assert.IsTrue(input.Shape.SequenceEqual(plain.Tensors[tensor].Info.Shape), tensor);
        }
    }

    [TestMethod]
    public void A_link_to_the_vector_is_no_other_output()
    {
        using var folder = WithVector();
        var before = File.ReadAllBytes(folder["v.safetensors"]);
        File.CreateSymbolicLink(folder["c.safetensors"], folder["v.safetensors"]);

        var refusal = Assert.ThrowsExactly<DiagnosticException>(() => Compress(folder, new CompressOptions { Form = CompactForm.BitDelta }));

        Assert.AreEqual("TA2016", refusal.Diagnostics.Single().Code);
        CollectionAssert.AreEqual(before, File.ReadAllBytes(folder["v.safetensors"]));
    }

    [TestMethod]
    public void An_output_that_is_a_link_stays_one_and_its_target_is_written()
    {
        using var folder = WithVector();
        File.CreateSymbolicLink(folder["c.safetensors"], folder["elsewhere.safetensors"]);

        Compress(folder, new CompressOptions { Form = CompactForm.Zstd });

        Assert.IsNotNull(new FileInfo(folder["c.safetensors"]).LinkTarget);
        Assert.IsNull(new FileInfo(folder["elsewhere.safetensors"]).LinkTarget);
        using var written = Checkpoint.Open(folder["elsewhere.safetensors"]);
        Assert.IsNotNull(CompactVector.TensorsOf(written));
    }

    [TestMethod]
    [DataRow("60kB")]
    [DataRow("200kB")]
    [DataRow("350kB")]
    public void A_size_keeps_exactly_the_largest_magnitudes_that_fit(string size)
    {
        using var folder = WithVector();
        var most = ByteSize.Parse(size);
        var report = Compress(folder, new CompressOptions { Form = CompactForm.Sparse, MaxSize = most });

        Assert.IsLessThanOrEqualTo(most, report.OutputBytes);
        Assert.IsGreaterThan(most - 16, report.OutputBytes, "room for another element is left");
        using var plain = Checkpoint.Open(folder["v.safetensors"]);
        using var written = Checkpoint.Open(folder["c.safetensors"]);
        var decoded = CompactVector.TensorsOf(written)!;
        var all = plain.Tensors.Keys.Order(StringComparer.Ordinal)
            .SelectMany(name => WholeInput.Read(new StoredInput(plain.Tensors[name])).Zip(WholeInput.Read(decoded[name]))).ToList();
        var kept = all.OrderByDescending(v => Math.Abs(v.First)).Take((int)report.Quality.Kept).ToList();
        Assert.IsTrue(all.All(v => v.Second == 0 || v.Second == v.First));
        Assert.AreEqual(kept.Sum(v => Math.Abs((double)v.First)), all.Sum(v => Math.Abs((double)v.Second)), 1e-9);
        // OrderByDescending is stable: of equal magnitudes the first ones.
        Assert.IsTrue(kept.TrueForAll(v => v.Second == v.First));
    }

    [TestMethod]
    public void Signs_with_the_mean_magnitude_of_each_row_are_what_the_paper_says()
    {
        using var folder = WithVector();
        var rows = Compress(folder, new CompressOptions { Form = CompactForm.BitDelta });
        using (var written = Checkpoint.Open(folder["c.safetensors"]))
        using (var plain = Checkpoint.Open(folder["v.safetensors"]))
        {
            var name = plain.Tensors.Keys.First(k => k.EndsWith("q_proj.weight", StringComparison.Ordinal));
            var (values, decoded) = (WholeInput.Read(new StoredInput(plain.Tensors[name])), WholeInput.Read(CompactVector.TensorsOf(written)![name]));
            var columns = (int)plain.Tensors[name].Info.Shape[1];
            for (var i = 0; i < values.Length; i++)
            {
                var mean = (float)values.AsSpan(i / columns * columns, columns).ToArray().Average(v => Math.Abs((double)v));
                Assert.AreEqual(values[i] > 0 ? mean : -mean, decoded[i], 1e-9f * Math.Abs(mean) + 1e-12f, $"{name}[{i}]");
            }
        }
        var whole = Compress(folder, new CompressOptions { Form = CompactForm.BitDelta, OneScale = true });
        Assert.IsLessThan(whole.Quality.RelativeError, rows.Quality.RelativeError);
        Assert.IsLessThan(rows.OutputBytes, whole.OutputBytes);
    }

    [TestMethod]
    public void Full_rank_gives_the_vector_back_but_for_the_rounding_of_the_factors_and_a_size_is_kept()
    {
        using var folder = WithSmallVector();
        Assert.IsLessThan(0.01, Compress(folder, new CompressOptions { Form = CompactForm.LowRank, Rank = 10_000 }).Quality.RelativeError);
        var sized = Compress(folder, new CompressOptions { Form = CompactForm.LowRank, MaxSize = 60_000 });
        Assert.IsLessThanOrEqualTo(60_000L, sized.OutputBytes);
        var energy = Compress(folder, new CompressOptions { Form = CompactForm.LowRank, Energy = 0.9 });
        Assert.IsLessThan(Math.Sqrt(0.1) + 0.01, energy.Quality.RelativeError);
    }

    [TestMethod]
    public void All_metadata_of_the_vector_are_kept()
    {
        using var folder = WithVector();
        Compress(folder, new CompressOptions { Form = CompactForm.Zstd });
        var (before, after) = (SafetensorsFile.ReadHeader(folder["v.safetensors"]).Metadata, SafetensorsFile.ReadHeader(folder["c.safetensors"]).Metadata);
        foreach (var (key, value) in before)
            Assert.AreEqual(value, after[key]);
        Assert.HasCount(before.Count + 1, after);
    }

    [TestMethod]
    public void What_a_target_keeps_is_measured_in_its_dtype()
    {
        using var folder = WithVector();
        var lossless = Compress(folder, new CompressOptions { Form = CompactForm.Zstd, Target = Target }).Quality;
        Assert.AreEqual(1, lossless.SameOutput);
        Assert.AreEqual(lossless.Survival, lossless.CompactSurvival);
        Assert.IsTrue(lossless.Survival is > 0 and < 1);
        var lossy = Compress(folder, new CompressOptions { Form = CompactForm.BitDelta, Target = Target }).Quality;
        Assert.IsTrue(lossy.SameOutput is > 0 and < 1);
        Assert.IsNull(Compress(folder, new CompressOptions { Form = CompactForm.Zstd }).Quality.SameOutput);
    }

    [TestMethod]
    [DataRow(nameof(CompactForm.Sparse))]
    [DataRow(nameof(CompactForm.BitDelta))]
    [DataRow(nameof(CompactForm.Zstd))]
    public void A_damaged_compact_vector_is_refused_with_a_code_or_decoded(string name)
    {
        var form = Enum.Parse<CompactForm>(name);
        using var folder = WithVector();
        Compress(folder, new CompressOptions { Form = form });
        var bytes = File.ReadAllBytes(folder["c.safetensors"]);
        var random = new Random(3);
        var refused = 0;
        for (var i = 0; i < 60; i++)
        {
            var damaged = bytes.ToArray();
            damaged[random.Next(8, damaged.Length)] ^= (byte)(1 << random.Next(8));
            damaged[random.Next(8, 4000)] ^= (byte)random.Next(1, 256);
            File.WriteAllBytes(folder["d.safetensors"], damaged);
            try
            {
                using var opened = Checkpoint.Open(folder["d.safetensors"]);
                foreach (var input in CompactVector.TensorsOf(opened)?.Values ?? [])
                {
                    if (input.DType.IsMergeable() && input.Shape.Aggregate(1UL, (a, b) => a * b) < 1 << 24)
                        WholeInput.Read(input);
                }
            }
            catch (DiagnosticException)
            {
                refused++;
            }
        }
        Assert.IsGreaterThan(5, refused);
    }

    [TestMethod]
    public void What_cannot_be_done_is_told_and_leaves_nothing_behind()
    {
        using var folder = WithVector();
        Assert.AreEqual("TA2124", Code(new CompressOptions { Form = CompactForm.Zstd, MaxSize = 5000 }));
        Assert.AreEqual("TA2124", Code(new CompressOptions { Form = CompactForm.Sparse, MaxSize = 100 }));
        Assert.AreEqual("TA2123", Code(new CompressOptions { Form = CompactForm.LowRank }));
        Assert.AreEqual("TA2123", Code(new CompressOptions { Form = CompactForm.Zstd, Rank = 4 }));
        Assert.AreEqual("TA2125", Assert.ThrowsExactly<DiagnosticException>(() => VectorCompression.Run(Target, folder["c.safetensors"], new CompressOptions { Form = CompactForm.Zstd }, null, default)).Diagnostics.Single().Code);
        CollectionAssert.AreEqual(new[] { "v.safetensors" }, Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).ToList());
        Compress(folder, new CompressOptions { Form = CompactForm.Zstd });
        Assert.AreEqual("TA2125", Assert.ThrowsExactly<DiagnosticException>(() => VectorCompression.Run(folder["c.safetensors"], folder["e.safetensors"], new CompressOptions { Form = CompactForm.Zstd }, null, default)).Diagnostics.Single().Code);

        string Code(CompressOptions options) => Assert.ThrowsExactly<DiagnosticException>(() => Compress(folder, options)).Diagnostics.Single().Code;
    }

    [TestMethod]
    [RequiresRepository]
    public void The_table_of_the_documentation_says_what_is_measured()
    {
        using var folder = WithVector();
        var rows = TableRow().Matches(File.ReadAllText(Repository.PathOf("docs", "compact-vectors.md"))).Where(m => m.Groups["form"].Value != "lowrank").ToList();
        Assert.HasCount(6, rows);
        foreach (var row in rows)
        {
            var size = row.Groups["size"].Value;
            var report = Compress(folder, new CompressOptions
            {
                Form = Enum.Parse<CompactForm>(row.Groups["form"].Value, ignoreCase: true),
                MaxSize = size.Length > 0 ? ByteSize.Parse(size) : null,
                OneScale = row.Groups["rest"].Value.Contains("--one-scale", StringComparison.Ordinal),
                Target = Target,
            });
            var label = row.Groups["form"].Value + row.Groups["rest"].Value;
            // The version of the tool stands in the metadata.
            Assert.AreEqual(Number("kB"), report.OutputBytes / 1e3, 0.5, label);
            Assert.AreEqual(Number("error"), report.Quality.RelativeError, 1e-3, label);
            Assert.AreEqual(Number("cosine"), report.Quality.Cosine, 1e-3, label);
            Assert.AreEqual(Number("survival") / 100, report.Quality.CompactSurvival!.Value, 1e-3, label);
            Assert.AreEqual(Number("same") / 100, report.Quality.SameOutput!.Value, 1e-3, label);

            double Number(string group) => double.Parse(row.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
        }
    }

    private static TemporaryFolder WithVector()
    {
        var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["v.safetensors"], Vector.Value);
        return folder;
    }

    /// <summary>Matrices that singular values take no time for.</summary>
    private static TemporaryFolder WithSmallVector()
    {
        var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["v.safetensors"], ExtractVector(SharedData.PathOf("golden", "mergekit-yaml", "models", "llama-sft"), SharedData.PathOf("golden", "mergekit-yaml", "models", "llama-base")));
        return folder;
    }

    private static byte[] ExtractVector(string from, string minus)
    {
        using var folder = new TemporaryFolder();
        VectorExtraction.Run(from, minus, folder["v.safetensors"], new ExtractOptions { CacheDirectory = folder["cache"] }, CancellationToken.None);
        return File.ReadAllBytes(folder["v.safetensors"]);
    }

    private static CompressReport Compress(TemporaryFolder folder, CompressOptions options) =>
        VectorCompression.Run(folder["v.safetensors"], folder["c.safetensors"], options, new JacobiLinearAlgebra(), CancellationToken.None);

    private static void Merge(TemporaryFolder folder, string output, string vector) => ModelMerge.Run(
        new Recipe { Base = Target, Inputs = [RecipeInput.Of(folder[vector], null, 0.7)] }, folder[output], new MergeOptions { CacheDirectory = folder["cache"], UseCache = false }, CancellationToken.None);

    [GeneratedRegex(@"^\| `--form (?<form>\w+)(?<rest>[^`]*?(--max-size (?<size>\w+))?)` \| (?<kB>[\d.]+) kB \| [\d.]+ % \| (?<error>[\d.]+) \| (?<cosine>[\d.]+) \| (?<survival>[\d.]+) % \| (?<same>[\d.]+) % \|", RegexOptions.Multiline)]
    private static partial Regex TableRow();
}
