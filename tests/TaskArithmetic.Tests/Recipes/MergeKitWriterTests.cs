using TaskArithmetic.Diagnostics;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Recipes;

[TestClass]
public sealed class MergeKitWriterTests
{
    private static readonly RecipeInput Vector = new("x") { Minus = "b", Parameters = new Dictionary<string, ParameterValue> { ["weight"] = ParameterValue.Of(1e-5) } };

    [TestMethod]
    [RequiresShared("golden/mergekit-yaml")]
    public void What_is_written_of_every_file_of_mergekit_reads_as_the_same_recipe()
    {
        foreach (var path in Directory.GetFiles(SharedData.PathOf("golden/mergekit-yaml/cases"), "config.yml", SearchOption.AllDirectories).Where(p => !p.Contains("moe-", StringComparison.Ordinal)))
        {
            foreach (var recipe in MergeKitFile.Read(path, MergeMethods.BuiltIn).Documents.Select(d => d.Recipe))
            {
                var yaml = MergeKitWriter.Write(recipe, MergeMethods.BuiltIn);
                var again = MergeKitFile.Parse(path, yaml, MergeMethods.BuiltIn).Documents.Single().Recipe;
                Assert.AreEqual(RecipeJson.Write(recipe), RecipeJson.Write(again), $"{path}{Environment.NewLine}{yaml}");
            }
        }
    }

    [TestMethod]
    public void A_weight_that_a_recipe_leaves_to_its_default_is_written_out()
    {
        var filtered = new RecipeInput("y") { Minus = "b", Parameters = new Dictionary<string, ParameterValue> { ["weight"] = ParameterValue.Filtered([new("mlp", [new(2)])]) } };
        var again = Again(new Recipe { Base = "b", Inputs = [Vector, filtered, new RecipeInput("z") { Minus = "b" }] });
        Assert.IsTrue(again.WeightsAreRequired);
        Assert.AreEqual(1.0, again.Parameters["weight"].At("lm_head.weight", 0)?.Number);
        Assert.AreEqual(1e-5, again.Inputs[0].Parameters["weight"].At("lm_head.weight", 0)?.Number);
    }

    [TestMethod]
    public void Texts_that_look_like_something_else_are_quoted()
    {
        var recipe = new Recipe
        {
            Base = "b",
            Inputs = [Vector],
            Tokenizer = new RecipeTokenizer("base") { Tokens = new Dictionary<string, TokenSource> { ["yes"] = new() { Model = "x" }, ["{\"a\": \n"] = new() { Zero = true, Force = true } } },
            ChatTemplate = "{{ 'a' }}\n{% if x %}: # no comment{% endif %}",
        };
        Assert.AreEqual(RecipeJson.Write(recipe with { WeightsAreRequired = true }), RecipeJson.Write(Again(recipe)));
    }

    [TestMethod]
    public void What_the_yaml_cannot_say_is_refused_all_at_once()
    {
        var recipe = new Recipe
        {
            Base = "b",
            Inputs = [Vector with { Minus = "other" }, Vector with { Minus = null }, Vector with { Selection = TensorSelection.Parse("*mlp*", null) }],
            VocabularyMismatch = VocabularyMismatch.Common,
        };
        var findings = Assert.ThrowsExactly<DiagnosticException>(() => MergeKitWriter.Write(recipe, MergeMethods.BuiltIn)).Diagnostics;
        Assert.HasCount(4, findings);
        Assert.IsTrue(findings.All(f => f.Code == "TA2090"));
        Assert.AreEqual("TA2090", Assert.ThrowsExactly<DiagnosticException>(() => MergeKitWriter.Write(new Recipe { Method = "linear", Base = "b", Inputs = [new("x")] }, MergeMethods.BuiltIn)).Diagnostics.Single().Code);
    }

    private static Recipe Again(Recipe recipe) => MergeKitFile.Parse("f.yml", MergeKitWriter.Write(recipe, MergeMethods.BuiltIn), MergeMethods.BuiltIn).Documents.Single().Recipe;
}
