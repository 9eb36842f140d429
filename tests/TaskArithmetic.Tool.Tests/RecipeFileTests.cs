using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tool.Tests;

/// <summary>Recipes from files: JSON, provenance, mergekit's YAML, and methods that an assembly brings.</summary>
[TestClass]
[RequiresShared("models/tiny-reasoner")]
public sealed class RecipeFileTests
{
    private static readonly string ToyMethod = ToolFolder.Library("TaskArithmetic.Tests.ToyMethod");

    private static string Target => SharedModel.Reasoner("target");

    private static string Pair => $"{SharedModel.Reasoner("grpo")},minus={SharedModel.Reasoner("sft")}";

    [TestMethod]
    public async Task A_recipe_gives_the_bytes_that_the_same_options_give_and_provenance_repeats_them()
    {
        using var tool = new ToolFolder();
        File.WriteAllText(tool["recipe.json"], $$"""
            {
              "$schema": "docs/recipe.schema.json",
              "method": "ties",
              "base": {{JsonSerializer.Serialize(Target)}},
              "inputs": [
                { "path": {{JsonSerializer.Serialize(SharedModel.Reasoner("grpo"))}}, "minus": {{JsonSerializer.Serialize(SharedModel.Reasoner("sft"))}}, "weight": [0.8, 0.2], "density": 0.3 }
              ],
              "parameters": { "lambda": 0.5 }
            }
            """);

        await Done(tool, "merge", "--base", Target, "--vector", $"{Pair},alpha=[0.8,0.2],density=0.3", "--method", "ties", "--lambda", "0.5", "--output", tool["options"], "--no-cache");
        await Done(tool, "merge", "--recipe", tool["recipe.json"], "--output", tool["recipe"], "--no-cache");
        await Done(tool, "merge", "--recipe", tool["options", "taskarithmetic.json"], "--output", tool["again"], "--no-cache");

        Assert.AreEqual(Weights(tool["options"]), Weights(tool["recipe"]));
        Assert.AreEqual(File.ReadAllText(tool["options", "taskarithmetic.json"]), File.ReadAllText(tool["again", "taskarithmetic.json"]));
        Assert.AreNotEqual(Weights(Target), Weights(tool["recipe"]));
    }

    [TestMethod]
    public async Task A_recipe_that_is_written_takes_the_place_of_nothing_but_another_recipe()
    {
        using var tool = new ToolFolder();
        const string Yaml = "merge_method: linear\nmodels:\n  - model: a\n    parameters: {weight: 1}\n# as it was\n";
        File.WriteAllText(tool["r.yml"], Yaml);
        File.WriteAllText(tool["config.json"], "{\"model_type\": \"llama\"}");
        File.WriteAllText(tool["taskarithmetic.json"], "{\"recipe\": {\"schema\": \"taskarithmetic.recipe/1\"}, \"outputs\": []}");

        foreach (var (code, name) in new[] { ("TA2052", "config.json"), ("TA2052", "taskarithmetic.json"), ("TA2016", "r.yml") })
        {
            var before = File.ReadAllText(tool[name]);
            var result = await tool.RunAsync("recipe", tool["r.yml"], "--to", name == "r.yml" ? "yaml" : "json", "--output", tool[name]);
            Assert.AreEqual(2, result.ExitCode, result.ToString());
            Assert.Contains($"error {code}:", result.Error);
            Assert.AreEqual(before, File.ReadAllText(tool[name]));
        }
        await Done(tool, "recipe", tool["r.yml"], "--to", "json", "--output", tool["r.json"]);
        await Done(tool, "recipe", tool["r.yml"], "--to", "json", "--output", tool["r.json"]);
        await Done(tool, "recipe", tool["r.yml"], "--to", "yaml", "--output", tool["again.yml"]);
        await Done(tool, "recipe", tool["r.json"], "--to", "yaml", "--output", tool["again.yml"]);
    }

