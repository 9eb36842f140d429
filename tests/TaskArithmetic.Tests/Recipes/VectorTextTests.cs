using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Tests.Recipes;

[TestClass]
public sealed class VectorTextTests
{
    [TestMethod]
    public void A_path_alone_counts_once_and_on_all_tensors()
    {
        var input = VectorText.Parse("v.safetensors");

        Assert.AreEqual("v.safetensors", input.Path);
        Assert.IsNull(input.Minus);
        Assert.IsEmpty(input.Parameters);
        Assert.AreEqual(TensorSelection.All, input.Selection);
    }

    [TestMethod]
    public void Every_part_is_read()
    {
        var term = VectorText.Parse("grpo,minus=sft,alpha=[0.8, 0.2],tensors=**/mlp/**;*.bias,exclude=*norm*");

        Assert.AreEqual("grpo", term.Path);
        Assert.AreEqual("sft", term.Minus);
        CollectionAssert.AreEqual(new double[] { 0.8, 0.2 }, term.Parameters["weight"].Entries.Single().Values.Select(v => v.Number!.Value).ToArray());
        CollectionAssert.AreEqual(new[] { "**/mlp/**", "*.bias" }, term.Selection.Include.ToArray());
        CollectionAssert.AreEqual(new[] { "*norm*" }, term.Selection.Exclude.ToArray());
    }

    [TestMethod]
    public void Parts_may_stand_in_any_order()
    {
        var (one, other) = (VectorText.Parse("a,minus=b,alpha=0.5,exclude=c"), VectorText.Parse("a,exclude=c,alpha=0.5,minus=b"));

        Assert.AreEqual((one.Minus, one.Selection, one.Parameters["weight"]), (other.Minus, other.Selection, other.Parameters["weight"]));
    }

    [TestMethod]
    public void Commas_in_lists_and_paths_start_no_part()
    {
        var term = VectorText.Parse("/data/a,b/grpo,minus=/data/c, d/sft,alpha=[1,0.5,0]");

        Assert.AreEqual("/data/a,b/grpo", term.Path);
        Assert.AreEqual("/data/c, d/sft", term.Minus);
        CollectionAssert.AreEqual(new double[] { 1, 0.5, 0 }, term.Parameters["weight"].Entries.Single().Values.Select(v => v.Number!.Value).ToArray());
    }

    [TestMethod]
    public void An_equals_sign_in_a_path_starts_no_part()
    {
        Assert.AreEqual("/runs/lr=1e-5/grpo", VectorText.Parse("/runs/lr=1e-5/grpo,alpha=2").Path);
    }

    [TestMethod]
    [DataRow("v,alfa=0.7", "'alfa'")]
    [DataRow("v,Alpha=0.7", "'Alpha'")]
    [DataRow("v,weight=1", "'weight'")]
    [DataRow("v,alpha=1,alpha=2", "'alpha' is empty or given twice")]
    [DataRow("v,minus=", "'minus' is empty or given twice")]
    [DataRow("v,tensors=,alpha=1", "'tensors' is empty or given twice")]
    [DataRow("v,tensors=;", "'tensors'")]
    [DataRow("v,exclude= ", "'exclude'")]
    [DataRow("v,minus= ", "'minus'")]
    [DataRow("", "the path in front is empty")]
    [DataRow(" ,alpha=1", "the path in front is empty")]
    [DataRow(",minus=b", "the path in front is empty")]
    public void A_part_that_is_unknown_repeated_or_empty_is_refused(string text, string reason)
    {
        var refusal = Assert.ThrowsExactly<DiagnosticException>(() => VectorText.Parse(text));

        Assert.AreEqual("TA2019", refusal.Diagnostics.Single().Code);
        StringAssert.Contains(refusal.Message, reason);
        StringAssert.Contains(refusal.Message, $"vector '{text}'");
    }

    [TestMethod]
    public void A_bad_alpha_inside_is_refused_as_one()
    {
        var refusal = Assert.ThrowsExactly<DiagnosticException>(() => VectorText.Parse("v,alpha=0,7"));

        Assert.AreEqual("TA2013", refusal.Diagnostics.Single().Code);
    }
}
