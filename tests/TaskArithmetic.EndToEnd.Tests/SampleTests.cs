using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.EndToEnd.Tests;

/// <summary>The sample of the repository, built from source as after a fresh clone.</summary>
[TestClass]
public sealed class SampleTests
{
    [TestMethod]
    public void The_sample_builds_from_source_and_then_has_nothing_to_do()
    {
        // The package shares its binaries with the sample; two builds of them at once would collide.
        _ = BuildPackage.Version;
        using var workspace = new Workspace();
        var sample = Path.Combine(RepositoryRoot.Path!, "samples", "ModelProject", "ModelProject.csproj");
        var output = workspace["out"] + Path.DirectorySeparatorChar;
        string[] elsewhere = [$"-p:OutDir={output}", $"-p:TaskArithmeticIntermediateDir={workspace["record"]}/", $"-p:TaskArithmeticCacheDir={workspace["cache"]}"];

        var first = workspace.Build(sample, elsewhere);
        first.Result.ShouldSucceed();
        Assert.AreEqual(1, first.Workers);
        Assert.IsTrue(first.Says($"ModelProject -> {output}model"), first.Result.Output);

        var second = workspace.Build(sample, elsewhere);
        second.Result.ShouldSucceed();
        Assert.IsTrue(second.Skipped("MergeReasoningVectors"));
        Assert.AreEqual(0, second.Workers);
    }
}
