using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tool.Tests;

/// <summary>docs/command-line.md against what <c>--json</c> prints.</summary>
[TestClass]
[RequiresShared("models/tiny-reasoner")]
public sealed partial class JsonDocumentationTests
{
    private const string Common = "taskarithmetic/1";

    [TestMethod]
    [RequiresShared("golden/peft")]
    public async Task Every_field_that_machines_get_is_documented_and_every_documented_field_exists()
    {
        if (RepositoryRoot.Path is null)
            Assert.Inconclusive("needs the repository");
        using var tool = new ToolFolder();
        // What the doctor says of libtorch depends on whether there is one.
        Directory.CreateDirectory(tool["packages"]);
        tool.Environment["NUGET_PACKAGES"] = tool["packages"];
        tool.Environment["TASKARITHMETIC_LIBTORCH"] = "";
        var (vector, model) = (tool["vector.safetensors"], tool["model"]);
        var (target, grpo, sft) = (SharedModel.Reasoner("target"), SharedModel.Reasoner("grpo"), SharedModel.Reasoner("sft"));
        var adapter = Directory.EnumerateFiles(SharedData.PathOf("golden", "peft"), "adapter_model.safetensors", SearchOption.AllDirectories).Select(Path.GetDirectoryName).First()!;
        var observed = new Dictionary<string, HashSet<string>>();
        foreach (var call in (string[][])
        [
            ["extract", "--from", grpo, "--minus", sft, "--output", vector], ["merge", "--base", target, "--vector", $"{grpo},minus={sft}", "--output", model],
            ["compress", vector, "--form", "zstd", "--target", target, "--output", tool["small.safetensors"]],
            ["export", target, "--quantization", "q8_0", "--output", tool["target.gguf"]],
            ["combine", "--vector", vector, "--vector", $"{vector},alpha=-0.5", "--output", tool["half.safetensors"]],
            ["check", "--base", target, "--vector", vector, "--vector", $"{vector},alpha=0.5"], ["inspect", target], ["inspect", vector], ["inspect", adapter], ["compare", grpo, sft], ["compare", grpo, target, "--base", sft], ["verify", model],
            ["cache", "list"], ["cache", "verify"], ["cache", "prune", "--max-size", "0"], ["methods"], ["recipe", tool["model", "taskarithmetic.json"], "--to", "json"], ["recipe", tool["model", "taskarithmetic.json"], "--explain", "model.norm.weight"], ["doctor"], ["eval", "--list"], ["eval", "--validate", tool["absent.yaml"]], ["inspect", "/no/such/model"],
        ])
        {
            var json = (await tool.RunAsync([.. call, "--json"])).Json;
            var schema = json.GetProperty("schema").GetString()!;
            foreach (var path in Paths(json, ""))
            {
                var owner = path is "schema" or "exitCode" || path.StartsWith("diagnostics", StringComparison.Ordinal) ? Common : schema;
                (observed.TryGetValue(owner, out var paths) ? paths : observed[owner] = []).Add(path);
            }
        }
        Assert.IsGreaterThan(10, observed.Count);
        var documented = Documented();
        // Written in the page as the same fields again.
        documented["taskarithmetic.check/1"] = [.. documented["taskarithmetic.merge/1"].Where(p => p == "outputBytes" || p.StartsWith("summary.", StringComparison.Ordinal)), .. documented["taskarithmetic.compare/1"].Where(p => p == "heatMap" || p.StartsWith("interference.", StringComparison.Ordinal))];
        // Singular values need libtorch, which is kept out of sight here.
        documented["taskarithmetic.extract/1"].RemoveWhere(p => p.StartsWith("adapter.", StringComparison.Ordinal));
        documented["taskarithmetic.extract/1"] = [.. documented["taskarithmetic.extract/1"].Where(p => p != "metadata"), .. documented["taskarithmetic.inspect/1"].Where(p => p.StartsWith("vector.", StringComparison.Ordinal)).Select(p => "metadata" + p["vector".Length..])];
        documented["taskarithmetic.combine/1"] = documented["taskarithmetic.extract/1"];
        AssertAlike(observed, documented);
    }

