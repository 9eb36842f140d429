using TaskArithmetic.Diagnostics;
using TaskArithmetic.Methods;
using TaskArithmetic.Methods.Randomness;
using TaskArithmetic.Tests.Kernels;

namespace TaskArithmetic.Tests.Methods;

/// <summary>Projection, placebo and the methods that merge by singular values.</summary>
[TestClass]
public sealed class VectorAlgebraTests
{
    private const string Matrix = "model.layers.0.mlp.up_proj.weight";
    private const int Size = 5000;

    [TestMethod]
    public void What_is_projected_out_is_gone_and_nothing_else()
    {
        var (d, e, f) = (MergeCase.Numbers(Size, 1), MergeCase.Numbers(Size, 2), MergeCase.Numbers(Size, 3));
        var merged = MergeCase.Of("project_out", [Size], new float[Size], [d, e, f]).Merge();
        Assert.AreEqual(0, Dot(merged, e), 1e-3);
        Assert.AreEqual(0, Dot(merged, f), 1e-3);
        var removed = d.Zip(merged, (x, y) => x - y).ToArray();
        Assert.AreEqual(0, Dot(merged, removed), 1e-3, "the removed part lies in the span of the others, across what stays");
    }

    [TestMethod]
    public void Projection_by_hand_with_parallel_and_vanishing_vectors()
    {
        Assert.AreSequenceEqual(new float[] { 1, 5, 1 }, MergeCase.Of("project_out", [3], [1, 1, 1], [[3, 5, 1], [2, 1, 1]]).Merge());
        Assert.AreSequenceEqual(new float[] { 1, 5, 1 }, MergeCase.Of("project_out", [3], [1, 1, 1], [[3, 5, 1], [2, 1, 1], [5, 1, 1], [1, 1, 1]]).Merge());
        Assert.AreSequenceEqual(new float[] { 3, 9, 1 }, MergeCase.Of("project_out", [3], [1, 1, 1], [[2, 5, 1], [1, 1, 1]], new() { ["lambda"] = 2.0 }).Merge());
    }

    [TestMethod]
    public void A_placebo_is_as_long_as_the_vector_and_has_nothing_else_of_it()
    {
        var (b, x) = (MergeCase.Numbers(Size, 1), MergeCase.Numbers(Size, 2));
        var vector = x.Zip(b, (v, w) => v - w).ToArray();
        var placebo = Placebo(new float[Size], vector, "a");
        Assert.AreEqual(Dot(vector, vector), Dot(placebo, placebo), 1e-4 * Dot(vector, vector));
        Assert.IsLessThan(0.06, Math.Abs(Dot(vector, placebo)) / Dot(vector, vector));
        Assert.IsLessThan(0.06, Math.Abs(Dot(Placebo(new float[Size], vector, "b"), placebo)) / Dot(vector, vector), "another tensor has another one");
        BitAssert.AreEqual(new float[Size], Placebo(new float[Size], new float[Size], "a"), "a zero vector");
    }

    [TestMethod]
    [DataRow("placebo")]
    [DataRow("project_out")]
    [DataRow("resmerge")]
    [DataRow("masked_task_arithmetic")]
    public void Neither_chunks_nor_threads_change_a_bit(string method)
    {
        Dictionary<string, object> mask = method == "masked_task_arithmetic" ? new() { ["rank"] = 2.0, ["alpha_principal"] = 0.3, ["alpha_low"] = 0.2 } : [];
        var merge = MergeCase.Of(method, [100, 50], MergeCase.Numbers(Size, 1), [MergeCase.Numbers(Size, 2), MergeCase.Numbers(Size, 3)], mask, tensor: Matrix);
        BitAssert.AreEqual(merge.Merge(), merge.Cut(333, 3).Merge(), method);
    }

    [TestMethod]
    public void Gaussian_numbers_have_the_moments_of_the_normal_distribution_from_any_index_on()
    {
        var numbers = new float[400_000];
        var source = new GaussianNumbers(new CounterRandom(7, "tensor", 0));
        source.Fill(0, numbers);
        double Moment(int n) => numbers.Average(v => Math.Pow(v, n));
        Assert.AreEqual(0, Moment(1), 0.01);
        Assert.AreEqual(1, Moment(2), 0.01);
        Assert.AreEqual(0, Moment(3), 0.03);
        Assert.AreEqual(3, Moment(4), 0.06);
        var part = new float[1001];
        source.Fill(12_345, part);
        BitAssert.AreEqual(numbers.AsSpan(12_345, 1001), part, "from an odd index");
    }

