using TaskArithmetic.Diagnostics;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Tests.Recipes;

[TestClass]
public sealed class ArgumentResolutionTests
{
    private const string Head = "lm_head.weight";

    [TestMethod]
    public void An_inputs_own_value_wins_over_the_slices_and_the_slices_over_the_merges()
    {
        var own = new RecipeInput("a") { Parameters = Said("weight", 0.9) };
        var other = new RecipeInput("b");
        var slice = new RecipeSlice([own, other]) { Parameters = Said("weight", 0.5) };
        var recipe = Recipe(own, other) with { Parameters = Said("weight", 0.3) };
        CollectionAssert.AreEqual(new[] { 0.9, 0.5 }, Resolve(recipe, slice: slice).Numbers("weight"));
        CollectionAssert.AreEqual(new[] { 0.9, 0.3 }, Resolve(recipe).Numbers("weight"));
    }

    [TestMethod]
    public void A_list_of_filters_without_a_hit_falls_through()
    {
        var filtered = new RecipeInput("a") { Parameters = Said("weight", ParameterValue.Filtered([new("mlp", [new(0.9)])])) };
        var recipe = Recipe(filtered) with { Parameters = Said("weight", 0.2) };
        Assert.AreEqual(0.9, Resolve(recipe, "model.layers.0.mlp.up_proj.weight").Number(0, "weight"));
        Assert.AreEqual(0.2, Resolve(recipe, Head).Number(0, "weight"));
        Assert.AreEqual(1.0, Resolve(recipe with { Parameters = TaskArithmetic.Recipes.Recipe.NoParameters }, Head).Number(0, "weight"));
    }

    [TestMethod]
    public void Filters_of_an_input_see_its_own_tensor_name_and_those_of_the_merge_the_outputs()
    {
        var byLayer = ParameterValue.Filtered([new("layers.1.", [new(0.25)]), new(null, [new(0.75)])]);
        var input = new RecipeInput("a");
        var recipe = Recipe(input) with { Parameters = new Dictionary<string, ParameterValue> { ["weight"] = byLayer, ["lambda"] = byLayer } };
        var arguments = new ArgumentResolution(recipe, new TaskArithmeticMethod().Schema)
            .Resolve("model.layers.4.mlp.up_proj.weight", 1, [(input, "model.layers.1.mlp.up_proj.weight")])!;
        Assert.AreEqual(0.25, arguments.Number(0, "weight"));
        Assert.AreEqual(0.75, arguments.Number("lambda"));
    }

    [TestMethod]
    public void A_gradient_takes_the_value_at_the_depth()
    {
        var input = new RecipeInput("a") { Parameters = Said("weight", ParameterValue.Of(new(0.0), new(1.0), new(0.0))) };
        Assert.AreEqual(0.0, Resolve(Recipe(input), depth: 0).Number(0, "weight"));
        Assert.AreEqual(0.5, Resolve(Recipe(input), depth: 0.75).Number(0, "weight"));
        Assert.AreEqual(0.0, Resolve(Recipe(input), depth: 1).Number(0, "weight"));
    }

    [TestMethod]
    public void A_missing_value_is_told_once_for_all_tensors()
    {
        var recipe = Recipe(new RecipeInput("a")) with { WeightsAreRequired = true };
        var resolution = new ArgumentResolution(recipe, new TaskArithmeticMethod().Schema);
        Assert.IsNull(resolution.Resolve(Head, 0, [(recipe.Inputs[0], Head)]));
        Assert.IsNull(resolution.Resolve("model.norm.weight", 0, [(recipe.Inputs[0], "model.norm.weight")]));
        var only = resolution.Findings.Single();
        Assert.AreEqual("TA2071", only.Code);
        StringAssert.Contains(only.Message, Head);
    }

    [TestMethod]
    public void Values_of_the_wrong_kind_are_refused_and_texts_that_are_numbers_are_not()
    {
        Assert.AreEqual(0.001, Resolve(Recipe(new RecipeInput("a") { Parameters = Said("weight", ParameterValue.Of(new Scalar("1e-3"))) })).Number(0, "weight"));
        var recipe = Recipe(new RecipeInput("a") { Parameters = Said("weight", ParameterValue.Of(new Scalar("high"))) });
        var resolution = new ArgumentResolution(recipe, new TaskArithmeticMethod().Schema);
        Assert.IsNull(resolution.Resolve(Head, 0, [(recipe.Inputs[0], Head)]));
        Assert.AreEqual("TA2072", resolution.Findings.Single().Code);
    }

