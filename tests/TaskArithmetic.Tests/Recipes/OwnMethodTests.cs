using TaskArithmetic.Diagnostics;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Tests.Recipes;

[TestClass]
public sealed class OwnMethodTests
{
    /// <summary>The methods of mergekit 0.1.5, of which each weight must be given in its files.</summary>
    private static readonly string[] OfMergekit =
    [
        "arcee_fusion", "breadcrumbs", "breadcrumbs_ties", "dare_linear", "dare_ties", "della", "della_linear", "karcher", "linear", "model_stock", "multislerp",
        "nearswap", "nuslerp", "passthrough", "ram", "ramplus_tl", "sce", "slerp", "task_arithmetic", "ties",
    ];

    [TestMethod]
    public void Methods_that_mergekit_does_not_know_say_so() =>
        Assert.AreEqual(
            string.Join(", ", OfMergekit), string.Join(", ", MergeMethods.BuiltIn.All.Where(m => !m.Schema.IsOwn).Select(m => m.Schema.Name)), "a method that mergekit does not know has IsOwn in its schema");

    [TestMethod]
    public void A_weight_may_be_left_out_where_mergekit_does_not_know_the_method()
    {
        const string Text = "merge_method: METHOD\nbase_model: b\nmodels: [{model: x}, {model: y}]\n";
        var own = MergeKitFile.Parse("f.yml", Text.Replace("METHOD", "dots", StringComparison.Ordinal), MergeMethods.BuiltIn).Documents.Single().Recipe;
        Assert.IsFalse(own.WeightsAreRequired);
        Assert.ThrowsExactly<DiagnosticException>(() => MergeKitFile.Parse("f.yml", Text.Replace("METHOD", "ties", StringComparison.Ordinal), MergeMethods.BuiltIn));
    }
}
