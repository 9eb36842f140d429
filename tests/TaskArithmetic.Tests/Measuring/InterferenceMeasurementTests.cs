using CsCheck;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Comparing;
using TaskArithmetic.Inputs;
using TaskArithmetic.Measuring;

namespace TaskArithmetic.Tests.Measuring;

[TestClass]
public sealed class InterferenceMeasurementTests
{
    [TestMethod]
    public void Sums_do_not_depend_on_the_number_of_threads()
    {
        var tensors = Enumerable.Range(0, 5).Select(i => Tensor($"t{i}", Values(3 * 4096 + (i * 977), i), Values(3 * 4096 + (i * 977), i + 10))).ToList();

        var one = Measure(tensors, threads: 1, chunkElements: 4096);
        var four = Measure(tensors, threads: 4, chunkElements: 4096);

        for (var i = 0; i < tensors.Count; i++)
        {
            CollectionAssert.AreEqual(one[i].Vectors, four[i].Vectors);
            CollectionAssert.AreEqual(one[i].Pairs, four[i].Pairs);
        }
    }

    [TestMethod]
    public void Counts_do_not_depend_on_the_size_of_chunks_and_sums_only_in_their_last_bits()
    {
        List<MeasuredTensorInputs> tensors = [Tensor("t", Values(50_021, 1), Values(50_021, 2))];

        var reference = Measure(tensors, 1, 65_536)[0];
        // Co-prime to registers, blocks and each other.
        foreach (var size in (int[])[997, 4096, 5003, 20_011])
        {
            var found = Measure(tensors, 2, size)[0];
            for (var i = 0; i < 2; i++)
            {
                var vector = found.Vectors[i];
                Assert.AreEqual(reference.Vectors[i], vector with { Squared = reference.Vectors[i].Squared, Magnitude = reference.Vectors[i].Magnitude, StrongSquared = reference.Vectors[i].StrongSquared });
                Assert.AreEqual(reference.Vectors[i].Squared, vector.Squared, 1e-13 * vector.Squared);
                Assert.AreEqual(reference.Vectors[i].Magnitude, vector.Magnitude, 1e-13 * vector.Magnitude);
            }
            Assert.AreEqual(reference.Pairs[0], found.Pairs[0] with { Dot = reference.Pairs[0].Dot, StrongDot = reference.Pairs[0].StrongDot });
            Assert.AreEqual(reference.Pairs[0].Dot, found.Pairs[0].Dot, 1e-12);
        }
    }

    [TestMethod]
    public void Every_sum_equals_the_one_of_a_plain_loop() =>
        Gen.Int[1, 300].SelectMany(n => Gen.Select(Numbers.Array[n], Numbers.Array[n], Numbers.Array[n])).Sample((a, c, b) =>
        {
            var found = Measure([Tensor("t", a, c, b)], 1, 64)[0];

            var (da, dc) = (a.Zip(b, (x, y) => x - y).ToArray(), c.Zip(b, (x, y) => x - y).ToArray());
            Assert.AreEqual(da.Count(d => d != 0), found.Vectors[0].NonZero);
            Assert.AreEqual(da.Count(d => MathF.Abs(d) > 1e-5f), found.Vectors[0].Active);
            Assert.AreEqual(a.Zip(b).Count(p => BFloat16(p.First) != BFloat16(p.Second)), found.Vectors[0].Changed);
            Assert.AreEqual(da.Zip(b).Count(p => p.First != 0 && BFloat16(p.Second + (0.5f * p.First)) != BFloat16(p.Second)), found.Vectors[0].Survived);
            Assert.AreEqual(da.Max(MathF.Abs), found.Vectors[0].Largest);
            Assert.AreEqual(da.Sum(d => Math.Abs((double)d)), found.Vectors[0].Magnitude, 1e-12);
            Assert.AreEqual(da.Zip(dc).Count(p => (double)p.First * p.Second < 0), found.Pairs[0].Conflicts);
            Assert.AreEqual(da.Zip(dc).Count(p => p.First == p.Second), found.Pairs[0].Equal);
            Assert.AreEqual(da.Zip(dc).Sum(p => (double)p.First * p.Second), found.Pairs[0].Dot, 1e-12);
            Assert.AreEqual(0.25 * found.Vectors[0].Squared, found.Vectors[0].StrongSquared);
        });

    [TestMethod]
    public void A_vector_without_a_base_has_norms_and_signs_and_no_bfloat16_facts()
    {
        var tensor = new MeasuredTensorInputs("t", [4], null, null, [new(new MemoryInput([1, 0, -2, 3]), null, 1), new(new MemoryInput([1, 1, 1, 0]), null, 1)]);

        var report = Report(tensor);
        var (vector, pair) = (report.Whole.Vectors[0], report.Whole.Pairs[0]);

        Assert.AreEqual(Math.Sqrt(14), vector.Norm);
        Assert.AreEqual(0.25, vector.ZeroShare);
        Assert.AreEqual(0.5, pair.ConflictShareBoth);
        Assert.AreEqual(0.25, pair.ConflictShareAll);
        Assert.IsNull(vector.ChangedBf16);
        Assert.IsNull(vector.SparsityBf16);
        Assert.IsNull(vector.SurvivalBf16);
        Assert.IsNull(pair.Jaccard);
        Assert.IsNull(pair.JaccardIndependent);
    }

