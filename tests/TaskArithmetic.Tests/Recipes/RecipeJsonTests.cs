using System.Globalization;
using System.Text;
using CsCheck;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Tests.Recipes;

[TestClass]
public sealed class RecipeJsonTests
{
    [TestMethod]
    public void The_text_is_in_a_fixed_order_without_what_is_the_default()
    {
        var recipe = new Recipe
        {
            Base = "models/base",
            Inputs =
            [
                new RecipeInput("models/grpo")
                {
                    Minus = "models/sft",
                    Parameters = new Dictionary<string, ParameterValue> { ["weight"] = ParameterValue.Of(new Scalar(0.8), new Scalar(0.2)) },
                    Selection = new TensorSelection(["**/mlp/**", "*é*"], []),
                },
            ],
            Parameters = new Dictionary<string, ParameterValue> { ["normalize"] = ParameterValue.Of(new Scalar(true)), ["lambda"] = ParameterValue.Of(0.1) },
            OutputDType = DType.BF16,
        };

        Assert.AreEqual("""
            {
              "schema": "taskarithmetic.recipe/1",
              "method": "task_arithmetic",
              "base": "models/base",
              "inputs": [
                {
                  "path": "models/grpo",
                  "minus": "models/sft",
                  "weight": [0.8,0.2],
                  "tensors": [
                    "**/mlp/**",
                    "*é*"
                  ]
                }
              ],
              "parameters": {
                "lambda": 0.1,
                "normalize": true
              },
              "outputDtype": "bfloat16"
            }

            """.ReplaceLineEndings("\n"), RecipeJson.Write(recipe));
    }

    [TestMethod]
    public void Every_recipe_that_is_written_is_read_as_the_same() => Recipes.Sample(
        recipe =>
        {
            var text = RecipeJson.Write(recipe);
            var read = Parse(text, methods: null);
            Assert.AreEqual(text, RecipeJson.Write(read));
            Assert.IsTrue(Same(recipe, read), text);
        },
        iter: 500);

    [TestMethod]
    [DataRow("0.1")]
    [DataRow("5E-324")]
    [DataRow("0.30000000000000004")]
    [DataRow("-1.7976931348623157E+308")]
    public void Numbers_come_back_to_the_bit(string text)
    {
        var value = double.Parse(text, CultureInfo.InvariantCulture);
        var recipe = new Recipe { Parameters = new Dictionary<string, ParameterValue> { ["lambda"] = ParameterValue.Of(value) } };

        var read = Parse(RecipeJson.Write(recipe), methods: null).Parameters["lambda"].At("any", 0)!.Value.Number!.Value;

        Assert.AreEqual(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(read));
    }

