using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Tests.Recipes;

[TestClass]
public sealed class VectorTextTests
{
    [TestMethod]
    public void A_path_alone_counts_once_and_on_all_tensors()
    {
        var input = Parse("v.safetensors");

        Assert.AreEqual("v.safetensors", input.Path);
        Assert.IsNull(input.Minus);
        Assert.IsEmpty(input.Parameters);
        Assert.AreEqual(TensorSelection.All, input.Selection);
    }

    [TestMethod]
    public void Every_part_is_read()
    {
        var term = Parse("grpo,minus=sft,alpha=[0.8, 0.2],tensors=**/mlp/**;*.bias,exclude=*norm*");

        Assert.AreEqual("grpo", term.Path);
        Assert.AreEqual("sft", term.Minus);
        CollectionAssert.AreEqual(new double[] { 0.8, 0.2 }, term.Parameters["weight"].Entries.Single().Values.Select(v => v.Number!.Value).ToArray());
        CollectionAssert.AreEqual(new[] { "**/mlp/**", "*.bias" }, term.Selection.Include.ToArray());
        CollectionAssert.AreEqual(new[] { "*norm*" }, term.Selection.Exclude.ToArray());
    }

    [TestMethod]
    public void Parts_may_stand_in_any_order()
    {
        var (one, other) = (Parse("a,minus=b,alpha=0.5,exclude=c"), Parse("a,exclude=c,alpha=0.5,minus=b"));

        Assert.AreEqual((one.Minus, one.Selection, one.Parameters["weight"]), (other.Minus, other.Selection, other.Parameters["weight"]));
    }

    [TestMethod]
    public void Commas_in_lists_and_paths_start_no_part()
    {
        var term = Parse("/data/a,b/grpo,minus=/data/c, d/sft,alpha=[1,0.5,0]");

        Assert.AreEqual("/data/a,b/grpo", term.Path);
        Assert.AreEqual("/data/c, d/sft", term.Minus);
        CollectionAssert.AreEqual(new double[] { 1, 0.5, 0 }, term.Parameters["weight"].Entries.Single().Values.Select(v => v.Number!.Value).ToArray());
    }

    [TestMethod]
    public void An_equals_sign_in_a_path_starts_no_part()
    {
        Assert.AreEqual("/runs/lr=1e-5/grpo", Parse("/runs/lr=1e-5/grpo,alpha=2").Path);
    }

    [TestMethod]
    [DataRow("v,alfa=0.7", "'alfa'")]
    [DataRow("v,Alpha=0.7", "'Alpha'")]
    [DataRow("v,density=1", "'density' is none of minus, adapter, alpha, weight, tensors, exclude, which the method task_arithmetic takes")]
    [DataRow("v,weihgt=1", "Did you mean 'weight'?")]
    [DataRow("v,lambda=1", "'lambda' counts for the whole merge")]
    [DataRow("v,alpha=1,weight=1", "'alpha' and 'weight' are two names of one parameter")]
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
        var refusal = Assert.ThrowsExactly<DiagnosticException>(() => Parse(text));

        Assert.AreEqual("TA2019", refusal.Diagnostics.Single().Code);
        StringAssert.Contains(refusal.Message, reason);
        StringAssert.Contains(refusal.Message, $"vector '{text}'");
    }

    [TestMethod]
    public void A_bad_alpha_inside_is_refused_as_one()
    {
        var refusal = Assert.ThrowsExactly<DiagnosticException>(() => Parse("v,alpha=0,7"));

        Assert.AreEqual("TA2013", refusal.Diagnostics.Single().Code);
    }

    [TestMethod]
    public void Weight_is_another_name_of_alpha()
    {
        Assert.AreEqual(ParameterValue.Of(0.7), Parse("v,weight=0.7").Parameters["weight"]);
        Assert.AreEqual(ParameterValue.Of(0.7), Parse("v,alpha=0.7").Parameters["weight"]);
    }

    [TestMethod]
    public void Values_by_filter_are_written_as_in_JSON()
    {
        var weight = Parse("v,weight=[{\"filter\":\"mlp\",\"value\":[0.5,1]},{\"value\":0.25}],tensors=*x*").Parameters["weight"];

        Assert.AreEqual(0.75, weight.At("model.layers.0.mlp.up", 0.5)!.Value.Number);
        Assert.AreEqual(0.25, weight.At("model.norm", 0)!.Value.Number);
    }

    [TestMethod]
    [DataRow("v,alpha=[{\"filter\":1,\"value\":2}]")]
    [DataRow("v,alpha=[{\"fitler\":\"x\",\"value\":2}]")]
    [DataRow("v,alpha=[{\"filter\":\"x\",\"value\":\"much\"}]")]
    [DataRow("v,alpha=[1,")]
    [DataRow("v,alpha=[]")]
    [DataRow("v,alpha=nan")]
    public void An_alpha_that_is_no_value_is_refused(string text) =>
        Assert.AreEqual("TA2013", Assert.ThrowsExactly<DiagnosticException>(() => Parse(text)).Diagnostics.Single().Code);

    [TestMethod]
    public void A_key_is_whatever_the_method_has_for_each_input()
    {
        var method = new MethodSchema
        {
            Name = "toy",
            Summary = "",
            Formula = "",
            Source = "",
            Operands = Operands.TaskVectors,
            Parameters = [new MethodParameter("share_2", ParameterScope.Input, ParameterKind.Number, "")],
        };

        Assert.AreEqual(ParameterValue.Of(0.5), VectorText.Parse("v,share_2=0.5", method).Parameters["share_2"]);
        StringAssert.Contains(Assert.ThrowsExactly<DiagnosticException>(() => VectorText.Parse("v,alpha=0.5", method)).Message, "'alpha' is none of minus, adapter, share_2, tensors, exclude");
    }

    private static RecipeInput Parse(string text) => VectorText.Parse(text, new TaskArithmeticMethod().Schema);
}
