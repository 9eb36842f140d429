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

    /// <summary>
    /// The case as a recipe: task vectors of listed models are taken from the base; where the base is an input like the others it is one only
    /// where it is listed, and elsewhere it is no input.
    /// </summary>
    private static Recipe RecipeOf(JsonElement item)
    {
        var baseModel = item.GetProperty("base_model").GetString() is { } file ? FolderOf(file) : null;
        MergeMethods.BuiltIn.TryFind(item.GetProperty("method").GetString()!, out var method);
        var schema = method!.Schema;
        var models = item.GetProperty("models").EnumerateArray()
            .Select(m => new RecipeInput(FolderOf(m.GetProperty("file").GetString()!)) { Parameters = Values(m.GetProperty("parameters")) })
            .Where(m => schema.Base == BaseUse.Input || m.Path != baseModel)
            .Select(m => schema.Operands == Operands.TaskVectors ? m with { Minus = baseModel } : m);
        DTypes.TryParseTorchName(item.GetProperty("dtype").GetString()!, out var working);
        return new Recipe
        {
            Method = schema.Name,
            Base = baseModel,
            Inputs = [.. models],
            Parameters = Values(item.GetProperty("parameters")),
            Precision = Precision.Mergekit,
            WorkingDType = working,
            OutputDType = item.GetProperty("out_dtype").GetString() is { } text && DTypes.TryParseTorchName(text, out var dtype) ? dtype : null,
        };
    }

    private static Dictionary<string, ParameterValue> Values(JsonElement json) =>
        json.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.Deserialize<ParameterValue>()!, StringComparer.Ordinal);

    private static string FolderOf(string file) => SharedData.PathOf("golden", "mergekit", Path.GetDirectoryName(file)!);
}