    [TestMethod]
    public async Task Every_field_of_an_extracted_adapter_is_documented_and_every_documented_one_exists()
    {
        if (RepositoryRoot.Path is null)
            Assert.Inconclusive("needs the repository");
        using var tool = new ToolFolder();

        var result = await tool.RunAsync("extract", "--lora", "--from", SharedModel.Reasoner("grpo"), "--minus", SharedModel.Reasoner("sft"), "--rank", "2", "--output", tool["adapter"], "--json");

        const string schema = "taskarithmetic.extract/1";
        var observed = Paths(result.Json, "").Where(p => p is not ("schema" or "exitCode") && !p.StartsWith("diagnostics", StringComparison.Ordinal)).ToHashSet();
        AssertAlike(new() { [schema] = observed }, new() { [schema] = [.. Documented()[schema].Where(p => p is "files" or "cacheHit" || p.StartsWith("adapter.", StringComparison.Ordinal))] });
    }

    [TestMethod]
    public async Task Every_field_of_eval_is_documented_and_every_documented_one_exists()
    {
        if (RepositoryRoot.Path is null)
            Assert.Inconclusive("needs the repository");
        using var tool = new ToolFolder { WorkingFolder = SharedData.PathOf("models", "tiny-reasoner", "benchmark") };

        var result = await tool.RunAsync(
            "eval", SharedModel.Reasoner("target"), "--baseline", SharedModel.Reasoner("sft"), "--benchmark", "arithmetic_chat.yaml,limit=4,max-regression=5", "--device", "cpu", "--output", tool["out"], "--json");

        const string schema = "taskarithmetic.eval/1";
        var observed = Paths(result.Json, "").Where(p => p is not ("schema" or "exitCode") && !p.StartsWith("diagnostics", StringComparison.Ordinal) && !p.EndsWith(".groups", StringComparison.Ordinal)).ToHashSet();
        // This benchmark has no groups.
        AssertAlike(new() { [schema] = observed }, new() { [schema] = [.. Documented()[schema].Where(p => !p.Contains(".groups[]", StringComparison.Ordinal))] });
    }

    private static void AssertAlike(Dictionary<string, HashSet<string>> observed, Dictionary<string, HashSet<string>> documented)
    {
        var problems = new List<string>();
        foreach (var (schema, paths) in observed)
        {
            var known = documented.GetValueOrDefault(schema, []);
            var seen = paths.Select(p => Generalise(p, known)).ToHashSet();
            problems.AddRange(seen.Where(p => !known.Any(k => k == p || k.StartsWith(p + ".", StringComparison.Ordinal) || k.StartsWith(p + "[]", StringComparison.Ordinal))).Select(p => $"{schema}: {p} is not documented"));
            problems.AddRange(known.Except(seen).Select(p => $"{schema}: {p} is documented and does not exist"));
        }
        Assert.IsEmpty(problems.Distinct().ToList(), string.Join(Environment.NewLine, problems.Distinct()));
    }

    /// <summary>Names of tensors and the like become the star that the page has in their place.</summary>
    private static string Generalise(string path, IReadOnlySet<string> known)
    {
        foreach (var star in known.Where(k => k.Contains(".*", StringComparison.Ordinal)))
        {
            var parts = star.Split(".*");
            if (path.StartsWith(parts[0] + ".", StringComparison.Ordinal) && path.EndsWith(parts[1], StringComparison.Ordinal))
                return star;
        }
        return path;
    }

    private static IEnumerable<string> Paths(JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.Object when value.EnumerateObject().Any() => value.EnumerateObject().SelectMany(p => Paths(p.Value, path.Length == 0 ? p.Name : $"{path}.{p.Name}")),
        JsonValueKind.Array when value.EnumerateArray().Any(e => e.ValueKind == JsonValueKind.Object) => value.EnumerateArray().SelectMany(e => Paths(e, path + "[]")),
        _ => [path],
    };

    private static Dictionary<string, HashSet<string>> Documented()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryRoot.Path!, "docs", "command-line.md"));
        return Section().Matches(page).ToDictionary(m => m.Groups[1].Value, m => Row().Matches(m.Groups[2].Value).Select(r => r.Groups[1].Value).ToHashSet());
    }

    [GeneratedRegex(@"^### `(taskarithmetic[a-z.]*/\d+)`\n(.*?)(?=^##|\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Section();

    [GeneratedRegex(@"^\| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
