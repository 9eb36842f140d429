using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Comparing;
using TaskArithmetic.Compression;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Measuring;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.Tests.Methods;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Comparing;

/// <summary>What happens to tensors that are not in all models, not floats, or one in two names.</summary>
[TestClass]
public sealed class VectorComparisonTests
{
    private const string Tied = """{"model_type": "llama", "tie_word_embeddings": true}""";

    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void CleanUp() => folder.Dispose();

    [TestMethod]
    public void Integers_are_not_looked_at_and_what_one_model_lacks_is_left_out()
    {
        var (w, extra, ids) = (TestTensor.Random("w", DType.F32, 1, 1, 4, 4), TestTensor.Random("extra", DType.F32, 2, 1, 4), new TestTensor("ids", DType.I32, [2], new byte[8]));
        Write("base", w, extra, ids);
        Write("a", w.Map(x => x + 1), extra, ids);
        Write("b", w.Map(x => x - 1), ids);

        var report = Compare("a", "b");

        Assert.AreEqual("w", report.At(GroupLevel.Tensor).Single().Name);
        Assert.AreEqual(-1, report.Whole.Pairs[0].Cosine!.Value, 1e-6);
        Assert.Contains("extra", report.LeftOut.Single());
    }

    [TestMethod]
    public void A_tied_head_is_counted_once_whichever_name_holds_it()
    {
        var embedding = TestTensor.Random("model.embed_tokens.weight", DType.F32, 1, 1, 8, 4);
        TestTensor Head(Func<float, float> change) => embedding.Map(change) with { Name = "lm_head.weight" };
        ModelFolder.Write(folder["base"], Tied, embedding);
        ModelFolder.Write(folder["a"], Tied, embedding.Map(x => 2 * x), Head(x => 2 * x));
        ModelFolder.Write(folder["b"], Tied, Head(x => 3 * x));

        var report = Compare("a", "b");

        Assert.AreEqual("model.embed_tokens.weight", report.At(GroupLevel.Tensor).Single().Name);
        Assert.AreEqual(2, report.Whole.Pairs[0].NormRatio!.Value, 1e-6);
    }

    [TestMethod]
    public void Dtypes_may_differ_and_names_of_training_wrappers_are_dropped()
    {
        var w = TestTensor.Vector("w", DType.F32, 1, 2, 3, 4);
        Write("base", w.As(DType.F64));
        Write("a", w.Map(x => x + 1).As(DType.F16));
        Write("b", w.Map(x => x + 2).As(DType.BF16) with { Name = "_orig_mod.w" });

        var report = Compare("a", "b");

        Assert.AreEqual(2, report.Whole.Vectors[0].Norm);
        Assert.AreEqual(4, report.Whole.Vectors[1].Norm);
        Assert.AreEqual(1, report.Whole.Pairs[0].Cosine);
    }

    [TestMethod]
    public void A_compact_vector_is_compared_as_what_it_decodes_to()
    {
        var w = TestTensor.Random("model.layers.0.mlp.up_proj.weight", DType.F32, 1, 0.1f, 24, 16);
        Write("base", w.Map(x => 2));
        ModelFolder.WriteFile(folder["vector.safetensors"], w);
        VectorCompression.Run(folder["vector.safetensors"], folder["compact.safetensors"], new() { Form = CompactForm.LowRank, Rank = 8 }, new JacobiLinearAlgebra(), CancellationToken.None);
        Write("model", w.Map(x => 2 + x));

        using var comparison = VectorComparison.Open(ComparedSide.Parse(folder["model"]), ComparedSide.Parse(folder["compact.safetensors"]), folder["base"], null);
        var found = comparison.Measure(new() { LinearAlgebra = new JacobiLinearAlgebra(), Spectrum = new() { Rank = 2 } }, CancellationToken.None);

        // The projection onto the leading directions: its cosine is the root of the energy it keeps.
        var (cosine, energy) = (found.Whole.Pairs[0].Cosine!.Value, found.Whole.Vectors[0].EnergyRetained!);
        Assert.IsTrue(cosine * cosine > energy[1] && cosine * cosine < energy[2], $"{cosine * cosine} {string.Join(' ', energy)}");
        Assert.AreEqual(1, found.Whole.Vectors[1].EnergyRetained![2], 1e-6);
        Assert.AreEqual(1, found.Tensors);
    }

    [TestMethod]
    public void What_is_wrong_with_all_sides_is_told_at_once()
    {
        Write("a", TestTensor.Vector("w", DType.F32, 1));

        var thrown = Assert.ThrowsExactly<DiagnosticException>(() => VectorComparison.Open(
            ComparedSide.Parse(folder["a"]), ComparedSide.Parse($"{folder["absent"]},minus={folder["missing"]}"), null, folder["nowhere"]));

        CollectionAssert.AreEquivalent((string[])["TA2001", "TA2001", "TA2001", "TA2132"], thrown.Diagnostics.Select(d => d.Code).ToArray());
    }

    [TestMethod]
    [DataRow("models/a,b", "models/a,b", null, 1.0)]
    [DataRow("a,minus=b", "a", "b", 1.0)]
    [DataRow("a, alpha=-0.5 ,minus=b", "a", "b", -0.5)]
    public void A_side_is_a_path_with_what_is_subtracted_and_a_strength(string text, string path, string? minus, double strength) =>
        Assert.AreEqual(new ComparedSide(path, minus, strength), ComparedSide.Parse(text));

    private InterferenceReport Compare(string a, string b)
    {
        using var comparison = VectorComparison.Open(ComparedSide.Parse(folder[a]), ComparedSide.Parse(folder[b]), folder["base"], null);
        return comparison.Measure(new(), CancellationToken.None);
    }

    private void Write(string name, params IReadOnlyList<TestTensor> tensors) => ModelFolder.Write(folder[name], null, tensors);
}
