using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Inputs;
using TaskArithmetic.Layouts;
using TaskArithmetic.Recipes;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Layouts;

/// <summary>Where the rows of tokens come from that a model lacks: base and math know 62 tokens, chat 53 of them and 11 others.</summary>
[TestClass]
[RequiresShared("golden/mergekit-yaml")]
public sealed class TokenSourcesTests
{
    private readonly VocabularyModel[] models = [.. new[] { "llama-base-bf16", "llama-math-bf16", "llama-chat-bf16" }
        .Select(name => new VocabularyModel(name, Checkpoint.Open(SharedData.PathOf("golden/mergekit-yaml/models", name))))];

    [TestCleanup]
    public void Close()
    {
        foreach (var model in models)
            model.Checkpoint.Dispose();
    }

    [TestMethod]
    public void A_model_keeps_its_own_row_where_it_knows_the_token() =>
        Assert.AreEqual((2, 58), RowOf("the", 2, new RecipeTokenizer("base"), 0));

    [TestMethod]
    public void A_token_that_one_model_knows_has_that_models_row_everywhere()
    {
        Assert.AreEqual((2, 61), RowOf("<|im_start|>", 0, new RecipeTokenizer("union"), 0));
        Assert.AreEqual((2, 61), RowOf("<|im_start|>", 1, new RecipeTokenizer("union"), null));
    }

    [TestMethod]
    public void A_token_that_several_know_has_the_bases_row_or_without_a_base_their_mean()
    {
        Assert.AreEqual((1, 59), RowOf("and", 2, new RecipeTokenizer("base"), 1));
        var map = MapOf("and", 2, new RecipeTokenizer("base"), null);
        Assert.AreEqual(RowMap.Mean, map.ModelOf(0));
        CollectionAssert.AreEqual(new[] { (0, 59), (1, 59) }, map.Means[0].ToArray());
    }

    [TestMethod]
    public void A_token_that_none_knows_is_zero() =>
        Assert.AreEqual(RowMap.Zero, RowOf("nowhere", 0, new RecipeTokenizer("base"), 0).Model);

    [TestMethod]
    public void What_the_recipe_says_of_a_token_counts_where_a_model_lacks_it_and_everywhere_if_forced()
    {
        var said = new RecipeTokenizer("base") { Tokens = new Dictionary<string, TokenSource> { ["<tool>"] = new() { Model = "llama-base-bf16", Token = "the" } } };
        Assert.AreEqual((0, 45), RowOf("<tool>", 1, said, 0));
        Assert.AreEqual((2, 63), RowOf("<tool>", 2, said, 0));
        said = new RecipeTokenizer("base") { Tokens = new Dictionary<string, TokenSource> { ["<tool>"] = new() { Model = "llama-base-bf16", TokenId = 7, Force = true } } };
        Assert.AreEqual((0, 7), RowOf("<tool>", 2, said, 0));
    }

    [TestMethod]
    [DataRow("llama-base-bf16", "zzz", null)]
    [DataRow("llama-base-bf16", null, 62)]
    [DataRow("elsewhere", null, 1)]
    public void A_source_without_such_a_row_is_told_once(string model, string? token, int? id)
    {
        var findings = new List<Diagnostic>();
        var tokenizer = new RecipeTokenizer("base") { Tokens = new Dictionary<string, TokenSource> { ["x1"] = new() { Model = model, Token = token, TokenId = id } } };
        var sources = new TokenSources(tokenizer, models, 0, findings);
        for (var i = 0; i < models.Length; i++)
            sources.MapOf(i, new Dictionary<string, long> { ["x1"] = 0 }, 1);
        Assert.AreEqual(("TA2092", "tokenizer.tokens.x1"), (findings.Single().Code, findings[0].Item));
    }

    /// <summary>A vector that knows nothing of a token adds nothing to its row.</summary>
    [TestMethod]
    public void Rows_that_a_vector_lacks_are_zero_and_no_model_has_rows_of_a_vector()
    {
        models[1] = models[1] with { IsVector = true };
        Assert.AreEqual((1, 59), RowOf("and", 1, new RecipeTokenizer("base"), null));
        Assert.AreEqual(RowMap.Zero, RowOf("<tool>", 1, new RecipeTokenizer("union"), 0).Model);
        Assert.AreEqual((0, 59), RowOf("and", 2, new RecipeTokenizer("base"), null));
        var common = VocabularyLayout.Common(models, 0, [])!;
        var tensors = models.Select(m => (ITensorInput?)new StoredInput(m.Checkpoint.Tensors["lm_head.weight"])).ToList();
        var row = new float[32];
        var vector = common.Remap(models[1].Name, tensors, null)!;
        vector.Read(59 * 32, row, new TensorReader());
        Assert.IsTrue(Array.TrueForAll(row, v => v == 0));
        vector.Read(45 * 32, row, new TensorReader());
        Assert.IsTrue(Array.Exists(row, v => v != 0));
        Assert.IsTrue(common.Kept![59]);
        Assert.IsFalse(common.Kept[45]);
    }

    private (int Model, int Row) RowOf(string token, int model, RecipeTokenizer tokenizer, int? baseModel)
    {
        var map = MapOf(token, model, tokenizer, baseModel);
        return (map.ModelOf(0), map.RowOf(0));
    }

    private RowMap MapOf(string token, int model, RecipeTokenizer tokenizer, int? baseModel)
    {
        var findings = new List<Diagnostic>();
        var map = new TokenSources(tokenizer, models, baseModel, findings).MapOf(model, new Dictionary<string, long> { [token] = 0 }, 1);
        Assert.IsEmpty(findings);
        return map;
    }
}
