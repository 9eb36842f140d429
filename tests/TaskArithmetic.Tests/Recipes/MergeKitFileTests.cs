using TaskArithmetic.Diagnostics;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Recipes;

[TestClass]
public sealed class MergeKitFileTests
{
    private const string Models =
        """
        merge_method: task_arithmetic
        base_model: b
        models:
        - model: x
          parameters: {weight: 1}

        """;

    [TestMethod]
    public void Task_vectors_are_taken_from_every_model_but_the_base()
    {
        var recipe = Only("""
            merge_method: task_arithmetic
            base_model: b
            models:
            - model: b
            - {model: x, parameters: {weight: 0.5}}
            - {model: y+lora, parameters: {weight: [0, 1]}}
            dtype: bfloat16
            out_dtype: float32
            """);
        Assert.AreEqual("b", recipe.Base);
        CollectionAssert.AreEqual(new[] { ("x", "b", null), ("y", "b", "lora") }, recipe.Inputs.Select(i => (i.Path, i.Minus!, i.Adapter)).ToArray());
        Assert.AreEqual(ParameterValue.Of(new Scalar(0.0), new Scalar(1.0)), recipe.Inputs[1].Parameters["weight"]);
        Assert.AreEqual((DType.BF16, DType.F32), (recipe.WorkingDType, recipe.OutputDType));
        Assert.IsTrue(recipe.WeightsAreRequired);
    }

    [TestMethod]
    public void A_base_that_is_not_listed_is_one_more_model_of_a_linear_merge()
    {
        const string Text = "merge_method: linear\nbase_model: b\nmodels: [{model: x, parameters: {weight: 1}}]\nparameters: {weight: 3}\n";
        CollectionAssert.AreEqual(new[] { "x", "b" }, Only(Text).Inputs.Select(i => i.Path).ToArray());
        CollectionAssert.AreEqual(new[] { "b", "x" }, Only(Text.Replace("[{", "[{model: b}, {", StringComparison.Ordinal)).Inputs.Select(i => i.Path).ToArray());
        CollectionAssert.AreEqual(new string?[] { null, null }, Only(Text).Inputs.Select(i => i.Minus).ToArray());
    }

    [TestMethod]
    public void Slices_know_their_layers_and_those_of_their_base()
    {
        var recipe = Only("""
            merge_method: task_arithmetic
            slices:
            - sources:
              - {model: b, layer_range: [4, 6]}
              - {model: x, layer_range: [0, 2]}
            - sources:
              - {model: y, layer_range: [2, 4]}
              - {model: c, layer_range: [2, 4]}
              base_model: c
              parameters: {weight: 0.5}
            base_model: b
            parameters: {weight: 1}
            """);
        Assert.AreEqual((null, new LayerRange(4, 6)), (recipe.Slices![0].Base, recipe.Slices[0].BaseLayers));
        Assert.AreEqual(("x", "b", new LayerRange(0, 2)), Of(recipe.Slices[0].Inputs.Single()));
        Assert.AreEqual("c", recipe.Slices[1].Base);
        Assert.AreEqual(("y", "c", new LayerRange(2, 4)), Of(recipe.Slices[1].Inputs.Single()));
        Assert.AreEqual(ParameterValue.Of(0.5), recipe.Slices[1].Parameters["weight"]);

        static (string, string?, LayerRange?) Of(RecipeInput input) => (input.Path, input.Minus, input.Layers);
    }

    [TestMethod]
    public void A_modules_parameters_come_before_the_global_ones()
    {
        var recipe = Only("""
            merge_method: linear
            modules:
              default:
                models: [{model: x}]
                parameters: {weight: {filter: mlp, value: 2}}
            parameters: {weight: 1}
            """);
        Assert.AreEqual(2, recipe.Parameters["weight"].At("layers.0.mlp.up", 0)?.Number);
        Assert.AreEqual(1, recipe.Parameters["weight"].At("layers.0.attn.q", 0)?.Number);
    }