    [TestMethod]
    public void A_number_outside_of_its_range_is_an_error_or_a_remark_as_its_parameter_says()
    {
        var density = new MethodParameter("density", ParameterScope.Input, ParameterKind.Number, "") { Minimum = 0, Maximum = 1 };
        Assert.IsTrue(ParameterCheck.Of(density, new(1.7)) is { Problem: not null, IsRemark: false });
        Assert.IsTrue(ParameterCheck.Of(density with { OutsideIsWarning = true }, new(-0.1)) is { Problem: not null, IsRemark: true });
        Assert.IsTrue(ParameterCheck.Of(density, new(1.0)) is { Problem: null });
        Assert.IsTrue(ParameterCheck.Of(density with { Exclusive = true }, new(1.0)) is { Problem: not null });
        Assert.IsTrue(ParameterCheck.Of(density with { Kind = ParameterKind.Integer, Maximum = 9 }, new(2.5)) is { Value: null });
        Assert.IsTrue(ParameterCheck.Of(density, new(double.NaN)) is { Value: null });
    }

    [TestMethod]
    public void What_is_wrong_with_a_recipe_by_itself_is_told_at_once()
    {
        var recipe = Recipe(
            new RecipeInput("a") { Parameters = new Dictionary<string, ParameterValue> { ["wieght"] = ParameterValue.Of(1), ["lambda"] = ParameterValue.Of(2) } },
            new RecipeInput("b") { Parameters = Said("weight", ParameterValue.Of(new(0.5), new("x"))) }) with
        { Base = null };
        var codes = RecipeCheck.Of(recipe, MergeMethods.BuiltIn).Select(f => f.Code).Order().ToList();
        CollectionAssert.AreEqual(new[] { "TA1031", "TA2070", "TA2072", "TA2076" }, codes);
    }

    [TestMethod]
    public void An_unknown_method_and_parameter_name_the_nearest()
    {
        Assert.IsTrue(RecipeCheck.Of(Recipe() with { Method = "task-arithmetic" }, MergeMethods.BuiltIn).Single() is { Code: "TA2074" } method && method.Message.Contains("'task_arithmetic'", StringComparison.Ordinal));
        var unknown = RecipeCheck.Of(Recipe(new RecipeInput("a") { Parameters = Said("wieght", 1.0) }), MergeMethods.BuiltIn).Single();
        StringAssert.Contains(unknown.Message, "Did you mean 'weight'?");
    }

    [TestMethod]
    public void A_weight_that_is_given_nowhere_is_missing_where_the_recipe_says_that_it_must_be()
    {
        var recipe = Recipe(new RecipeInput("a"), new RecipeInput("b") { Parameters = Said("weight", 1.0) });
        Assert.IsEmpty(RecipeCheck.Of(recipe, MergeMethods.BuiltIn));
        Assert.AreEqual("TA2071", RecipeCheck.Of(recipe with { WeightsAreRequired = true }, MergeMethods.BuiltIn).Single().Code);
        Assert.AreEqual("TA2071", RecipeCheck.Of(recipe with { WeightsAreRequired = true, Method = "linear" }, MergeMethods.BuiltIn).Single().Code);
        Assert.IsEmpty(RecipeCheck.Of(recipe with { WeightsAreRequired = true, Parameters = Said("weight", 1.0) }, MergeMethods.BuiltIn));
    }

    private static Recipe Recipe(params RecipeInput[] inputs) => new() { Base = "base", Inputs = inputs };

    private static Dictionary<string, ParameterValue> Said(string name, double value) => Said(name, ParameterValue.Of(value));

    private static Dictionary<string, ParameterValue> Said(string name, ParameterValue value) => new() { [name] = value };

    private static MethodArguments Resolve(Recipe recipe, string name = Head, double depth = 0, RecipeSlice? slice = null)
    {
        var resolution = new ArgumentResolution(recipe, new TaskArithmeticMethod().Schema);
        var arguments = resolution.Resolve(name, depth, [.. (slice?.Inputs ?? recipe.Inputs).Select(i => (i, name))], slice);
        Assert.IsEmpty(resolution.Findings);
        return arguments!;
    }
}
