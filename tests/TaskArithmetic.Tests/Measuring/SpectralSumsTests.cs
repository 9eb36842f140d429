using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Measuring;
using TaskArithmetic.Tests.Methods;

namespace TaskArithmetic.Tests.Measuring;

[TestClass]
public sealed class SpectralSumsTests
{
    private static readonly JacobiLinearAlgebra Algebra = new();

    [TestMethod]
    public void A_matrix_of_equal_singular_values_has_full_rank_by_both_measures()
    {
        var sums = SpectralSums.Of([2, 0, 0, 0, 2, 0, 0, 0, 2], 3, 3, Algebra);

        Assert.AreEqual(3, sums.StableRank!.Value, 1e-12);
        Assert.AreEqual(3, sums.EffectiveRank!.Value, 1e-12);
        Assert.AreEqual(4, sums.Energy[0], 1e-12);
        Assert.AreEqual(12, sums.Energy[1], 1e-12);
    }

    [TestMethod]
    public void A_product_of_two_vectors_has_rank_one_and_keeps_all_its_energy_in_one()
    {
        var sums = SpectralSums.Of([1, 2, 3, 2, 4, 6], 2, 3, Algebra);

        Assert.AreEqual(1, sums.StableRank!.Value, 1e-6);
        Assert.AreEqual(1, sums.EffectiveRank!.Value, 1e-4);
        Assert.AreEqual(sums.Squared, sums.Energy[0], 1e-4);
    }

    [TestMethod]
    public void A_zero_vector_has_no_rank()
    {
        var sums = SpectralSums.Of(new float[6], 2, 3, Algebra);

        Assert.IsNull(sums.StableRank);
        Assert.IsNull(sums.EffectiveRank);
        Assert.AreEqual(0, sums.Squared);
    }

    [TestMethod]
    public void Entries_of_equal_magnitude_are_taken_into_a_mask_in_their_order()
    {
        var spectrum = BaseSpectrum.Of([1, -1, 1, 1], 2, 2, new() { Rank = 2, MaskShare = 0.5 }, Algebra);

        CollectionAssert.AreEqual((bool[])[true, true, false, false], spectrum.Low);
    }

    [TestMethod]
    public void A_scaled_model_drifts_in_its_values_and_not_in_its_subspaces()
    {
        float[] matrix = [3, 1, 0, 2, 1, 1];
        float[] model = [.. matrix.Select(v => v * 1.5f)];
        var spectrum = BaseSpectrum.Of(matrix, 2, 3, new() { Rank = 1, MaskShare = 0.5 }, Algebra);

        var sums = SpectralSums.Of([.. model.Zip(matrix, (x, b) => x - b)], 2, 3, Algebra).Beside(spectrum, model, [1, 1, 0, 1, 1, 1], Algebra);

        Assert.AreEqual(0.5, Math.Sqrt(sums.DriftSquared / sums.BaseSquared), 1e-6);
        Assert.AreEqual(1, sums.SmallestCosine!.Value, 1e-6);
        Assert.AreEqual(5, sums.Changed);
        Assert.AreEqual(3, sums.Principal.Size);
    }

    [TestMethod]
    public void Any_place_of_an_order_is_found_without_sorting()
    {
        var random = new Random(1);
        for (var length = 1; length < 60; length++)
        {
            var values = Enumerable.Range(0, length).Select(_ => (double)random.Next(12)).ToArray();
            var sorted = values.OrderDescending().ToArray();
            for (var i = 0; i < length; i++)
                Assert.AreEqual(sorted[i], TopFraction.Descending(values, i), $"{length} {i}");
        }
    }
}
