using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Tests.Recipes;

[TestClass]
public sealed class TensorSelectionTests
{
    private const string Up = "model.layers.3.mlp.up_proj.weight";
    private const string Query = "model.layers.11.self_attn.q_proj.weight";
    private const string Embedding = "model.embed_tokens.weight";

    [TestMethod]
    [DataRow("**/mlp/**", Up, true)]
    [DataRow("**/mlp/**", Query, false)]
    [DataRow("**/mlp/**", "model.layers.3.mlpx.up_proj.weight", false)]
    [DataRow("model/layers/*/self_attn/**", Query, true)]
    [DataRow("model/layers/*/weight", Query, false)]
    [DataRow("**/*_proj/weight", Query, true)]
    [DataRow("model/*", Embedding, false)]
    [DataRow("**/weight", Embedding, true)]
    public void A_pattern_with_a_slash_is_a_glob_over_the_parts_of_a_name(string pattern, string name, bool expected)
    {
        Assert.AreEqual(expected, TensorSelection.Parse(pattern, null).Selects(name));
    }

    [TestMethod]
    [DataRow("model.layers.*.self_attn.*", Query, true)]
    [DataRow("model.layers.*.self_attn.*", Up, false)]
    [DataRow("*mlp*", Up, true)]
    [DataRow("mlp", Up, false)]
    [DataRow("model.layers.?.*", Up, true)]
    [DataRow("model.layers.?.*", Query, false)]
    [DataRow("MODEL.*", Up, false)]
    [DataRow(Up, Up, true)]
    public void Any_other_pattern_is_a_wildcard_over_the_whole_name(string pattern, string name, bool expected)
    {
        Assert.AreEqual(expected, TensorSelection.Parse(pattern, null).Selects(name));
    }

    [TestMethod]
    public void No_pattern_selects_everything()
    {
        Assert.IsTrue(TensorSelection.All.Selects(Embedding));
        Assert.AreEqual(TensorSelection.All, TensorSelection.Parse("", null));
    }

    [TestMethod]
    public void Several_patterns_are_one_or_the_other_and_exclude_wins()
    {
        var selection = TensorSelection.Parse("**/mlp/** ; *self_attn*", "*.11.*; *norm*");

        Assert.IsTrue(selection.Selects(Up));
        Assert.IsTrue(selection.Selects("model.layers.2.self_attn.q_proj.weight"));
        Assert.IsFalse(selection.Selects(Query));
        Assert.IsFalse(selection.Selects("model.layers.2.mlp.norm.weight"));
        Assert.IsFalse(selection.Selects(Embedding));
    }

    [TestMethod]
    public void Exclude_alone_leaves_the_rest()
    {
        var selection = TensorSelection.Parse(null, "*embed*");

        Assert.IsFalse(selection.Selects(Embedding));
        Assert.IsTrue(selection.Selects(Up));
    }

    [TestMethod]
    public void Equal_patterns_make_equal_selections()
    {
        Assert.AreEqual(TensorSelection.Parse("a;b", "c"), TensorSelection.Parse(" a ; b ", "c;"));
        Assert.AreNotEqual(TensorSelection.Parse("a", "b"), TensorSelection.Parse("b", "a"));
    }
}
