using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Caching;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Merging;
using TaskArithmetic.Recipes;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Merging;

/// <summary>One test's folders: models, output, cache and what the log said.</summary>
internal sealed class MergeScene : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public string Output => folder["out", "model"];

    public string Cache => folder["cache"];

    public List<string> Log { get; } = [];

    public string this[params string[] parts] => folder[parts];

    public MergeOptions Options => new() { CacheDirectory = Cache, Threads = 2, Log = Log.Add };

    public static RecipeInput Pair(string from, string minus, string alpha = "1", string? tensors = null, string? exclude = null) =>
        RecipeInput.Of(from, minus, ParameterValue.Parse(alpha), TensorSelection.Parse(tensors, exclude));

    public static RecipeInput Vector(string path, string alpha = "1") => RecipeInput.Of(path, null, ParameterValue.Parse(alpha));

    public static Recipe RecipeOf(string target, params IReadOnlyList<RecipeInput> inputs) => new() { Base = target, Inputs = inputs };

    public string Model(string name, params IReadOnlyList<TestTensor> tensors) => ModelFolder.Write(folder[name], ModelFolder.Config, tensors);

    public MergeReport Run(Recipe recipe, bool useCache = false) =>
        ModelMerge.Run(recipe, Output, Options with { UseCache = useCache }, CancellationToken.None);

    /// <summary>Merges and reads the result.</summary>
    public IReadOnlyDictionary<string, TestTensor> Merged(Recipe recipe)
    {
        Run(recipe);
        return ModelFolder.Read(Output).ToDictionary(t => t.Name);
    }

    /// <summary>What the merge is refused for; nothing of an output may be there afterwards, hidden or not.</summary>
    public IReadOnlyList<Diagnostic> Refused(Recipe recipe, bool useCache = false)
    {
        var refusal = Assert.ThrowsExactly<DiagnosticException>(() => Run(recipe, useCache));
        Assert.IsFalse(Directory.Exists(Output), "a refused merge left an output");
        Assert.IsEmpty(Directory.Exists(folder["out"]) ? Directory.GetFileSystemEntries(folder["out"]) : []);
        return refusal.Diagnostics;
    }

    /// <summary>As <see cref="Refused"/>, for problems that must be known before anything is written: not even a folder is there.</summary>
    public IReadOnlyList<Diagnostic> RefusedBeforeWriting(Recipe recipe)
    {
        var findings = Refused(recipe, useCache: true);
        Assert.IsFalse(Directory.Exists(folder["out"]), "the output's parent was made");
        Assert.IsFalse(Directory.Exists(Cache), "the cache was written to");
        return findings;
    }

    /// <summary>Waits until files that were just written count as settled: before, no digest of them is remembered and no work on them resumed.</summary>
    public static void Settle() => Thread.Sleep(TimeSpan.FromSeconds(2.1));

    /// <summary>Every file of the output with its digest.</summary>
    public static IReadOnlyDictionary<string, string> DigestsOf(string folder) => Directory
        .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .ToDictionary(f => Path.GetRelativePath(folder, f).Replace('\\', '/'), FileDigests.Compute);

    /// <summary>The digests of the weight files alone.</summary>
    public static IReadOnlyDictionary<string, string> WeightDigestsOf(string folder) =>
        DigestsOf(folder).Where(f => f.Key.Contains(".safetensors")).ToDictionary();

    public void Dispose() => folder.Dispose();
}
