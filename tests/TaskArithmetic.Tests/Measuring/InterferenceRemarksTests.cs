using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Comparing;
using TaskArithmetic.Measuring;

namespace TaskArithmetic.Tests.Measuring;

[TestClass]
public sealed class InterferenceRemarksTests
{
    [TestMethod]
    public void Sparse_vectors_of_like_norms_and_unrelated_signs_are_to_be_added_at_full_strength()
    {
        var remarks = Remarks(Vector(1000, 0.1, i => i % 4 == 0), Vector(1000, 0.2, i => i % 4 == 0, seed: 7));

        Assert.IsTrue(remarks.Any(r => r.StartsWith("a: sparse, 75 %", StringComparison.Ordinal)), string.Join('\n', remarks));
        Assert.IsTrue(remarks.Any(r => r.Contains("cannot be told", StringComparison.Ordinal)), string.Join('\n', remarks));
    }

    [TestMethod]
    public void A_vector_that_drowns_the_other_is_named()
    {
        var remarks = Remarks(Vector(1000, 0.01, _ => true), Vector(1000, 0.3, _ => true, seed: 7));

        var remark = remarks.Single(r => r.Contains("cut the larger one", StringComparison.Ordinal));
        Assert.Contains("(b)", remark);
        Assert.Contains("norms differ", remark);
        Assert.Contains("signs conflict in", remark);
    }

    [TestMethod]
    public void What_bfloat16_swallows_is_said()
    {
        var remarks = Remarks(Vector(1000, 1e-4, _ => true), Vector(1000, 0.3, _ => true, seed: 7));

        Assert.IsTrue(remarks.Any(r => r.StartsWith("a: ", StringComparison.Ordinal) && r.Contains("survive rounding into a bfloat16 target (below 95 %)", StringComparison.Ordinal)), string.Join('\n', remarks));
        Assert.IsFalse(remarks.Any(r => r.StartsWith("b: ", StringComparison.Ordinal) && r.Contains("survive", StringComparison.Ordinal)), string.Join('\n', remarks));
    }

    private static IReadOnlyList<string> Remarks(float[] a, float[] c)
    {
        var common = new MemoryInput([.. Enumerable.Range(0, a.Length).Select(i => 1f + (i / (float)a.Length))]);
        var tensor = new MeasuredTensorInputs("t", [(ulong)a.Length], common, common, [new(new MemoryInput(a), null, 1), new(new MemoryInput(c), null, 1)]);
        var sums = new InterferenceMeasurement(2).Run([tensor], 1, null, null, CancellationToken.None);
        return new InterferenceReport([new("a", "first"), new("b", "second")], [new("t", sums[0], null)], []).Remarks;
    }

    private static float[] Vector(int count, double size, Func<int, bool> isChanged, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => isChanged(i) ? (float)(size * (0.5 + random.NextDouble()) * (random.Next(2) == 0 ? 1 : -1)) : 0)];
    }
}