    [TestMethod]
    [DataRow("{\"inputs\":[{\"path\":\"a\",\"mnius\":\"b\"}]}", "TA2042", "r.json:1: $.inputs[0].mnius: nothing reads 'mnius'. Did you mean 'minus'?")]
    [DataRow("{\"inputs\":[\n{\"path\":\"a\",\"alpha\":1}]}", "TA2042", "r.json:2: $.inputs[0].alpha: nothing reads 'alpha'. Did you mean 'weight'?")]
    [DataRow("{\"inputs\":[{\"path\":\"a\"}],\"merge_method\":\"linear\"}", "TA2042", "Did you mean 'method'?")]
    [DataRow("{\"inputs\":[{\"path\":\"a\"}],\"parameters\":{\"normalise\":true}}", "TA2042", "$.parameters.normalise: nothing reads 'normalise'. Did you mean 'normalize'?")]
    [DataRow("{\"inputs\":[{\"path\":\"a\"}],\"parameters\":{\"lambda\":null}}", "TA2043", "$.parameters.lambda: null is not a number")]
    [DataRow("{\"inputs\":[{\"path\":\"a\"}],\"parameters\":{\"lambda\":[]}}", "TA2043", "$.parameters.lambda: [] is not a number")]
    [DataRow("{\"inputs\":[{\"path\":\"a\"}],\"seed\":1.5}", "TA2043", "$.seed: 1.5 is not a whole number")]
    [DataRow("{\"inputs\":[{\"path\":\"a\"}],\"seed\":99999999999999999999}", "TA2043", "$.seed")]
    [DataRow("{\"inputs\":[{\"path\":\"a\"}],\"precision\":\"Exact\"}", "TA2043", "one of exact, mergekit")]
    [DataRow("{\"inputs\":[{\"path\":\"a\"}],\"dtype\":\"int8\"}", "TA2043", "bfloat16")]
    [DataRow("{\"inputs\":[{\"path\":\"a\"}],\"maxShardSize\":\"5 bytes\"}", "TA2043", "$.maxShardSize")]
    [DataRow("{\"inputs\":[{\"path\":\"a\",\"layers\":[3,3]}]}", "TA2043", "$.inputs[0].layers: [3,3] is not a range of layers")]
    [DataRow("{\"inputs\":[{\"path\":\"\"}]}", "TA2043", "$.inputs[0].path")]
    [DataRow("{\"inputs\":[{\"path\":\"a\\u0000\"}]}", "TA2043", "$.inputs[0].path")]
    [DataRow("{\"inputs\":[{}]}", "TA2044", "$.inputs[0]: path is missing")]
    [DataRow("{\"method\":\"linear\"}", "TA2044", "$: inputs is missing")]
    [DataRow("{\"inputs\":[{\"path\":\"a\",\"path\":\"b\"}]}", "TA2045", "'path' is given twice")]
    [DataRow("{\"inputs\":[],\"slices\":[]}", "TA2045", "'inputs' and 'slices' exclude each other")]
    [DataRow("{\"inputs\":[{\"path\":\"a\"}],\"tokenizer\":{\"source\":\"base\",\"tokens\":{\"<x>\":{\"model\":\"a\",\"zero\":true}}}}", "TA2045", "$.tokenizer.tokens['<x>']")]
    [DataRow("[]", "TA2046", "r.json:1: $: a recipe is a JSON object")]
    [DataRow("{\"schema\":\"taskarithmetic.recipe/9\",\"inputs\":[{\"path\":\"a\"}]}", "TA2046", "this version reads taskarithmetic.recipe/1")]
    [DataRow("{\"inputs\":[\n\n{\"path\":}]}", "TA2041", "r.json:3: the recipe is not JSON")]
    [DataRow("{\"inputs\":[{\"path\":\"\\ud800\"}]}", "TA2041", "half a surrogate pair")]
    public void What_is_wrong_is_told_with_line_and_path(string text, string code, string expected)
    {
        var refusal = Assert.ThrowsExactly<DiagnosticException>(() => Parse(text, MergeMethods.BuiltIn));

        Assert.AreEqual(code, refusal.Diagnostics.Single().Code, refusal.Message);
        StringAssert.Contains(refusal.Diagnostics.Single().Message, expected);
    }

    [TestMethod]
    public void All_problems_are_told_at_once()
    {
        const string Text = """
            {
              "base": 7,
              "inputs": [
                { "path": "a", "weigth": 1 },
                { "minus": "b", "layers": "all" }
              ],
              "precision": "quick"
            }
            """;

        var refusal = Assert.ThrowsExactly<DiagnosticException>(() => Parse(Text, MergeMethods.BuiltIn));

        CollectionAssert.AreEquivalent(
            new[] { "r.json:2: $.base", "r.json:4: $.inputs[0].weigth", "r.json:5: $.inputs[1]", "r.json:5: $.inputs[1].layers", "r.json:7: $.precision" },
            refusal.Diagnostics.Select(d => d.Message[..d.Message.IndexOf(": ", d.Message.IndexOf('$'), StringComparison.Ordinal)]).ToArray(),
            refusal.Message);
    }

    [TestMethod]
    public void A_parameter_that_only_another_method_has_is_refused_where_it_stands()
    {
        var refusal = Assert.ThrowsExactly<DiagnosticException>(() =>
            Parse("{\"method\":\"linear\",\"base\":\"b\",\"inputs\":[{\"path\":\"a\",\"weight\":1}],\n\"parameters\":{\"lambda\":0.5}}", MergeMethods.BuiltIn));

        Assert.AreEqual("TA2070", refusal.Diagnostics.Single().Code);
        StringAssert.StartsWith(refusal.Diagnostics.Single().Message, "r.json:2: $.parameters.lambda: the method linear has no parameter 'lambda'.");
    }

    [TestMethod]
    public void A_method_that_does_not_exist_names_the_nearest()
    {
        var refusal = Assert.ThrowsExactly<DiagnosticException>(() => Parse("{\"method\":\"task_arithmetics\",\"inputs\":[{\"path\":\"a\"}]}", MergeMethods.BuiltIn));

        Assert.AreEqual("TA2074", refusal.Diagnostics.Single().Code);
        StringAssert.Contains(refusal.Message, "Did you mean 'task_arithmetic'?");
    }