    [TestMethod]
    public async Task What_is_given_beside_a_recipe_wins_over_what_it_says()
    {
        using var tool = new ToolFolder();
        await Done(tool, "merge", "--base", Target, "--vector", Pair, "--output", tool["first"], "--output-dtype", "float16");

        await Done(tool, "merge", "--recipe", tool["first", "taskarithmetic.json"], "--output-dtype", "float32", "--output", tool["second"]);

        var inspect = await tool.RunAsync("inspect", tool["second"], "--json");
        Assert.IsTrue(inspect.Json.GetProperty("tensors").EnumerateArray().All(t => t.GetProperty("dtype").GetString() == "F32"));
    }

    [TestMethod]
    public async Task A_faulty_recipe_is_refused_with_line_and_path_before_anything_is_written()
    {
        using var tool = new ToolFolder();
        File.WriteAllText(tool["recipe.json"], "{\n  \"base\": \"b\",\n  \"inputs\": [{ \"path\": \"v\", \"wieght\": 1 }]\n}\n");

        var result = await tool.RunAsync("merge", "--recipe", "recipe.json", "--output", tool["model"]);

        Assert.AreEqual(2, result.ExitCode, result.ToString());
        Assert.AreEqual("TA2042", result.Codes.Single());
        Assert.Contains("recipe.json:3: $.inputs[0].wieght: nothing reads 'wieght'. Did you mean 'weight'?", result.Error);
        Assert.IsFalse(Directory.Exists(tool["model"]));
    }

    [TestMethod]
    [DataRow("--density", "0.5", "TA2070", "the method task_arithmetic has no parameter 'density'")]
    [DataRow("--method", "linear", "TA2019", "minus")]
    public async Task A_parameter_or_a_part_that_the_method_does_not_use_is_an_error(string option, string value, string code, string expected)
    {
        using var tool = new ToolFolder();

        var result = await tool.RunAsync("merge", "--base", Target, "--vector", Pair, option, value, "--output", tool["model"]);

        Assert.AreEqual(2, result.ExitCode, result.ToString());
        Assert.AreEqual(code, result.Codes.Single(), result.ToString());
        Assert.Contains(expected, result.Error);
    }

    [TestMethod]
    public async Task A_density_for_the_merge_holds_for_the_vectors_that_have_none()
    {
        using var tool = new ToolFolder();

        await Done(tool, "merge", "--base", Target, "--vector", $"{Pair},density=0.3", "--method", "ties", "--output", tool["own"], "--no-cache");
        await Done(tool, "merge", "--base", Target, "--vector", Pair, "--method", "ties", "--density", "0.3", "--output", tool["all"], "--no-cache");

        Assert.AreEqual(Weights(tool["own"]), Weights(tool["all"]));
    }

