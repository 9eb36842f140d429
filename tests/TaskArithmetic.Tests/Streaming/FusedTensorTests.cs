using TaskArithmetic.Measuring;
using TaskArithmetic.Methods;
using TaskArithmetic.Planning;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Streaming;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.Tests.Kernels;
using TaskArithmetic.Tests.Merging;

namespace TaskArithmetic.Tests.Streaming;

[TestClass]
public sealed class FusedTensorTests
{
    /// <summary>More than two chunks, and a part of a block.</summary>
    private const ulong Elements = 140_003;

    [TestMethod]
    public void A_fused_merge_gives_the_bytes_and_the_measures_of_the_methods_own_arithmetic()
    {
        using var scene = new MergeScene();
        var models = Enumerable.Range(0, 4).Select(i => scene.Model($"m{i}", Tensors(i))).ToList();
        foreach (var recipe in new[]
        {
            MergeScene.RecipeOf(models[0], MergeScene.Pair(models[1], models[2], "0.7")),
            MergeScene.RecipeOf(models[0], MergeScene.Pair(models[1], models[2], "0.7"), MergeScene.Pair(models[3], models[0], "-0.4")),
            MergeScene.RecipeOf(models[0], MergeScene.Pair(models[1], models[2], "0")),
            MergeScene.RecipeOf(models[0], MergeScene.Vector(models[1], "0.25"), MergeScene.Vector(models[2], "0.5")) with { Method = "linear" },
            MergeScene.RecipeOf(models[0], MergeScene.Pair(models[1], models[2], "0.7")) with { OutputDType = DType.F32 },
        })
        {
            var fused = Merge(recipe, new MergeObserver(), threads: 2);
            var other = Merge(recipe, new SeesValues(new MergeObserver()), threads: 1);
            foreach (var name in other.Bytes.Keys)
            {
                BitAssert.AreEqual(other.Bytes[name], fused.Bytes[name], $"{recipe.Method} {name}");
                AssertNear(other.Measures[name], fused.Measures[name], $"{recipe.Method} {name}");
            }
        }
    }

    [TestMethod]
    public void What_a_fused_merge_measures_does_not_depend_on_threads()
    {
        using var scene = new MergeScene();
        var models = Enumerable.Range(0, 3).Select(i => scene.Model($"m{i}", Tensors(i))).ToList();
        var recipe = MergeScene.RecipeOf(models[0], MergeScene.Pair(models[1], models[2], "0.7"));
        var one = Merge(recipe, new MergeObserver(), threads: 1).Measures;
        var three = Merge(recipe, new MergeObserver(), threads: 3).Measures;
        foreach (var (name, measured) in one)
        {
            Assert.AreEqual(measured.TargetSquared, three[name].TargetSquared, name);
            CollectionAssert.AreEqual(measured.Terms.ToArray(), three[name].Terms.ToArray(), name);
        }
    }

    [TestMethod]
    public void Only_weighted_sums_in_exact_precision_of_tensors_stored_in_one_dtype_are_fused()
    {
        using var scene = new MergeScene();
        var models = Enumerable.Range(0, 3).Select(i => scene.Model($"m{i}", Tensors(i))).ToList();
        var pair = MergeScene.RecipeOf(models[0], MergeScene.Pair(models[1], models[2], "0.7"));
        CollectionAssert.AreEquivalent(new[] { "bf16", "f16", "f32", "tiny" }, Fused(pair));
        CollectionAssert.AreEquivalent(new[] { "bf16", "f16", "f32", "tiny" }, Fused(pair with { Method = "linear", Inputs = [MergeScene.Vector(models[1]), MergeScene.Vector(models[0])] }));
        Assert.IsEmpty(Fused(pair with { Precision = Precision.Mergekit }));
        Assert.IsEmpty(Fused(pair with { Inputs = [MergeScene.Pair(models[1], models[2], "0")] }));
        Assert.IsEmpty(Fused(pair with { Method = "ties" }));
    }

