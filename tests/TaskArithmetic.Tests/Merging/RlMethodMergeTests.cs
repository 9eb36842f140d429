using System.Globalization;
using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Merging;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.Tests.Methods;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Merging;

/// <summary>The methods for RL vectors as users reach them: a configuration in mergekit's form, whole models, files.</summary>
[TestClass]
[RequiresShared("golden/rl-methods")]
public sealed class RlMethodMergeTests
{
    [TestMethod]
    [DataRow("dots")]
    [DataRow("resmerge")]
    [DataRow("ramplus")]
    [DataRow("group_mean_sum")]
    public void A_configuration_that_names_the_method_gives_the_models_of_the_reference(string method)
    {
        var cases = RlGoldenCase.Of(method);
        foreach (var item in cases)
        {
            using var scene = new MergeScene();
            var file = scene["config.yml"];
            File.WriteAllText(file, Yaml(method, item));
            var recipe = MergeKitFile.Read(file, MergeMethods.BuiltIn).Documents[^1].Recipe;

            item.AssertEqual(scene.Merged(recipe).ToDictionary(t => t.Key, t => t.Value.Values));
        }
        Assert.IsNotEmpty(cases);
    }

    [TestMethod]
    public void A_method_that_needs_libtorch_is_refused_without_it_before_anything_is_written()
    {
        using var scene = new MergeScene();
        var file = scene["config.yml"];
        File.WriteAllText(file, Yaml("tsv", RlGoldenCase.Of("resmerge")[^1]).Replace("parameters: ", "# parameters: "));
        var recipe = MergeKitFile.Read(file, MergeMethods.BuiltIn).Documents[^1].Recipe;

        var findings = scene.RefusedBeforeWriting(recipe);

        Assert.AreEqual("TA2065", findings.Single(d => d.Severity == DiagnosticSeverity.Error).Code);
    }

    /// <summary>The case of three experts has one that is more than three times as long as another.</summary>
    [TestMethod]
    public void What_a_method_remarks_is_a_warning_and_what_it_counts_is_logged()
    {
        using var scene = new MergeScene();
        var file = scene["config.yml"];
        File.WriteAllText(file, Yaml("resmerge", RlGoldenCase.Of("resmerge").Single(c => c.Name == "bfloat16/resmerge_k4_three")));
        var recipe = MergeKitFile.Read(file, MergeMethods.BuiltIn).Documents[^1].Recipe;
        var log = new List<string>();

        var report = ModelMerge.Run(recipe, scene.Output, new MergeOptions { CacheDirectory = null, UseCache = false, Log = log.Add }, CancellationToken.None);

        var remark = report.Findings.Single(f => f.Code == "TA1027");
        Assert.Contains("more than three times", remark.Message);
        Assert.IsTrue(log.Exists(l => l.StartsWith("resmerge: tensors averaged: ", StringComparison.Ordinal)), string.Join('\n', log));
        Assert.IsTrue(log.Exists(l => l.StartsWith("resmerge: tails on the sphere: ", StringComparison.Ordinal)), string.Join('\n', log));
    }

    private static string Yaml(string method, RlGoldenCase item)
    {
        var lines = new List<string> { $"merge_method: {method}", $"base_model: {item.Folder("base")}", $"dtype: {item.DTypeName}", "models:" };
        var parameters = item.Parameters;
        for (var i = 0; i < item.Experts.Count; i++)
        {
            lines.Add($"  - model: {item.Experts[i]}");
            var own = new List<string>();
            if (parameters.TryGetProperty("scale", out var scale))
                own.Add($"weight: {Text(scale[i])}");
            if (parameters.TryGetProperty("density", out var density))
                own.Add($"density: {Text(density[i])}");
            if (parameters.TryGetProperty("groups", out var groups))
                own.Add($"group: g{groups.EnumerateArray().ToList().FindIndex(g => g.EnumerateArray().Any(m => m.GetInt32() == i))}");
            if (own.Count > 0)
                lines.Add($"    parameters: {{{string.Join(", ", own)}}}");
        }
        var global = parameters.EnumerateObject().Where(p => p.Name is not ("scale" or "density" or "groups")).Select(p => $"{p.Name}: {Text(p.Value)}").ToList();
        if (global.Count > 0)
            lines.Add($"parameters: {{{string.Join(", ", global)}}}");
        return string.Join('\n', lines) + "\n";
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble().ToString("R", CultureInfo.InvariantCulture),
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };
}