    [TestMethod]
    public void The_recipe_that_provenance_records_is_read()
    {
        var read = Parse("{\"schema\":2,\"key\":\"00\",\"recipe\":{\"method\":\"task_arithmetic\",\"base\":\"b\",\"inputs\":[{\"path\":\"v\",\"weight\":0.7}]},\"outputs\":[]}", MergeMethods.BuiltIn);

        Assert.AreEqual("v", read.Inputs.Single().Path);
        Assert.AreEqual(ParameterValue.Of(0.7), read.Inputs.Single().Parameters["weight"]);
    }

    [TestMethod]
    public void The_recipe_that_version_0_1_recorded_is_read()
    {
        var read = Parse("""
            {
              "schema": 1,
              "recipe": {
                "base": "models/target",
                "terms": [
                  { "path": "grpo", "minus": "sft", "alpha": 0.7, "selection": { "include": ["*mlp*"], "exclude": [] } },
                  { "path": "v.safetensors", "alpha": [0.8, 0.2], "selection": { "include": [], "exclude": [] } }
                ],
                "method": "task_arithmetic", "normalize": true, "lambda": 0.5, "precision": "mergekit", "workingDType": "f32", "outputDType": "b_f16",
                "allowNonFinite": false, "requireSameLineage": true, "maxShardSize": 1000
              }
            }
            """.Replace("b_f16", System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(nameof(DType.BF16)), StringComparison.Ordinal), MergeMethods.BuiltIn);

        Assert.AreEqual("models/target", read.Base);
        Assert.AreEqual("sft", read.Inputs[0].Minus);
        CollectionAssert.AreEqual(new[] { "*mlp*" }, read.Inputs[0].Selection.Include.ToArray());
        Assert.AreEqual(ParameterValue.Of(0.7), read.Inputs[0].Parameters["weight"]);
        Assert.AreEqual(ParameterValue.Of(new Scalar(0.8), new Scalar(0.2)), read.Inputs[1].Parameters["weight"]);
        Assert.AreEqual(ParameterValue.Of(new Scalar(true)), read.Parameters["normalize"]);
        Assert.AreEqual(ParameterValue.Of(0.5), read.Parameters["lambda"]);
        Assert.AreEqual(Precision.Mergekit, read.Precision);
        Assert.AreEqual(DType.F32, read.WorkingDType);
        Assert.AreEqual(DType.BF16, read.OutputDType);
        Assert.AreEqual(1000, read.MaxShardSize);
        Assert.IsTrue(read.RequireSameLineage);
    }

    [TestMethod]
    public void A_file_of_a_hundred_thousand_faults_is_refused_in_a_moment()
    {
        var text = new StringBuilder("{\"inputs\":[{\"path\":\"a\"}]");
        for (var i = 0; i < 100_000; i++)
            text.Append(CultureInfo.InvariantCulture, $",\"unknown key number {i} of many that nobody reads\":0");
        text.Append('}');

        var watch = System.Diagnostics.Stopwatch.StartNew();
        var refusal = Assert.ThrowsExactly<DiagnosticException>(() => Parse(text.ToString(), MergeMethods.BuiltIn));

        Assert.IsTrue(refusal.Diagnostics.Count is > 0 and <= 100);
        Assert.IsTrue(watch.Elapsed < TimeSpan.FromSeconds(20), watch.Elapsed.ToString());
    }

    private static Recipe Parse(string text, MergeMethods? methods) => RecipeJson.Parse(Encoding.UTF8.GetBytes(text), "r.json", methods);

    private static bool Same(Recipe a, Recipe b) =>
        Same(a.Inputs, b.Inputs) && Same(a.Parameters, b.Parameters)
        && (a.Slices is null) == (b.Slices is null)
        && (a.Slices ?? []).Zip(b.Slices ?? []).All(p => Same(p.First.Inputs, p.Second.Inputs) && Same(p.First.Parameters, p.Second.Parameters)
            && p.First.Base == p.Second.Base && p.First.BaseLayers == p.Second.BaseLayers)
        && a.Tokenizer?.Source == b.Tokenizer?.Source && a.Tokenizer?.PadToMultipleOf == b.Tokenizer?.PadToMultipleOf
        && (a.Tokenizer?.Tokens ?? new Dictionary<string, TokenSource>()).OrderBy(t => t.Key, StringComparer.Ordinal)
            .SequenceEqual((b.Tokenizer?.Tokens ?? new Dictionary<string, TokenSource>()).OrderBy(t => t.Key, StringComparer.Ordinal))
        && a with { Inputs = b.Inputs, Parameters = b.Parameters, Slices = b.Slices, Tokenizer = b.Tokenizer } == b;

