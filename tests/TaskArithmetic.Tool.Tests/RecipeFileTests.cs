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

    private static async Task Done(ToolFolder tool, params string[] arguments)
    {
        var result = await tool.RunAsync(arguments);
        Assert.AreEqual(0, result.ExitCode, result.ToString());
    }

    private static string Weights(string model) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(model, "model.safetensors"))));
}