    private static TestTensor[] Tensors(int model) =>
    [
        TestTensor.Random("bf16", DType.BF16, model, 0.1f, Elements),
        TestTensor.Random("f16", DType.F16, model, 0.1f, Elements),
        TestTensor.Random("f32", DType.F32, model, 0.1f, Elements),
        TestTensor.Random("mixed", model == 1 ? DType.F32 : DType.BF16, model, 0.1f, 4099),
        // Squares below float32 in one block of the three.
        TestTensor.Of("tiny", DType.F32, [8200], [.. Enumerable.Range(0, 8200).Select(i => (i / 4096 == 1 ? 1e-30f : 0.01f) * ((i * (model + 3)) % 101))]),
    ];

    private static string[] Fused(Recipe recipe) => WithPlan(recipe, plan => plan.InOrder.Where(t => FusedTensor.Of(t, t.Merge?.Bind(null)) is not null).Select(t => t.Name).ToArray());

    private static (Dictionary<string, byte[]> Bytes, Dictionary<string, TensorStatistics> Measures) Merge(Recipe recipe, IStreamObserver observer, int threads) => WithPlan(recipe, plan =>
    {
        var sink = new Memory(plan);
        var measures = new TensorStream(observer, new StreamOptions(threads, AllowNonFinite: false, Progress: null))
            .Run(plan.TensorsOf(plan.Shards[0]), plan.Shards[0].Layout.Header.Tensors, null, sink, null, CancellationToken.None);
        return (sink.Bytes, measures.ToDictionary(m => m.Key, m => ((Measured<TensorStatistics>)m.Value).Value));
    });

    private static T WithPlan<T>(Recipe recipe, Func<MergePlan, T> use)
    {
        using var sources = MergeSources.Open(recipe, MergeMethods.BuiltIn);
        var (plan, findings) = Preflight.Run(sources, MergeMethods.BuiltIn);
        Assert.IsNotNull(plan, string.Join('\n', findings.Select(f => f.Message)));
        return use(plan);
    }

    private static void AssertNear(TensorStatistics expected, TensorStatistics actual, string because)
    {
        Assert.AreEqual((expected.Elements, expected.Asked, expected.Survived), (actual.Elements, actual.Asked, actual.Survived), because);
        Near(expected.TargetSquared, actual.TargetSquared);
        foreach (var (e, a) in expected.Terms.Zip(actual.Terms))
        {
            Assert.AreEqual((e.Term, e.Equal, e.From is null, e.Minus is null), (a.Term, a.Equal, a.From is null, a.Minus is null), because);
            Near(e.Squared, a.Squared);
            Near(e.From?.Squared ?? 0, a.From?.Squared ?? 0);
            Near(e.From?.DistanceSquared ?? 0, a.From?.DistanceSquared ?? 0);
            Near(e.Minus?.Squared ?? 0, a.Minus?.Squared ?? 0);
            Near(e.Minus?.DistanceSquared ?? 0, a.Minus?.DistanceSquared ?? 0);
        }

        void Near(double e, double a) => Assert.IsLessThanOrEqualTo(1e-6 * e, Math.Abs(e - a), because);
    }

    /// <summary>An observer that needs values, so that nothing is fused.</summary>
    private sealed class SeesValues(IStreamObserver inner) : IStreamObserver
    {
        public IMeasure Begin(PlannedTensor tensor) => inner.Begin(tensor);

        public void Observe(in StreamBlock block, IMeasure into) => inner.Observe(block, into);
    }

    private sealed class Memory(MergePlan plan) : IStreamSink
    {
        public Dictionary<string, byte[]> Bytes { get; } =
            plan.Shards[0].Layout.Header.Tensors.ToDictionary(t => t.Name, t => new byte[t.ByteLength]);

        public void Write(Chunk chunk, ReadOnlySpan<byte> bytes, CancellationToken stop) =>
            bytes.CopyTo(Bytes[chunk.Tensor.Name].AsSpan((int)chunk.ByteOffset(chunk.Tensor.DType)));
    }
}