    private static bool Same(IReadOnlyList<RecipeInput> a, IReadOnlyList<RecipeInput> b) =>
        a.Count == b.Count && a.Zip(b).All(p => Same(p.First.Parameters, p.Second.Parameters) && p.First with { Parameters = p.Second.Parameters } == p.Second);

    private static bool Same(IReadOnlyDictionary<string, ParameterValue> a, IReadOnlyDictionary<string, ParameterValue> b) =>
        a.Count == b.Count && a.All(p => b.TryGetValue(p.Key, out var value) && value == p.Value);

    private static readonly Gen<string> Texts = Gen.OneOf(Gen.String[Gen.Char.AlphaNumeric, 1, 12], Gen.Const("a \"b\" \\ é 漢 😀 <&>'\n"));

    private static readonly Gen<Scalar> Scalars = Gen.OneOf(
        Gen.Double.Where(double.IsFinite).Select(d => new Scalar(d)), Gen.Bool.Select(b => new Scalar(b)), Texts.Select(t => new Scalar(t)));

    private static readonly Gen<ParameterValue> Values = Gen.OneOf(
        Scalars.Array[1, 4].Select(v => ParameterValue.Of(v)),
        Gen.Select(Texts, Scalars.Array[1, 3], Scalars).Select((filter, values, otherwise) =>
            ParameterValue.Filtered([new FilteredValue(filter, values), new FilteredValue(null, [otherwise])])));

    private static readonly Gen<IReadOnlyDictionary<string, ParameterValue>> Groups = Gen.Select(Gen.String[Gen.Char['a', 'z'], 8, 10], Values).Array[0, 3]
        .Select(IReadOnlyDictionary<string, ParameterValue> (pairs) => pairs.DistinctBy(p => p.Item1).ToDictionary(p => p.Item1, p => p.Item2));

    private static readonly Gen<LayerRange?> Ranges = Gen.Int[0, 5].Select(n => n == 0 ? (LayerRange?)null : new LayerRange(n, n * 2));

    private static readonly Gen<RecipeInput> Inputs = Gen.Select(Texts, Texts.Null(), Texts.Null(), Ranges, Groups, Texts.Array[0, 2], Texts.Array[0, 2])
        .Select((path, minus, adapter, layers, parameters, include, exclude) => new RecipeInput(path)
        {
            Minus = minus,
            Adapter = adapter,
            Layers = layers,
            Parameters = parameters,
            Selection = new TensorSelection(include, exclude),
        });

    private static readonly Gen<RecipeSlice> Slices = Gen.Select(Inputs.Array[0, 2], Texts.Null(), Ranges, Groups)
        .Select((inputs, other, layers, parameters) => new RecipeSlice(inputs) { Base = other, BaseLayers = layers, Parameters = parameters });

    private static readonly Gen<RecipeTokenizer> Tokenizers = Gen.Select(Texts, Texts, Gen.Int[0, 64], Gen.Bool).Select((source, token, number, flag) => new RecipeTokenizer(source)
    {
        PadToMultipleOf = number == 0 ? null : number,
        Tokens = new Dictionary<string, TokenSource>
        {
            [token] = flag ? new TokenSource { Zero = true, Force = number % 2 == 0 } : new TokenSource { Model = source, TokenId = number },
            ["other"] = new TokenSource { Model = "m", Token = token, Force = flag },
        },
    });

    private static readonly Gen<Recipe> Recipes = Gen.Select(
        Gen.Select(Texts, Texts.Null(), Inputs.Array[0, 3], Slices.Array[1, 2], Groups),
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool, Gen.Long),
        Gen.Select(Gen.Long[1, long.MaxValue], Gen.Int[0, 2], Tokenizers.Null(), Texts.Null(), Gen.Bool))
        .Select((what, how, more) => new Recipe
        {
            Method = what.Item1,
            Base = what.Item2,
            Inputs = how.Item1 ? what.Item3 : [],
            Slices = how.Item1 ? null : what.Item4,
            Parameters = what.Item5,
            WeightsAreRequired = how.Item2,
            Precision = how.Item3 ? Precision.Mergekit : Precision.Exact,
            WorkingDType = how.Item4 ? DType.F32 : null,
            OutputDType = how.Item3 ? DType.F16 : null,
            Seed = how.Item5,
            MaxShardSize = more.Item1,
            VocabularyMismatch = (VocabularyMismatch)more.Item2,
            Tokenizer = more.Item3,
            ChatTemplate = more.Item4,
            AllowNonFinite = more.Item5,
            RequireSameLineage = !more.Item5,
        });
}