    [TestMethod]
    public void Numbers_with_an_empty_denominator_do_not_exist()
    {
        var tensor = new MeasuredTensorInputs("t", [3], new MemoryInput([1, 2, 3]), null, [null, new(new MemoryInput([0, 0, 0]), null, 1)]);

        var report = Report(tensor);
        var (vector, pair) = (report.Whole.Vectors[0], report.Whole.Pairs[0]);

        Assert.AreEqual(0, vector.Norm);
        Assert.AreEqual(1, vector.ZeroShare);
        Assert.AreEqual(1, vector.SparsityBf16);
        foreach (var missing in (double?[])[vector.EnergyShare, vector.SurvivalBf16, vector.DirectionRetention, pair.NormRatio, pair.MeanMagnitudeRatio, pair.Cosine, pair.OrthogonalEnergy, pair.ConflictShareBoth, pair.SharedShareFirst, pair.Jaccard, pair.JaccardIndependent])
            Assert.IsNull(missing);
        Assert.AreEqual(0, pair.ConflictShareAll);
        CollectionAssert.Contains(report.Remarks.ToList(), "a: changes nothing");
    }

    [TestMethod]
    public void Groups_form_ratios_of_sums_and_not_means_of_ratios()
    {
        // Cosine 1 in a large tensor and −1 in a small one: the mean would be 0.
        var tensors = new[]
        {
            new MeasuredTensorInputs("model.layers.0.self_attn.q_proj.weight", [2], null, null, [new(new MemoryInput([3, 0]), null, 1), new(new MemoryInput([3, 0]), null, 1)]),
            new MeasuredTensorInputs("model.layers.0.mlp.up_proj.weight", [1], null, null, [new(new MemoryInput([1]), null, 1), new(new MemoryInput([-1]), null, 1)]),
        };

        var report = Report(tensors);

        Assert.AreEqual(0.8, report.Whole.Pairs[0].Cosine!.Value, 1e-15);
        Assert.AreEqual(0.8, report.At(GroupLevel.Layer).Single().Pairs[0].Cosine!.Value, 1e-15);
        Assert.AreEqual(0.9, report.At(GroupLevel.Kind).First().Vectors[0].EnergyShare!.Value, 1e-15);
        CollectionAssert.AreEqual((string[])["q", "up"], report.At(GroupLevel.Kind).Select(g => g.Name).ToArray());
    }

    [TestMethod]
    public void The_direction_that_is_retained_is_that_of_the_weighted_sum()
    {
        // u = 2·(1, 0), w = 1·(0, 2): cos(u, u + w) = 1/√2.
        var tensor = new MeasuredTensorInputs("t", [2], null, null, [new(new MemoryInput([1, 0]), null, 2), new(new MemoryInput([0, 2]), null, 1)]);

        Assert.AreEqual(Math.Sqrt(0.5), Report(tensor).Whole.Vectors[0].DirectionRetention!.Value, 1e-15);
    }

    [TestMethod]
    public void Each_pair_is_changed_against_its_own_base()
    {
        var (x, own, common) = (new MemoryInput([2, 1]), new MemoryInput([1, 1]), new MemoryInput([5, 5]));
        var tensor = new MeasuredTensorInputs("t", [2], common, null, [new(x, own, 1), new(x, common, 1)]);

        var report = Report(tensor);

        Assert.AreEqual(1, report.Whole.Vectors[0].ChangedBf16);
        Assert.AreEqual(2, report.Whole.Vectors[1].ChangedBf16);
        Assert.AreEqual(0.5, report.Whole.Pairs[0].Jaccard);
    }

    private static readonly Gen<float> Numbers = Gen.OneOf(Gen.Const(0f), Gen.OneOf(1f, 1.0078125f, -1f, 0.001f, 1e-5f, 2e-5f), Gen.Float[-1f, 1f]);

    private static InterferenceReport Report(params MeasuredTensorInputs[] tensors) =>
        new([new("a", "a"), new("b", "b")], [.. Measure(tensors, 1, 1 << 16).Zip(tensors, (s, t) => new MeasuredTensor(t.Name, s, null))], []);

    private static IReadOnlyList<InterferenceSums> Measure(IReadOnlyList<MeasuredTensorInputs> tensors, int threads, int chunkElements) =>
        new InterferenceMeasurement(2, chunkElements).Run(tensors, threads, null, null, CancellationToken.None);

    private static MeasuredTensorInputs Tensor(string name, float[] a, float[] c, float[]? b = null)
    {
        ITensorInput common = new MemoryInput(b ?? Values(a.Length, 99));
        return new(name, [(ulong)a.Length], common, common, [new(new MemoryInput(a), common, 0.5), new(new MemoryInput(c), common, 1)]);
    }

    /// <summary>Values with zeros, repeated ones and small ones, the same for a seed.</summary>
    private static float[] Values(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(4) == 0 ? 0.25f : (float)(random.NextDouble() - 0.5))];
    }

    private static float BFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF_0000);
    }
}
