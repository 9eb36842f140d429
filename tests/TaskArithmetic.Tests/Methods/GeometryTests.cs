using TaskArithmetic.Methods;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Kernels;

namespace TaskArithmetic.Tests.Methods;

/// <summary>Exact precision of the methods that interpolate, against the formulas in double, and the edges of their definition.</summary>
[TestClass]
public sealed class GeometryTests
{
    private const int Rows = 300;
    private const int Columns = 40;
    private static readonly float[] Base = MergeCase.Numbers(Rows * Columns, 1);
    private static readonly float[] First = MergeCase.Numbers(Rows * Columns, 2);
    private static readonly float[] Second = MergeCase.Numbers(Rows * Columns, 3);

    private delegate double[] Formula(double[] b, double[][] x);

    [TestMethod]
    public void Slerp_turns_the_base_towards_the_model_by_a_share_of_the_angle() =>
        AssertFollows("slerp", [First], new() { ["t"] = 0.3 }, null, (b, x) => OnArc(b, x[0], 0.3));

    [TestMethod]
    public void Nuslerp_turns_vectors_where_there_is_a_base() => AssertFollows(
        "nuslerp", [First, Second], [], new() { ["weight"] = [1.0, 3.0] }, (b, x) => Sum(b, OnArc(Minus(x[0], b), Minus(x[1], b), 0.75)));

    [TestMethod]
    public void Nuslerp_turns_each_column_by_itself() => AssertFollows(
        "nuslerp", [First, Second], new() { ["nuslerp_flatten"] = false, ["nuslerp_row_wise"] = true }, new() { ["weight"] = [1.0, 1.0] }, (b, x) =>
        {
            var result = new double[b.Length];
            for (var c = 0; c < Columns; c++)
            {
                var column = Enumerable.Range(0, Rows).Select(r => (r * Columns) + c).ToArray();
                var turned = OnArc([.. column.Select(i => x[0][i] - b[i])], [.. column.Select(i => x[1][i] - b[i])], 0.5);
                for (var r = 0; r < Rows; r++)
                    result[column[r]] = b[column[r]] + turned[r];
            }
            return result;
        });

    [TestMethod]
    public void Multislerp_has_the_direction_of_the_mean_of_units_and_the_mean_length() => AssertFollows(
        "multislerp", [First, Second], [], new() { ["weight"] = [1.0, 3.0] }, (b, x) =>
        {
            var d = x.Select(v => Minus(v, b)).ToArray();
            var mean = Sum(Times(d[0], 0.25 / Length(d[0])), Times(d[1], 0.75 / Length(d[1])));
            return Sum(b, Times(mean, ((0.25 * Length(d[0])) + (0.75 * Length(d[1]))) / Length(mean)));
        });

    [TestMethod]
    public void Model_stock_goes_towards_the_mean_as_far_as_the_cosine_says() => AssertFollows(
        "model_stock", [First, Second], [], null, (b, x) =>
        {
            var (d, e) = (Minus(x[0], b), Minus(x[1], b));
            var cosine = Dot(d, e) / (Length(d) * Length(e));
            var t = 2 * cosine / (1 + cosine);
            return Sum(Times(Sum(x[0], x[1]), t / 2), Times(b, 1 - t));
        });

    [TestMethod]
    public void The_karcher_mean_of_two_is_the_middle_of_the_arc() => AssertFollows(
        "karcher", [First, Second], new() { ["tol"] = 1e-12, ["max_iter"] = 50.0 }, null, (_, x) =>
        {
            var mean = Sum(Times(x[0], 1 / Length(x[0])), Times(x[1], 1 / Length(x[1])));
            return Times(mean, (Length(x[0]) + Length(x[1])) / 2 / Length(mean));
        });

    [TestMethod]
    public void At_the_karcher_mean_the_tangents_to_all_models_cancel()
    {
        float[][] models = [Base, First, Second];
        var merged = MergeCase.Of("karcher", [Rows, Columns], null, models, new() { ["tol"] = 1e-12, ["max_iter"] = 100.0 }).Merge();
        var u = Times(Widened(merged), 1 / Length(Widened(merged)));
        var sum = new double[u.Length];
        foreach (var model in models)
        {
            var unit = Times(Widened(model), 1 / Length(Widened(model)));
            var cosine = Dot(u, unit);
            sum = Sum(sum, Times(Minus(unit, Times(u, cosine)), Math.Acos(cosine) / Math.Sqrt(1 - (cosine * cosine))));
        }
        Assert.IsLessThan(1e-6, Length(sum));
    }

    [TestMethod]
    [DataRow("slerp", 1)]
    [DataRow("nuslerp", 2)]
    [DataRow("multislerp", 2)]
    [DataRow("model_stock", 2)]
    [DataRow("karcher", 2)]
    [DataRow("nearswap", 1)]
    [DataRow("arcee_fusion", 1)]
    public void Neither_chunks_nor_threads_change_a_bit(string method, int count)
    {
        foreach (var dtype in new DType?[] { null, DType.BF16 })
        {
            var merge = MergeCase.Of(method, [Rows, Columns], Base, [.. new[] { First, Second }.Take(count)], T(method), Weights(method));
            if (dtype is { } working)
                merge = merge.AsMergekit(working);
            BitAssert.AreEqual(merge.Merge(), merge.Cut(777, 3).Merge(), $"{method} {dtype}");
        }
    }