    [TestMethod]
    [DataRow("0.5", 0.5)]
    [DataRow("'0.5'", 0.5)]
    [DataRow("\"1\"", 1.0)]
    [DataRow("1e-3", 1e-3)]
    [DataRow("1_000", 1000.0)]
    [DataRow("+.5", 0.5)]
    [DataRow("5.", 5.0)]
    [DataRow("0x1f", 31.0)]
    [DataRow("010", 8.0)]
    public void Numbers_are_read_as_mergekit_coerces_them(string text, double expected) =>
        Assert.AreEqual(expected, Weight(text).Entries.Single().Values.Single().Number);

    [TestMethod]
    [DataRow("yes", true)]
    [DataRow("Off", false)]
    [DataRow("1", true)]
    [DataRow("\"false\"", false)]
    public void Switches_are_read_as_yaml_1_1_has_them(string text, bool expected) =>
        Assert.AreEqual(expected, Only(Models + $"parameters: {{normalize: {text}}}\n").Parameters["normalize"].Entries.Single().Values.Single().AsFlag());

    [TestMethod]
    public void Values_by_filter_are_read_alone_and_in_lists()
    {
        Assert.AreEqual(ParameterValue.Filtered([new("mlp", [new(0.5)])]), Weight("{filter: mlp, value: 0.5}"));
        Assert.AreEqual(ParameterValue.Filtered([new("mlp", [new(0.0), new(1.0)]), new("*", [new(2.0)])]), Weight("[{filter: mlp, value: [0, 1]}, {filter: '*', value: 2}]"));
    }

    [TestMethod]
    public void Merge_keys_and_keys_that_hold_anchors_are_understood()
    {
        var recipe = Only("""
            defaults: &d {weight: 0.25}
            x-note: whatever
            merge_method: linear
            models:
            - {model: x, parameters: {<<: *d}}
            - {model: y, parameters: {<<: *d, weight: 0.75}}
            """);
        CollectionAssert.AreEqual(new double?[] { 0.25, 0.75 }, recipe.Inputs.Select(i => i.Parameters["weight"].Entries[0].Values[0].Number).ToArray());
    }

    [TestMethod]
    public void Models_are_also_read_from_the_mappings_that_mergekit_writes()
    {
        var recipe = Only(Models.Replace("model: x", "model: {model: {path: x, revision: main}, lora: {path: l}}", StringComparison.Ordinal));
        Assert.AreEqual(("x@main", "l"), (recipe.Inputs[0].Path, recipe.Inputs[0].Adapter));
    }

    [TestMethod]
    public void A_name_stands_for_the_result_of_its_document_which_comes_first()
    {
        var file = Parse("merge_method: linear\nmodels: [{model: one, parameters: {weight: 1}}]\n---\nname: one\n" + Models);
        CollectionAssert.AreEqual(new[] { "one", null }, file.Documents.Select(d => d.Name).ToArray());
        var recipe = file.Documents[1].With(new Dictionary<string, string> { ["one"] = "/built/one" });
        Assert.AreEqual("/built/one", recipe.Inputs.Single().Path);
    }

    [TestMethod]
    public void Only_what_the_merge_of_the_file_uses_is_merged_and_that_merge_comes_last()
    {
        var file = Parse("merge_method: linear\nmodels: [{model: two, parameters: {weight: 1}}]\n---\nname: unused\n" + Models + "---\nname: two\n" + Models.Replace("model: x", "model: one", StringComparison.Ordinal) + "---\nname: one\n" + Models);
        CollectionAssert.AreEqual(new[] { "one", "two", null }, file.Documents.Select(d => d.Name).ToArray());
        Assert.AreEqual("TA1035", file.Warnings.Single().Code);
    }