    [TestMethod]
    public async Task A_method_from_outside_is_on_the_command_line_in_recipes_and_in_mergekits_files()
    {
        using var tool = new ToolFolder();
        File.WriteAllText(tool["toy.json"], $$"""
            { "method": "toy", "base": {{JsonSerializer.Serialize(Target)}}, "inputs": [{ "path": {{JsonSerializer.Serialize(SharedModel.Reasoner("sft"))}}, "share": 0.25 }] }
            """.Replace("\"path\": ", $"\"minus\": {JsonSerializer.Serialize(Target)}, \"path\": ", StringComparison.Ordinal));
        File.WriteAllText(tool["toy.yml"], $"merge_method: toy\nbase_model: {Target}\nmodels:\n  - model: {SharedModel.Reasoner("sft")}\n    parameters:\n      share: 0.25\n");

        await Done(tool, "merge", "--base", Target, "--vector", $"{SharedModel.Reasoner("sft")},minus={Target},alpha=-0.25", "--output", tool["expected"], "--no-cache");
        await Done(tool, "merge", "--method-assembly", ToyMethod, "--method", "toy", "--base", Target, "--vector", $"{SharedModel.Reasoner("sft")},minus={Target},share=0.25", "--mirror-it", "--output", tool["mirrored"], "--no-cache");
        await Done(tool, "merge", "--method-assembly", ToyMethod, "--method", "toy", "--base", Target, "--vector", $"{SharedModel.Reasoner("sft")},minus={Target},share=0.25", "--output", tool["plain"], "--no-cache");
        await Done(tool, "merge", "--method-assembly", ToyMethod, "--recipe", "toy.json", "--output", tool["recipe"], "--no-cache");
        await Done(tool, "merge", "--method-assembly", ToyMethod, "--mergekit", "toy.yml", "--output", tool["yaml"], "--no-cache");
        var methods = await tool.RunAsync("methods", "toy", "--method-assembly", ToyMethod);

        Assert.AreEqual(Weights(tool["expected"]), Weights(tool["mirrored"]));
        Assert.AreEqual(Weights(tool["plain"]), Weights(tool["recipe"]));
        Assert.AreEqual(Weights(tool["plain"]), Weights(tool["yaml"]));
        Assert.AreNotEqual(Weights(tool["plain"]), Weights(tool["mirrored"]));
        Assert.Contains("--vector PATH,share=…: number from 0 to 1 (default: 0.5)", methods.Output);
        Assert.Contains("--mirror-it: true or false (default: false)", methods.Output);
    }

    [TestMethod]
    [DataRow("--method toy --vector v,share=1.5", "TA2073", "share: 1.5 is not from 0 to 1")]
    [DataRow("--method toy --vector v,shrae=1", "TA2019", "Did you mean 'share'?")]
    [DataRow("--method tyo --vector v", "TA2023", "Did you mean 'toy'?")]
    [DataRow("--method toy --vector v --miror-it", "TA2023", "Did you mean '--mirror-it'?")]
    public async Task The_schema_of_a_method_from_outside_is_all_that_its_checks_need(string call, string code, string expected)
    {
        using var tool = new ToolFolder();

        var result = await tool.RunAsync(["check", "--method-assembly", ToyMethod, "--base", Target, .. call.Split(' ')]);

        Assert.AreEqual(2, result.ExitCode, result.ToString());
        CollectionAssert.Contains(result.Codes.ToArray(), code, result.ToString());
        Assert.Contains(expected, result.Error);
    }

    [TestMethod]
    public async Task A_method_that_fails_is_named_with_its_assembly_and_leaves_nothing()
    {
        using var tool = new ToolFolder();

        var result = await tool.RunAsync("merge", "--method-assembly", ToyMethod, "--method", "faulty", "--base", Target, "--vector", Pair, "--output", tool["model"], "--no-cache");

        Assert.AreEqual("TA2053", result.Codes.Single(), result.ToString());
        Assert.Contains("as it always does", result.Error);
        Assert.Contains(Path.GetFileName(ToyMethod), result.Error);
        Assert.IsFalse(Directory.Exists(tool["model"]));
    }

    [TestMethod]
    public async Task An_assembly_that_brings_no_method_is_refused_with_the_reason()
    {
        using var tool = new ToolFolder();
        File.WriteAllText(tool["text.dll"], "no assembly");

        foreach (var (path, expected) in ((string, string)[])[("absent.dll", "there is no such file"), ("text.dll", "format"), (ToolFolder.Library("TaskArithmetic.Tool.Tests"), "it has none")])
        {
            var result = await tool.RunAsync("methods", "--method-assembly", path);

            Assert.AreEqual(2, result.ExitCode, result.ToString());
            Assert.AreEqual("TA2047", result.Codes.Single(), result.ToString());
            Assert.Contains(expected, result.Error);
        }
    }