    [TestMethod]
    [DataRow("slerp")]
    [DataRow("nearswap")]
    public void At_zero_the_base_keeps_its_bits(string method) =>
        BitAssert.AreEqual(Base, MergeCase.Of(method, [Rows, Columns], Base, [First], new() { ["t"] = 0.0 }).Merge(), method);

    [TestMethod]
    [DataRow("slerp", 1)]
    [DataRow("nuslerp", 2)]
    [DataRow("multislerp", 2)]
    [DataRow("model_stock", 2)]
    [DataRow("nearswap", 1)]
    [DataRow("arcee_fusion", 1)]
    public void Models_equal_to_the_base_give_the_base(string method, int count)
    {
        foreach (var precision in new[] { Precision.Exact, Precision.Mergekit })
        {
            var merge = MergeCase.Of(method, [Rows, Columns], Base, [.. Enumerable.Repeat(Base, count)], T(method), Weights(method));
            var merged = (merge.Method, merge.Inputs with { Context = merge.Inputs.Context with { Precision = precision } }).Merge();
            for (var i = 0; i < merged.Length; i++)
                Assert.AreEqual(Base[i], merged[i], 2e-7f, $"{precision} {i}");
        }
    }

    [TestMethod]
    public void Opposite_vectors_have_no_mean_direction_and_are_averaged_along_the_line()
    {
        float[] zero = [0, 0];
        var merged = MergeCase.Of("multislerp", [2], zero, [[2, 0], [-2, 0]], inputs: new() { ["weight"] = [1.0, 1.0] }).Merge();
        BitAssert.AreEqual(zero, merged, "multislerp");
        BitAssert.AreEqual(zero, MergeCase.Of("model_stock", [2], zero, [[2, 0], [-2, 0]]).Merge(), "model_stock: the denominator is zero");
    }

    [TestMethod]
    public void Three_vectors_of_a_tensor_that_nobody_changed_are_no_error()
    {
        float[] zero = [3, 4];
        BitAssert.AreEqual(zero, MergeCase.Of("multislerp", [2], zero, [zero, zero, zero]).Merge(), "multislerp");
    }

    [TestMethod]
    public void A_scale_is_asked_for_by_giving_it()
    {
        float[] values = [1, -0f, float.Epsilon];
        BitAssert.AreEqual(values, MergeCase.Of("passthrough", [3], null, [values]).Merge(), "copied");
        BitAssert.AreEqual([-2f, 0f, -2 * float.Epsilon], MergeCase.Of("passthrough", [3], null, [values], inputs: new() { ["scale"] = [-2.0] }).Merge(), "scaled");
    }

    [TestMethod]
    public void Arcee_fusion_takes_outliers_whole_and_leaves_the_rest()
    {
        var b = new float[16 * 8];
        var x = new float[16 * 8];
        for (var i = 0; i < x.Length; i++)
            x[i] = (i % 8) * 1e-3f;
        x[21] = 2;
        var merged = MergeCase.Of("arcee_fusion", [16, 8], b, [x]).Merge();
        Assert.AreEqual(2f, merged[21]);
        Assert.AreEqual(0f, merged[8 * 9], "a row whose softmax hardly changed");
        Assert.IsLessThan(16, merged.Count(v => v != 0));
    }

    [TestMethod]
    [DataRow("slerp", 1)]
    [DataRow("nuslerp", 2)]
    [DataRow("multislerp", 2)]
    [DataRow("model_stock", 2)]
    [DataRow("karcher", 2)]
    [DataRow("nearswap", 1)]
    [DataRow("arcee_fusion", 1)]
    public void A_tensor_without_elements_stays_empty(string method, int count) =>
        Assert.IsEmpty(MergeCase.Of(method, [0, 4], [], [.. Enumerable.Repeat(Array.Empty<float>(), count)], T(method), Weights(method)).Merge());

    private static Dictionary<string, object> T(string method) => method is "slerp" or "nearswap" ? new() { ["t"] = 0.25 } : [];

    private static Dictionary<string, object[]>? Weights(string method) => method is "nuslerp" ? new() { ["weight"] = [0.5, 1.0] } : null;

    /// <summary>Within three float32 last places of the largest operand: a factor, a product, a sum are rounded in turn.</summary>
    private static void AssertFollows(string method, float[][] models, Dictionary<string, object> global, Dictionary<string, object[]>? inputs, Formula formula)
    {
        var merged = MergeCase.Of(method, [Rows, Columns], Base, models, global, inputs).Merge();
        var expected = formula(Widened(Base), [.. models.Select(Widened)]);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], merged[i], 4e-7, $"{method} at {i}");
    }

    private static double[] OnArc(double[] a, double[] b, double t)
    {
        var angle = Math.Acos(Dot(a, b) / (Length(a) * Length(b)));
        return Sum(Times(a, Math.Sin((1 - t) * angle) / Math.Sin(angle)), Times(b, Math.Sin(t * angle) / Math.Sin(angle)));
    }

    private static double[] Widened(float[] values) => [.. values.Select(v => (double)v)];

    private static double[] Minus(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x - y)];

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static double[] Times(double[] a, double factor) => [.. a.Select(x => x * factor)];

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double Length(double[] a) => Math.Sqrt(Dot(a, a));
}