    [TestMethod]
    [DataRow("name: a\nmerge_method: linear\nmodels: [{model: b, parameters: {weight: 1}}]\n---\nname: b\nmerge_method: linear\nmodels: [{model: a, parameters: {weight: 1}}]\n", "TA2089")]
    [DataRow(Models + "---\n" + Models, "TA2089")]
    [DataRow("name: ../up\n" + Models, "TA2089")]
    [DataRow(Models + "models: []\n", "TA2081")]
    [DataRow(Models + "a: &a [*a]\n", "TA2080")]
    [DataRow(Models + "? [a]\n: 1\n", "TA2080")]
    [DataRow("- a list\n", "TA2083")]
    [DataRow(Models + "tokenizer: {source: base, tokens: {x: {source: {kind: model_token, model: x}}}}\n", "TA2084")]
    [DataRow(Models + "tokenizer: {source: base, pad_to_multiple_of: 0}\n", "TA2083")]
    [DataRow(Models + "parameters: {lambda: .inf}\n", "TA2013")]
    [DataRow("modules: {vision: {models: []}}\nmerge_method: linear\n", "TA2079")]
    public void What_cannot_be_meant_is_refused(string text, string code) =>
        Assert.AreEqual(code, Refused(text)[0].Code);

    [TestMethod]
    public void Everything_that_is_wrong_is_told_at_once_with_its_line()
    {
        var findings = Refused("""
            merge_method: ties-
            modles: []
            dtype: int8
            models:
            - model: a+b+c
            - model: x
              weight: 1
            """);
        CollectionAssert.AreEquivalent(new[] { "f.yml:1: merge_method", "f.yml:2: modles", "f.yml:3: dtype", "f.yml:5: models[0].model", "f.yml:7: models[1].weight" }, findings.Select(PlaceOf).ToArray());
    }