    [TestMethod]
    public async Task A_recipe_goes_through_all_forms_and_means_the_same()
    {
        using var tool = new ToolFolder();
        var vector = $"{SharedModel.Reasoner("sft")},minus={Target},density=0.3,weight=[{{\"filter\":\"mlp\",\"value\":[0.5,1]}},{{\"value\":0.25}}]";
        await Done(tool, "merge", "--base", Target, "--vector", vector, "--method", "ties", "--lambda", "0.5", "--output", tool["model"], "--no-cache");
        var record = tool["model", "taskarithmetic.json"];

        await Done(tool, "recipe", record, "--to", "json", "--output", tool["recipe.json"]);
        await Done(tool, "recipe", tool["recipe.json"], "--output", tool["recipe.yml"]);
        await Done(tool, "merge", "--recipe", tool["recipe.json"], "--output", tool["json"], "--no-cache");
        await Done(tool, "merge", "--mergekit", tool["recipe.yml"], "--output", tool["yaml"], "--no-cache");
        var items = await tool.RunAsync("recipe", tool["recipe.yml"], "--to", "items");

        Assert.AreEqual(Weights(tool["model"]), Weights(tool["json"]));
        Assert.AreEqual(Weights(tool["model"]), Weights(tool["yaml"]));
        var vectorItem = System.Xml.Linq.XElement.Parse(items.Output).Descendants("ReasoningVector").Single();
        Assert.AreEqual("0.3", vectorItem.Attribute("Density")!.Value);
        Assert.AreEqual(Target, vectorItem.Attribute("Minus")!.Value);
        Assert.AreEqual("ties", System.Xml.Linq.XElement.Parse(items.Output).Descendants("MergeMethod").Single().Value);
        Assert.AreEqual("0.5", System.Xml.Linq.XElement.Parse(items.Output).Descendants("MergeParameter").Single(p => p.Attribute("Include")!.Value == "lambda").Attribute("Value")!.Value);
    }

    [TestMethod]
    public async Task What_happens_to_a_tensor_is_told_with_the_place_where_each_value_was_said()
    {
        using var tool = new ToolFolder();
        File.WriteAllText(tool["recipe.json"], $$"""
            {
              "method": "ties", "base": {{JsonSerializer.Serialize(Target)}}, "outputDtype": "float32",
              "inputs": [
                { "path": {{JsonSerializer.Serialize(SharedModel.Reasoner("grpo"))}}, "minus": {{JsonSerializer.Serialize(SharedModel.Reasoner("sft"))}}, "density": [{ "filter": "mlp", "value": 0.5 }] },
                { "path": {{JsonSerializer.Serialize(SharedModel.Reasoner("sft"))}}, "minus": {{JsonSerializer.Serialize(Target)}}, "exclude": ["*mlp*"] }
              ],
              "parameters": { "density": 0.25 }
            }
            """);

        var mlp = await tool.RunAsync("recipe", "recipe.json", "--explain", "model.layers.0.mlp.up_proj.weight");
        var attention = await tool.RunAsync("recipe", "recipe.json", "--explain", "model.layers.0.self_attn.q_proj.weight");
        var absent = await tool.RunAsync("recipe", "recipe.json", "--explain", "model.layers.0.mlp.upproj.weight");

        Assert.AreEqual(0, mlp.ExitCode, mlp.ToString());
        Assert.Contains("density = 0.5, said with the input: [", mlp.Output);
        Assert.Contains("weight = 1, the method's default", mlp.Output);
        Assert.Contains("whose patterns leave it out", mlp.Output);
        Assert.Contains("rounded once, to nearest even, to F32", mlp.Output);
        Assert.Contains("density = 0.25, said for the merge: 0.25", attention.Output);
        Assert.AreEqual("TA2046", absent.Codes.Single(), absent.ToString());
        Assert.Contains("Did you mean 'model.layers.0.mlp.up_proj.weight'?", absent.Error);
    }

