using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Merging;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Merging;

/// <summary>The results of the real mergekit 0.1.5, bit for bit, in mergekit precision.</summary>
[TestClass]
[RequiresShared("golden/mergekit")]
public sealed class MergekitGoldenTests
{
    [TestMethod]
    public void Every_linear_and_task_arithmetic_case_has_the_bits_of_mergekit()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("golden", "mergekit", "manifest.json")));
        var wrong = new List<string>();
        var cases = 0;
        foreach (var item in manifest.RootElement.GetProperty("cases").EnumerateArray())
        {
            if (item.GetProperty("method").GetString() is not ("linear" or "task_arithmetic"))
                continue;
            cases++;
            wrong.AddRange(Compare(item));
        }
        Assert.IsGreaterThan(15, cases);
        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    private static IEnumerable<string> Compare(JsonElement item)
    {
        var name = item.GetProperty("case").GetString()!;
        using var output = new TemporaryFolder();
        ModelMerge.Run(RecipeOf(item), output["model"], new MergeOptions { CacheDirectory = output["cache"], UseCache = false }, CancellationToken.None);
        using var merged = Checkpoint.Open(output["model"]);
        using var golden = SafetensorsFile.Open(SharedData.PathOf("golden", "mergekit", item.GetProperty("output").GetString()!));
        foreach (var tensor in golden.Header.Tensors)
        {
            if (!merged.Tensors.TryGetValue(tensor.Name, out var ours))
                yield return $"{name}: {tensor.Name} is missing";
            else if (ours.Info.DType != tensor.DType || !ours.File.Read(ours.Info).AsSpan().SequenceEqual(golden.Read(tensor)))
                yield return $"{name}: {tensor.Name} differs ({ours.Info.DType.Name()} against {tensor.DType.Name()})";
        }
    }

    private static Recipe RecipeOf(JsonElement item)
    {
        var linear = item.GetProperty("method").GetString() == "linear";
        var models = item.GetProperty("models").EnumerateArray().Select(m => (Path: FolderOf(m.GetProperty("file").GetString()!), Weight: m.GetProperty("parameters").GetProperty("weight"))).ToList();
        var baseModel = item.GetProperty("base_model").GetString() is { } file ? FolderOf(file) : models[0].Path;
        var parameters = item.GetProperty("parameters");
        DTypes.TryParseTorchName(item.GetProperty("dtype").GetString()!, out var working);
        return new Recipe
        {
            Base = baseModel,
            Method = linear ? MergeMethod.Linear : MergeMethod.TaskArithmetic,
            Precision = Precision.Mergekit,
            WorkingDType = working,
            OutputDType = item.GetProperty("out_dtype").GetString() is { } text && DTypes.TryParseTorchName(text, out var dtype) ? dtype : null,
            Normalize = parameters.TryGetProperty("normalize", out var normalize) ? normalize.GetBoolean() : null,
            Lambda = parameters.TryGetProperty("lambda", out var lambda) ? lambda.GetDouble() : 1,
            Terms = [.. models.SelectMany(m => TermsOf(m.Path, linear ? null : baseModel, m.Weight))],
        };
    }

    /// <summary>mergekit's conditional weights are terms on disjoint tensors here: the first filter that fits wins.</summary>
    private static IEnumerable<VectorTerm> TermsOf(string path, string? minus, JsonElement weight)
    {
        if (weight.ValueKind != JsonValueKind.Array || weight.EnumerateArray().All(e => e.ValueKind == JsonValueKind.Number))
        {
            yield return new VectorTerm(path, minus, AlphaOf(weight), TensorSelection.All);
            yield break;
        }
        var earlier = new List<string>();
        foreach (var entry in weight.EnumerateArray())
        {
            var filter = entry.TryGetProperty("filter", out var text) ? $"*{text.GetString()}*" : "*";
            yield return new VectorTerm(path, minus, AlphaOf(entry.GetProperty("value")), new TensorSelection([filter], [.. earlier]));
            earlier.Add(filter);
        }
    }

    private static AlphaSchedule AlphaOf(JsonElement value) => AlphaSchedule.Parse(value.GetRawText());

    private static string FolderOf(string file) => SharedData.PathOf("golden", "mergekit", Path.GetDirectoryName(file)!);
}
