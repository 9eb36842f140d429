using TaskArithmetic.Methods;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Kernels;

namespace TaskArithmetic.Tests.Methods;

/// <summary>The edges of the methods that cut task vectors: densities, sizes, equal entries, problems.</summary>
[TestClass]
public sealed class TaskVectorMethodTests
{
    private static readonly string[] WithDensity = ["ties", "dare_linear", "dare_ties", "della", "della_linear", "breadcrumbs", "breadcrumbs_ties"];
    private static readonly string[] All = [.. WithDensity, "sce", "ram", "ramplus_tl"];

    [TestMethod]
    public void Density_0_leaves_the_base()
    {
        foreach (var method in WithDensity)
        {
            var tensor = Tensor(method, [4, 50], 2, ("density", 0.0));
            BitAssert.AreEqual(tensor.Base!, tensor.Merge(Find(method)), method);
            Assert.IsTrue(Find(method).Bind(tensor.Context).KeepsBase, method);
        }
    }

    [TestMethod]
    public void Density_1_keeps_every_entry_without_a_pass()
    {
        var expected = Tensor("task_arithmetic", [4, 50], 2).Merge(Find("task_arithmetic"));
        foreach (var method in new[] { "dare_linear", "della_linear", "breadcrumbs" })
        {
            var merged = Tensor(method, [4, 50], 2).Merge(Find(method), out _, out var passes);
            Assert.AreEqual(0, passes, method);
            // task_arithmetic adds term by term to the base, these add the merged vector: a rounding apart.
            for (var i = 0; i < merged.Length; i++)
                Assert.AreEqual(expected[i], merged[i], 1e-7f, $"{method} [{i}]");
        }
    }

    [TestMethod]
    public void A_single_vector_of_full_density_gives_back_its_model()
    {
        foreach (var method in All)
        {
            var tensor = Tensor(method, [7, 9], 1);
            var merged = tensor.Merge(Find(method));
            for (var i = 0; i < merged.Length; i++)
                Assert.AreEqual(tensor.Models[0][i], merged[i], 2e-6f, $"{method} [{i}]");
        }
    }

    [TestMethod]
    public void Tensors_of_one_element_and_of_none_are_merged()
    {
        foreach (var precision in new[] { Precision.Exact, Precision.Mergekit })
        {
            foreach (var method in All)
            {
                foreach (ulong[] shape in new ulong[][] { [], [1], [1, 1], [0], [3, 0] })
                {
                    var tensor = Tensor(method, shape, 3, ("density", 0.5));
                    tensor = tensor with { Context = tensor.Context with { Precision = precision, WorkingDType = DType.BF16 } };
                    var merged = tensor.Merge(Find(method));
                    Assert.HasCount((int)tensor.Context.Elements, merged);
                    Assert.IsTrue(merged.All(float.IsFinite), $"{method} [{string.Join(',', shape)}] {precision}");
                }
            }
        }
    }

    [TestMethod]
    public void Ties_keeps_one_entry_of_a_tensor_however_small_the_density()
    {
        var tensor = Tensor("ties", [100], 1, ("density", 0.001));
        var merged = tensor.Merge(Find("ties"));
        var largest = Enumerable.Range(0, 100).MaxBy(i => Math.Abs(tensor.Models[0][i] - tensor.Base![i]));
        for (var i = 0; i < merged.Length; i++)
            Assert.AreEqual(i == largest ? tensor.Models[0][i] : tensor.Base![i], merged[i], 1e-6f);
    }

    [TestMethod]
    public void Of_equal_entries_those_of_the_lowest_indices_survive()
    {
        foreach (var method in new[] { "ties", "breadcrumbs" })
        {
            var tensor = Tensor(method, [100], 1, ("density", 0.25), ("gamma", 0.0)) with { Base = new float[100], Models = [[.. Enumerable.Repeat(0.5f, 100)]] };
            var merged = (tensor with { Chunk = 16 }).Merge(Find(method));
            BitAssert.AreEqual([.. Enumerable.Range(0, 100).Select(i => i < 25 ? 0.5f : 0)], merged, method);
        }
    }

    [TestMethod]
    public void An_elected_sign_is_that_of_the_weighted_sum_and_zero_counts_as_plus()
    {
        var tensor = Tensor("ties", [4], 3) with
        {
            Base = new float[4],
            Models = [[1, 1, -2, 0], [-2, -1, 1, -1], [-1, 0, -3, 1]],
        };
        // Sums −2, 0, −4, 0: the mean of those below zero, above, below, above.
        BitAssert.AreEqual([-1.5f, 1, -2.5f, 1], tensor.Merge(Find("ties")), "ties");
    }

    [TestMethod]
    public void Dare_scales_by_the_norm_or_by_the_density()
    {
        var tensor = Tensor("dare_linear", [200, 100], 1, ("density", 0.3));
        var vector = tensor.TaskVector(0);
        var byDensity = Change(With(tensor, "rescale_by", "density"), "dare_linear");
        for (var i = 0; i < vector.Length; i++)
            Assert.IsTrue(byDensity[i] == 0 || Math.Abs(byDensity[i] - vector[i] / 0.3f) <= 1e-6f * Math.Abs(byDensity[i]), $"[{i}]");
        Assert.AreEqual(0.3, byDensity.Count(c => c != 0) / (double)vector.Length, 0.015);
        var byNorm = Change(tensor, "dare_linear");
        Assert.AreEqual(1, byNorm.Sum(c => Math.Abs((double)c)) / vector.Sum(v => Math.Abs((double)v)), 1e-6);
        var plain = Change(With(tensor, "rescale", false), "dare_linear");
        Assert.AreEqual(0.3, plain.Sum(c => Math.Abs((double)c)) / vector.Sum(v => Math.Abs((double)v)), 0.02);
    }

