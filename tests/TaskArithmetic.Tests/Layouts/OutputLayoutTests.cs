using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Layouts;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Layouts;

[TestClass]
public sealed class OutputLayoutTests
{
    [TestMethod]
    public void A_range_far_beyond_the_model_is_told_and_costs_nothing()
    {
        using var folder = new TemporaryFolder();
        using var model = Checkpoint.Open(ModelFolder.Write(folder["m"], ModelFolder.Config, TestTensor.Vector("model.layers.0.w", DType.F32, 1), TestTensor.Vector("model.layers.1.w", DType.F32, 2)));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var layout = OutputLayout.Stacked([new LayoutSlice(model, new LayerRange(1, int.MaxValue)), new LayoutSlice(model, new LayerRange(0, 1_000_000_000))]);

        Assert.IsLessThan(1 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.HasCount(2, layout.Findings);
        Assert.IsTrue(layout.Findings.All(f => f.Code == "TA2091"));
        CollectionAssert.AreEqual(new[] { "model.layers.0.w", "model.layers.1.w", "model.layers.2.w" }, layout.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal).ToList());
    }
}
