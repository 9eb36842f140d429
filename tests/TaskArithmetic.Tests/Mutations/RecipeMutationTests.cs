using System.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Mutations;

/// <summary>Damaged recipes: each is taken or refused with a code, and what is taken is written and read as the same.</summary>
[TestClass]
public sealed class RecipeMutationTests
{
    private static readonly string[] Words =
    [
        "\"method\":\"ties\"", "\"inputs\":[", "\"slices\":[", "\"path\":\"a\"", "\"layers\":[0,2]", "\"weight\":1e999", "\"weight\":[0.8,0.2]", "\"density\":[{\"filter\":\"mlp\",\"value\":0.5}]", "\"tensors\":\"*\"",
        "\"seed\":9223372036854775807", "\"maxShardSize\":\"5GB\"", "\"dtype\":\"bfloat16\"", "\"tokenizer\":{\"source\":\"union\"}", "\"tokens\":{\"x\":{\"zero\":true}}", "\"recipe\":{", "\"terms\":[", "\\ud800", "{", "}", "[", "]", ",", ":", "null", "true", "-1",
    ];

    [TestMethod]
    public void Every_damaged_recipe_is_taken_or_refused_with_a_code()
    {
        string[] seeds =
        [
            """{"schema":"taskarithmetic.recipe/1","method":"ties","base":"b","inputs":[{"path":"a","minus":"c","weight":0.7,"density":[0.2,0.5],"tensors":["**/mlp/**"],"exclude":["x"]}],"parameters":{"normalize":true},"outputDtype":"float32"}""",
            """{"method":"task_arithmetic","base":"b","slices":[{"base":"b","baseLayers":[0,2],"inputs":[{"path":"a","layers":[0,2]}],"parameters":{"weight":[{"filter":"mlp","value":0.5},{"value":1}]}}],"tokenizer":{"source":"base","tokens":{"<x>":{"model":"a","tokenId":1}},"padToMultipleOf":8}}""",
            """{"schema":1,"recipe":{"base":"b","terms":[{"path":"a","minus":"c","alpha":[0.8,0.2],"selection":{"include":["x"],"exclude":[]}}],"method":"linear","normalize":false,"lambda":1,"precision":"exact"}}""",
        ];
        new MutationRun("recipe", bytes =>
        {
            var recipe = RecipeJson.Parse(bytes, "r.json", MergeMethods.BuiltIn);
            var text = RecipeJson.Write(recipe);
            Assert.AreEqual(text, RecipeJson.Write(RecipeJson.Parse(Encoding.UTF8.GetBytes(text), "r.json", methods: null)));
        }).Require(new Mutation([.. seeds.Select(Encoding.UTF8.GetBytes)], Words), Mutation.Count(2000));
    }
}
