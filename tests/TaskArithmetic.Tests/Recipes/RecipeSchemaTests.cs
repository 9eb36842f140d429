using System.Text;
using System.Text.Json;
using Json.Schema;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Documentation;

namespace TaskArithmetic.Tests.Recipes;

/// <summary>The published schema says the same as the reader.</summary>
[TestClass]
public sealed class RecipeSchemaTests
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(RecipeSchema.Write(MergeMethods.BuiltIn));

    [TestMethod]
    public void What_is_written_is_valid()
    {
        var weights = new Dictionary<string, ParameterValue> { ["weight"] = ParameterValue.Filtered([new FilteredValue("mlp", [new Scalar(1.0), new Scalar(0.5)]), new FilteredValue(null, [new Scalar(0.7)])]) };
        var input = new RecipeInput("a") { Minus = "b", Adapter = "c", Layers = new LayerRange(0, 2), Parameters = weights, Selection = new TensorSelection(["x"], ["y"]) };
        var recipe = new Recipe
        {
            Base = "b",
            Inputs = [input],
            Parameters = new Dictionary<string, ParameterValue> { ["weight"] = 0.5, ["lambda"] = ParameterValue.Of(new Scalar(1.0), new Scalar(0.5)), ["normalize"] = true },
            Precision = Precision.Mergekit,
            WorkingDType = DType.F32,
            OutputDType = DType.BF16,
            Seed = -5,
            Tokenizer = new RecipeTokenizer("union") { PadToMultipleOf = 8, Tokens = new Dictionary<string, TokenSource> { ["<x>"] = new() { Model = "a", TokenId = 3, Force = true }, ["<y>"] = new() { Zero = true } } },
            ChatTemplate = "auto",
            VocabularyMismatch = VocabularyMismatch.Common,
            MaxShardSize = 1000,
            AllowNonFinite = true,
            RequireSameLineage = true,
            WeightsAreRequired = true,
        };
        var slices = recipe with { Inputs = [], Slices = [new RecipeSlice([input, input]) { Base = "b", BaseLayers = new LayerRange(1, 3), Parameters = weights }] };

        foreach (var text in (string[])[RecipeJson.Write(recipe), RecipeJson.Write(slices)])
        {
            Assert.IsTrue(IsValid(text), text);
            Assert.AreEqual(text, RecipeJson.Write(RecipeJson.Parse(Encoding.UTF8.GetBytes(text), "r.json", MergeMethods.BuiltIn)));
        }
    }

    [TestMethod]
    public void Every_method_gives_a_schema_that_takes_its_own_parameters_and_no_others()
    {
        foreach (var schema in MergeMethods.BuiltIn.All.Select(m => m.Schema))
        {
            var all = string.Join(", ", schema.Parameters.Select(p => $"\"{p.Name}\": {Example(p)}"));
            var own = string.Concat(schema.Parameters.Where(p => p.Scope == ParameterScope.Input).Select(p => $", \"{p.Name}\": {Example(p)}"));
            Assert.IsTrue(IsValid($$"""{ "method": "{{schema.Name}}", "inputs": [{ "path": "a"{{own}} }], "parameters": { {{all}} } }"""), schema.Name);
            Assert.IsFalse(IsValid($$"""{ "method": "{{schema.Name}}", "inputs": [{ "path": "a", "nosuch": 1 }] }"""), schema.Name);
            Assert.IsFalse(IsValid($$"""{ "method": "{{schema.Name}}", "inputs": [{ "path": "a" }], "parameters": { "nosuch": 1 } }"""), schema.Name);
        }
    }

    [TestMethod]
    [DataRow("""{ "inputs": [{ "path": "a" }] }""")]
    [DataRow("""{ "$schema": "recipe.schema.json", "schema": "taskarithmetic.recipe/1", "base": "b", "inputs": [{ "path": "a", "weight": [1, 0.5], "tensors": "*mlp*" }], "maxShardSize": "4 GiB" }""")]
    public void What_people_write_is_valid(string text) => Assert.IsTrue(IsValid(text));

    [TestMethod]
    [DataRow("""{}""")]
    [DataRow("""[]""")]
    [DataRow("""{ "inputs": [], "slices": [] }""")]
    [DataRow("""{ "inputs": [{}] }""")]
    [DataRow("""{ "inputs": [{ "path": "" }] }""")]
    [DataRow("""{ "inputs": [{ "path": "a", "minsu": "b" }] }""")]
    [DataRow("""{ "inputs": [{ "path": "a", "weight": "much" }] }""")]
    [DataRow("""{ "inputs": [{ "path": "a", "weight": [] }] }""")]
    [DataRow("""{ "inputs": [{ "path": "a", "weight": { "filter": "x" } }] }""")]
    [DataRow("""{ "inputs": [{ "path": "a", "layers": [1] }] }""")]
    [DataRow("""{ "inputs": [{ "path": "a" }], "method": "task-arithmetic" }""")]
    [DataRow("""{ "inputs": [{ "path": "a" }], "dtype": "int8" }""")]
    [DataRow("""{ "inputs": [{ "path": "a" }], "precision": "Exact" }""")]
    [DataRow("""{ "inputs": [{ "path": "a" }], "seed": 0.5 }""")]
    [DataRow("""{ "inputs": [{ "path": "a" }], "maxShardSize": "big" }""")]
    [DataRow("""{ "inputs": [{ "path": "a" }], "tokenizer": { "tokens": {} } }""")]
    [DataRow("""{ "inputs": [{ "path": "a" }], "method": "linear", "parameters": { "lambda": 1 } }""")]
    public void What_the_reader_refuses_is_not_valid(string text)
    {
        Assert.IsFalse(IsValid(text));
        Assert.ThrowsExactly<DiagnosticException>(() => RecipeJson.Parse(Encoding.UTF8.GetBytes(text), "r.json", MergeMethods.BuiltIn));
    }

    [TestMethod]
    [RequiresRepository]
    public void The_recipe_in_the_documentation_is_valid_and_is_read()
    {
        var page = File.ReadAllText(Repository.PathOf("docs", "recipes.md"));
        var text = page.Split("```json\n")[1].Split("```")[0];

        Assert.IsTrue(IsValid(text), text);
        Assert.AreEqual("ties", RecipeJson.Parse(Encoding.UTF8.GetBytes(text), "recipes.md", MergeMethods.BuiltIn).Method);
    }

    private static string Example(MethodParameter parameter) => parameter.Kind switch
    {
        ParameterKind.Flag => "true",
        ParameterKind.Text => parameter.Choices.Count > 0 ? $"\"{parameter.Choices[0]}\"" : "\"a\"",
        ParameterKind.Integer => JsonSerializer.Serialize((long)Math.Ceiling(InRange(parameter))),
        _ => JsonSerializer.Serialize(InRange(parameter)),
    };

    private static double InRange(MethodParameter parameter) => (double.IsFinite(parameter.Minimum), double.IsFinite(parameter.Maximum)) switch
    {
        (true, true) => (parameter.Minimum + parameter.Maximum) / 2,
        (true, false) => parameter.Minimum + 1,
        (false, true) => parameter.Maximum - 1,
        _ => 1,
    };

    private static bool IsValid(string text)
    {
        using var json = JsonDocument.Parse(text);
        return Schema.Evaluate(json.RootElement).IsValid;
    }
}