    [TestMethod]
    public async Task The_schema_of_recipes_knows_methods_from_outside()
    {
        using var tool = new ToolFolder();

        var schema = await tool.RunAsync("recipe", "--schema", "--method-assembly", ToyMethod);

        Assert.AreEqual(0, schema.ExitCode, schema.ToString());
        using var json = JsonDocument.Parse(schema.Output);
        Assert.IsTrue(json.RootElement.GetProperty("$defs").GetProperty("method.toy").GetProperty("properties").GetProperty("inputs").GetProperty("items").GetProperty("properties").TryGetProperty("share", out _));
    }

    [TestMethod]
    public async Task Several_merges_of_one_file_leave_their_last_result_only_and_what_others_put_beside_it()
    {
        using var tool = new ToolFolder();
        File.WriteAllText(tool["two.yml"], $"""
            name: middle
            merge_method: linear
            models:
              - model: {SharedModel.Reasoner("grpo")}
                parameters: [weight: 1]
              - model: {SharedModel.Reasoner("sft")}
                parameters: [weight: 1]
            ---
            merge_method: linear
            models:
              - model: middle
                parameters: [weight: 1]
              - model: {Target}
                parameters: [weight: 3]
            """.Replace("[weight: ", "{weight: ", StringComparison.Ordinal).Replace("]", "}", StringComparison.Ordinal));
        Directory.CreateDirectory(tool["model.parts"]);
        File.WriteAllText(tool["model.parts", "notes.txt"], "mine");

        await Done(tool, "merge", "--mergekit", "two.yml", "--output", tool["model"], "--no-cache");
        await Done(tool, "merge", "--mergekit", "two.yml", "--output", tool["other"], "--no-cache");
        var check = await tool.RunAsync("check", "--mergekit", "two.yml");

        Assert.AreEqual(Weights(tool["model"]), Weights(tool["other"]));
        CollectionAssert.AreEqual(new[] { "notes.txt" }, Directory.GetFileSystemEntries(tool["model.parts"]).Select(Path.GetFileName).ToArray());
        Assert.IsFalse(Directory.Exists(tool["other.parts"]));
        Assert.AreEqual("TA2049", check.Codes.Single(), check.ToString());
    }

    [TestMethod]
    public async Task Every_parameter_of_every_method_is_an_option()
    {
        using var tool = new ToolFolder();

        var methods = await tool.RunAsync("methods", "--json");
        var help = await tool.RunAsync("merge", "--help");

        foreach (var method in methods.Json.GetProperty("methods").EnumerateArray())
        {
            foreach (var name in method.GetProperty("parameters").EnumerateArray().Select(p => p.GetProperty("name").GetString()!))
                Assert.Contains($"  --{name.Replace('_', '-')} <", help.Output, $"{method.GetProperty("name")} {name}");
        }
    }

    private static async Task Done(ToolFolder tool, params string[] arguments)
    {
        var result = await tool.RunAsync(arguments);
        Assert.AreEqual(0, result.ExitCode, result.ToString());
    }

    private static string Weights(string model) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(model, "model.safetensors"))));

    [TestMethod]
    [RequiresShared("golden/mergekit-yaml")]
    public async Task Rows_that_come_from_several_models_name_their_tensor_once()
    {
        using var tool = new ToolFolder();
        var (one, other) = (SharedData.PathOf("golden/mergekit-yaml/models/llama-sft-bf16"), SharedData.PathOf("golden/mergekit-yaml/models/llama-chat-bf16"));
        File.WriteAllText(tool["union.yml"], $"merge_method: linear\nbase_model: {one}\nparameters: {{weight: 0.5}}\ntokenizer_source: union\nmodels:\n  - model: {one}\n  - model: {other}\n");

        var call = await tool.RunAsync("recipe", "union.yml", "--explain", "lm_head.weight");

        Assert.Contains($"lm_head.weight of {one}/model.safetensors, {other}/model.safetensors", call.Output);
        Assert.DoesNotContain("lm_head.weight, lm_head.weight", call.Output);
    }
}