    [TestMethod]
    public void Every_input_has_a_mask_of_its_own()
    {
        var tensor = Tensor("dare_linear", [1000], 2, ("density", 0.5), ("weight", 1.0));
        tensor = tensor with { Models = [tensor.Models[0], tensor.Models[0]] };
        var twice = Change(With(tensor, "rescale", false), "dare_linear").Count(c => c != 0);
        Assert.AreEqual(0.75, twice / 1000.0, 0.06);
    }

    [TestMethod]
    public void Sce_merges_the_share_of_positions_that_differ_most()
    {
        var tensor = Tensor("sce", [1000], 3);
        var change = Change(With(tensor, "select_topk", 0.25), "sce");
        Assert.AreEqual(250, change.Count(c => c != 0));
        Assert.AreEqual(1000, Change(tensor, "sce").Count(c => c != 0));
    }

    [TestMethod]
    public void Ram_adds_what_one_changed_and_averages_what_several_changed()
    {
        var tensor = Tensor("ramplus_tl", [4], 3) with { Base = new float[4], Models = [[1, 2, 3, 1e-6f], [0, 4, 5, 0], [0, 0, -2, 0]] };
        BitAssert.AreEqual([1, 3, 2, 0], tensor.Merge(Find("ram")), "ram");
        // Vector 0 shares two of three entries, the cap of 0.2 counts: 1 · (1 + 0.1 · 0.2).
        BitAssert.AreEqual([1.02f, 3, 2, 0], tensor.Merge(Find("ramplus_tl")), "ramplus_tl");
    }

    [TestMethod]
    public void Probabilities_beyond_0_and_1_and_weights_that_cancel_are_problems()
    {
        Assert.AreEqual("density 0.9 ± epsilon 0.15 does not stay between 0 and 1", Problems("della", ("density", 0.9)).Single());
        Assert.AreEqual("density 0.1 ± epsilon 0.15 does not stay between 0 and 1", Problems("della_linear", ("density", 0.1)).Single());
        Assert.IsEmpty(Problems("della", ("density", 1.0)));
        Assert.IsEmpty(Problems("della", ("density", 0.0)));
        Assert.IsEmpty(Problems("della", ("density", 0.5)));
        var cancelling = With(Tensor("dare_linear", [4], 2, ("weight", 0.0)), "normalize", true);
        Assert.AreEqual("the weights sum to 0, so they cannot be normalised", Find("dare_linear").Problems(cancelling.Context).Single());
    }

    [TestMethod]
    public void Every_number_has_its_range_and_every_choice_its_words()
    {
        foreach (var method in All)
        {
            foreach (var parameter in Find(method).Schema.Parameters)
            {
                if (parameter.Name is "density" or "gamma" or "select_topk")
                    Assert.AreEqual((0.0, 1.0), (parameter.Minimum, parameter.Maximum), $"{method} {parameter.Name}");
                if (parameter.Name == "epsilon")
                    Assert.AreEqual(0.0, parameter.Minimum, method);
                if (parameter.Kind == ParameterKind.Text)
                    Assert.Contains((string)parameter.Default!, parameter.Choices);
            }
        }
    }

    private static IMergeMethod Find(string name) => MergeMethods.BuiltIn.TryFind(name, out var method) ? method : throw new ArgumentException(name);

    private static float[] Change(WholeTensor tensor, string method)
    {
        tensor.Merge(Find(method), out var change, out _);
        return change;
    }

    private static IEnumerable<string> Problems(string method, params (string Name, object Value)[] values) =>
        Find(method).Problems(Tensor(method, [4, 4], 2, values).Context);

    private static WholeTensor With(WholeTensor tensor, string parameter, object value)
    {
        var all = tensor.Context.Arguments.All.ToList();
        var global = all.Where(a => a.Input is null).ToDictionary(a => a.Name, a => a.Value);
        global[parameter] = value;
        var inputs = Enumerable.Range(0, tensor.Context.Inputs).Select(i => all.Where(a => a.Input == i).ToDictionary(a => a.Name, a => a.Value)).ToArray();
        return tensor with { Context = tensor.Context with { Arguments = new MethodArguments(global, inputs) } };
    }

    /// <summary>A tensor of random values, with defaults but for what is given.</summary>
    private static WholeTensor Tensor(string method, ulong[] shape, int inputs, params (string Name, object Value)[] given)
    {
        var schema = Find(method).Schema;
        object? ValueOf(MethodParameter parameter) => given.FirstOrDefault(g => g.Name == parameter.Name).Value ?? parameter.Default;
        Dictionary<string, object> Values(ParameterScope scope) =>
            schema.Parameters.Where(p => p.Scope == scope && ValueOf(p) is not null).ToDictionary(p => p.Name, p => ValueOf(p)!);
        var random = new Random(11);
        var elements = (int)shape.Aggregate(1UL, (product, extent) => product * extent);
        float[] Random(float scale) => [.. Enumerable.Range(0, elements).Select(_ => (random.NextSingle() - 0.5f) * scale)];
        var baseValues = Random(1);
        return new WholeTensor
        {
            Schema = schema,
            Base = baseValues,
            Models = [.. Enumerable.Range(0, inputs).Select(_ => baseValues.Zip(Random(0.1f), (b, d) => b + d).ToArray())],
            Context = new TensorContext
            {
                Name = "model.layers.0.mlp.up_proj.weight",
                Shape = shape,
                Arguments = new MethodArguments(Values(ParameterScope.Global), [.. Enumerable.Range(0, inputs).Select(_ => Values(ParameterScope.Input))]),
                Seed = 7,
                HasBase = true,
            },
        };
    }
}