    [TestMethod]
    public void Logarithm_sine_and_cosine_are_those_of_the_library()
    {
        var random = new CounterRandom(1);
        for (var i = 0; i < 20_000; i++)
        {
            var draw = random.Draw(i);
            var x = (draw + 0.5) / 4294967296.0;
            Assert.AreEqual(Math.Log(x), GaussianNumbers.Logarithm(x), 4e-16 * Math.Max(1, Math.Abs(Math.Log(x))), $"ln {x}");
            var (sine, cosine) = GaussianNumbers.SineAndCosine(draw);
            Assert.AreEqual(Math.Sin(2 * Math.PI * x), sine, 1e-14, $"sin of {x} turns");
            Assert.AreEqual(Math.Cos(2 * Math.PI * x), cosine, 1e-14, $"cos of {x} turns");
        }
    }

    [TestMethod]
    public void Iso_c_gives_all_directions_of_the_sum_the_mean_singular_value() => AreClose(
        [4, 0, 0, 0, -4, 0],
        Merge("iso_c", [2, 3], [[5, 0, 0, 0, -1, 0], [1, 0, 0, 0, -1, 0]]));

    [TestMethod]
    public void Tsv_adds_tasks_whose_directions_do_not_touch() => AreClose(
        [4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1],
        Merge("tsv", [4, 4], [[4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1]]));

    /// <summary>d₁ = 4·e₁e₁ᵀ and d₂ = 2·vvᵀ with v = (1, 1)/√2: both directions turn away from each other by the same angle.</summary>
    [TestMethod]
    public void Tsv_makes_directions_that_touch_orthogonal_to_each_other()
    {
        var c = Math.Sqrt(0.5);
        var (p, q) = (1 / Math.Sqrt(1 + c), 1 / Math.Sqrt(1 - c));
        var (a, b) = ((p + q) / 2, (p - q) / 2);
        // The columns of [e₁ v]·(BᵀB)^(−½), BᵀB = [[1, c], [c, 1]].
        double[] first = [a + (c * b), c * b];
        double[] second = [b + (c * a), c * a];
        var expected = new double[4];
        for (var i = 0; i < 2; i++)
        {
            for (var j = 0; j < 2; j++)
                expected[(2 * i) + j] = (4 * first[i] * first[j]) + (2 * second[i] * second[j]);
        }
        AreClose([.. expected.Select(v => (float)v)], Merge("tsv", [2, 2], [[4, 0, 0, 0], [1, 1, 1, 1]]));
    }

    [TestMethod]
    [DataRow("tsv")]
    [DataRow("iso_c")]
    public void Other_tensors_than_matrices_are_averaged_without_libtorch(string method) => Assert.AreSequenceEqual(
        new float[] { 2, 4 }, MergeCase.Of(method, [2], [0, 0], [[1, 2], [3, 6]], tensor: "model.norm.weight").Merge());

    [TestMethod]
    [DataRow("tsv")]
    [DataRow("iso_c")]
    public void A_matrix_without_libtorch_is_a_coded_error_at_once(string method)
    {
        var merge = MergeCase.Of(method, [2, 2], new float[4], [new float[4]], tensor: Matrix);
        Assert.IsTrue(merge.Method.Schema.NeedsLinearAlgebra);
        var error = Assert.ThrowsExactly<DiagnosticException>(() => merge.Method.Bind(merge.Inputs.Context));
        Assert.AreEqual("TA2065", error.Diagnostics[0].Code);
    }

    private static float[] Placebo(float[] b, float[] x, string tensor) => MergeCase.Of("placebo", [Size], b, [x], tensor: tensor).Merge();

    private static float[] Merge(string method, int[] shape, float[][] models)
    {
        var merge = MergeCase.Of(method, shape, new float[shape[0] * shape[1]], models, tensor: Matrix);
        return (merge.Method, merge.Inputs with { Context = merge.Inputs.Context with { LinearAlgebra = new JacobiLinearAlgebra() } }).Merge();
    }

    private static void AreClose(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 2e-6f, $"element {i}");
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
}