    [TestMethod]
    public void Aliases_that_multiply_are_refused_before_they_are_written_out()
    {
        var bomb = "a0: &a0 [x]\n" + string.Concat(Enumerable.Range(1, 40).Select(i => $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n")) + Models;
        Assert.AreEqual("TA2080", Refused(bomb).Single().Code);
        Assert.AreEqual("TA2080", Refused(Models + "deep: " + new string('[', 5000)).Single().Code);
    }

    [TestMethod]
    public void A_finding_about_a_model_gets_the_line_that_names_it()
    {
        var document = Parse(Models).Documents.Single();
        var placed = document.Placed(Diagnostic.Error("TA2005", "x: has no config.json.").At(file: "x"));
        Assert.AreEqual("f.yml:4: models[0]: x: has no config.json.", placed.Message);
        Assert.AreEqual("f.yml:2: base_model: b: damaged", document.Placed(Diagnostic.Error("TA2002", "b: damaged").At(file: "b/model.safetensors")).Message);
        Assert.AreEqual("f.yml:1: merge_method: something", document.Placed(Diagnostic.Error("TA3001", "something")).Message);
        var two = Parse(Models + "- {model: y, parameters: {weight: [{filter: mlp, value: 1}]}}\n").Documents.Single();
        Assert.AreEqual("f.yml:6: models[1].parameters.weight: missing", two.Placed(Diagnostic.Error("TA2071", "missing").At(file: "y", item: "weight")).Message);
        Assert.AreEqual("f.yml:5: models[0].parameters.weight: missing", document.Placed(Diagnostic.Error("TA2071", "missing").At(item: "weight")).Message);
    }

    [TestMethod]
    public void Parameters_of_the_base_have_no_effect_and_say_so()
    {
        var file = Parse(Models.Replace("models:\n", "models:\n- {model: b, parameters: {weight: 5}}\n", StringComparison.Ordinal));
        Assert.AreEqual("TA1032", file.Warnings.Single().Code);
        Assert.HasCount(1, file.Documents.Single().Recipe.Inputs);
    }

    [TestMethod]
    [RequiresShared("golden/mergekit-yaml")]
    public void Every_file_that_mergekit_merges_is_read()
    {
        var read = 0;
        foreach (var path in Directory.GetFiles(SharedData.PathOf("golden/mergekit-yaml/cases"), "config.yml", SearchOption.AllDirectories).Where(p => !p.Contains("moe-", StringComparison.Ordinal)))
        {
            var file = MergeKitFile.Read(path, MergeMethods.BuiltIn);
            Assert.HasCount(File.ReadAllText(path).Split("\n---\n").Length, file.Documents, path);
            read++;
        }
        Assert.IsGreaterThan(50, read);
    }

    [TestMethod]
    [RequiresShared("golden/mergekit-yaml")]
    [DataRow("base-a-list", "TA2083", 5)]
    [DataRow("base-key-twice", "TA2081", 7)]
    [DataRow("base-missing", "TA2076", 4)]
    [DataRow("chat-template-unknown", "TA2088", 7)]
    [DataRow("density-above-one", "TA2073", 3)]
    [DataRow("density-negative", "TA2073", 3)]
    [DataRow("dtype-int64", "TA2087", 6)]
    [DataRow("dtype-unknown", "TA2087", 6)]
    [DataRow("empty-file", "TA2080", 1)]
    [DataRow("gradient-empty", "TA2071", 2)]
    [DataRow("gradient-nested", "TA2083", 3)]
    [DataRow("gradient-of-words", "TA2072", 3)]
    [DataRow("layer-range-lengths-differ", "TA2086", 2)]
    [DataRow("layer-range-missing", "TA2084", 3)]
    [DataRow("layer-range-negative", "TA2086", 3)]
    [DataRow("layer-range-reversed", "TA2086", 3)]
    [DataRow("linear-base-not-listed", "TA2071", 8)]
    [DataRow("malformed-yaml", "TA2080", 2)]
    [DataRow("missing-weight", "TA2071", 2)]
    [DataRow("model-stock-one-model", "TA2075", 4)]
    [DataRow("models-and-slices", "TA2084", 7)]
    [DataRow("models-empty", "TA2084", 1)]
    [DataRow("slerp-t-missing", "TA2071", 2)]
    [DataRow("slerp-three-models", "TA2075", 6)]
    [DataRow("tokenizer-both", "TA2084", 8)]
    [DataRow("tokenizer-unknown-source", "TA2088", 7)]
    [DataRow("two-plus-signs", "TA2085", 2)]
    [DataRow("typo-density", "TA2070", 3)]
    [DataRow("typo-weight", "TA2070", 3)]
    [DataRow("unknown-method", "TA2074", 4)]
    [DataRow("unknown-model-key", "TA2082", 3)]
    [DataRow("unknown-top-level-key", "TA2082", 7)]
    [DataRow("weight-null", "TA2083", 3)]
    public void A_wrong_file_is_refused_with_the_line(string name, string code, int line)
    {
        var path = SharedData.PathOf("golden/mergekit-yaml/bad", name, "config.yml");
        var first = Assert.ThrowsExactly<DiagnosticException>(() => MergeKitFile.Read(path, MergeMethods.BuiltIn)).Diagnostics[0];
        Assert.AreEqual(code, first.Code, first.Message);
        StringAssert.StartsWith(first.Message, $"{path}:{line}: ");
    }

    private static ParameterValue Weight(string text) => Only(Models.Replace("weight: 1", $"weight: {text}", StringComparison.Ordinal)).Inputs[0].Parameters["weight"];

    private static Recipe Only(string text) => Parse(text).Documents.Single().Recipe;

    private static MergeKitFile Parse(string text) => MergeKitFile.Parse("f.yml", text, MergeMethods.BuiltIn);

    private static IReadOnlyList<Diagnostic> Refused(string text) => Assert.ThrowsExactly<DiagnosticException>(() => Parse(text)).Diagnostics;

    private static string PlaceOf(Diagnostic finding) => string.Join(':', finding.Message.Split(':').Take(3));
}
