using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Merging;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Streaming;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Merging;

/// <summary>The same recipe gives the same bytes however it is run, and large models come in several files.</summary>
[TestClass]
[RequiresShared("models/stories260K-variants")]
public sealed class ShardedOutputTests
{
    private static readonly string Target = SharedData.Exists("models") ? SharedData.PathOf("models", "stories260K-variants", "bf16-3-shards") : "";

    private static Recipe Recipe => MergeScene.RecipeOf(
        Target,
        MergeScene.Pair(SharedData.PathOf("models", "stories260K-family", "add-rl"), SharedData.PathOf("models", "stories260K-family", "add-step250"), "[1, 0.3]"),
        MergeScene.Pair(SharedData.PathOf("models", "stories260K-family", "max"), SharedData.PathOf("models", "stories260K"), "0.4", "**/mlp/**"));

    [TestMethod]
    public void Any_number_of_threads_gives_the_same_digests_and_the_same_numbers()
    {
        using var scene = new MergeScene();
        var runs = new[] { 1, 2, 3, 7 }.Select(threads =>
        {
            var report = ModelMerge.Run(Recipe, scene.Output, scene.Options with { Threads = threads, UseCache = false }, CancellationToken.None);
            return (Digests: MergeScene.DigestsOf(scene.Output), report.Summary.Terms[0].Norm, report.Summary.Terms[1].LowestCosine, report.Key);
        }).ToList();

        foreach (var run in runs.Skip(1))
        {
            CollectionAssert.AreEquivalent(runs[0].Digests.ToList(), run.Digests.ToList());
            Assert.AreEqual((runs[0].Norm, runs[0].LowestCosine, runs[0].Key), (run.Norm, run.LowestCosine, run.Key));
        }
    }

    [TestMethod]
    public void A_small_limit_gives_shards_with_a_right_index_and_the_same_tensors()
    {
        using var scene = new MergeScene();
        var whole = scene.Merged(Recipe);
        Assert.IsTrue(File.Exists(Path.Combine(scene.Output, "model.safetensors")));
        Assert.IsFalse(File.Exists(Path.Combine(scene.Output, "model.safetensors.index.json")));

        var sharded = scene.Merged(Recipe with { MaxShardSize = 50_000 });

        using var index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(scene.Output, "model.safetensors.index.json")));
        var files = Directory.EnumerateFiles(scene.Output, "*.safetensors").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal).ToList();
        Assert.IsGreaterThan(5, files.Count);
        CollectionAssert.AreEqual(Enumerable.Range(1, files.Count).Select(i => $"model-{i:D5}-of-{files.Count:D5}.safetensors").ToArray(), files);
        Assert.AreEqual(whole.Values.Sum(t => t.Bytes.Length), index.RootElement.GetProperty("metadata").GetProperty("total_size").GetInt64());
        Assert.AreEqual(whole.Values.Sum(t => t.Values.Length), index.RootElement.GetProperty("metadata").GetProperty("total_parameters").GetInt64());
        foreach (var file in files)
        {
            using var opened = SafetensorsFile.Open(Path.Combine(scene.Output, file));
            var size = opened.Header.Tensors.Sum(t => t.ByteLength);
            Assert.IsTrue(size <= 50_000 || opened.Header.Tensors.Count == 1, $"{file}: {size} bytes");
            foreach (var tensor in opened.Header.Tensors)
                Assert.AreEqual(file, index.RootElement.GetProperty("weight_map").GetProperty(tensor.Name).GetString());
        }
        using var checkpoint = Checkpoint.Open(scene.Output);
        Assert.IsEmpty(checkpoint.Warnings);
        CollectionAssert.AreEquivalent(whole.Keys.ToArray(), sharded.Keys.ToArray());
        foreach (var (name, tensor) in whole)
            CollectionAssert.AreEqual(tensor.Bytes, sharded[name].Bytes, name);
    }

    [TestMethod]
    public void A_sharded_and_a_whole_input_of_the_same_weights_merge_to_the_same_tensors()
    {
        using var scene = new MergeScene();
        var whole = ModelFolder.CopyWith(Target, scene["whole"], tensors => tensors);

        var fromShards = scene.Merged(Recipe);
        var fromWhole = scene.Merged(Recipe with { Base = whole });

        foreach (var (name, tensor) in fromShards)
            CollectionAssert.AreEqual(tensor.Bytes, fromWhole[name].Bytes, name);
    }

    [TestMethod]
    public void A_tensor_of_several_chunks_and_an_odd_rest_is_merged_to_its_end()
    {
        using var scene = new MergeScene();
        var size = (ulong)(2 * Chunk.Elements + 4099);
        var target = TestTensor.Random("w", DType.BF16, 1, 0.1f, size);
        var (from, minus) = (TestTensor.Random("w", DType.F32, 2, 0.01f, size), TestTensor.Random("w", DType.F16, 3, 0.01f, size));

        var report = ModelMerge.Run(
            MergeScene.RecipeOf(scene.Model("t", target), MergeScene.Pair(scene.Model("g", from), scene.Model("s", minus), "0.3")), scene.Output, scene.Options, CancellationToken.None);

        var (x, a, b) = (target.Values, from.Values, minus.Values);
        Assert.AreEqual(0, ExactReference.CountWrong(ModelFolder.Read(scene.Output).Single(), i => ExactReference.InSingle(x[i], (0.3, a[i], b[i]))));
        Assert.AreEqual(Math.Sqrt(a.Zip(b).Sum(p => Math.Pow(p.First - p.Second, 2))), report.Summary.Terms[0].Norm, 1e-9);
    }

    [TestMethod]
    public void Scalars_and_empty_tensors_are_merged_like_any_other()
    {
        using var scene = new MergeScene();
        var target = scene.Model("target", TestTensor.Of("scalar", DType.F32, [], 1), TestTensor.Of("empty", DType.BF16, [0, 4]));
        var donor = scene.Model("donor", TestTensor.Of("scalar", DType.F32, [], 3), TestTensor.Of("empty", DType.BF16, [0, 4]));

        var merged = scene.Merged(MergeScene.RecipeOf(target, MergeScene.Pair(donor, target)));

        Assert.AreEqual(3f, merged["scalar"].Values.Single());
        CollectionAssert.AreEqual(new ulong[] { 0, 4 }, merged["empty"].Shape.ToArray());
    }

    [TestMethod]
    public void Progress_adds_up_to_what_was_announced()
    {
        using var scene = new MergeScene();
        long announced = 0, tensors = 0;

        var report = ModelMerge.Run(Recipe, scene.Output, scene.Options with { Starting = bytes => announced = bytes, Progress = new Sum(bytes => Interlocked.Add(ref tensors, bytes)) }, CancellationToken.None);

        Assert.AreEqual(report.OutputBytes, announced);
        Assert.AreEqual(new FileInfo(Path.Combine(scene.Output, "model.safetensors")).Length, announced);
        Assert.AreEqual(ModelFolder.Read(scene.Output).Sum(t => t.Bytes.Length), tensors);
    }

    private sealed class Sum(Action<long> add) : IProgress<long>
    {
        public void Report(long value) => add(value);
    }
}
