using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Sources.Tests.Hub;

namespace TaskArithmetic.EndToEnd.Tests;

/// <summary>Items that name models on the hub.</summary>
[TestClass]
public sealed class HubModelTests
{
    private const string Commit = "89abcdef0123456789abcdef0123456789abcdef";

    [TestMethod]
    public void A_base_and_donors_of_the_hub_build_from_a_clean_cache_and_again_without_network()
    {
        using var workspace = new Workspace();
        using var server = new HubServer();
        foreach (var name in new[] { "target", "grpo", "sft" })
        {
            server.Serve($"acme/{name}", Commit, Directory.EnumerateFiles(Path.Combine(Workspace.Models, name)).ToDictionary(
                file => Path.GetFileName(file), file => ServedFile.Of(File.ReadAllBytes(file), isLarge: file.EndsWith(".safetensors", StringComparison.Ordinal))));
        }
        workspace.Variables["HF_ENDPOINT"] = server.Address;
        workspace.Variables["HF_HOME"] = workspace["hub"];
        var model = workspace["bin", "Debug", "net10.0", "model"];
        var local = workspace.ModelProject();
        workspace.Build(local, "-p:TaskArithmeticCacheDir=" + workspace["other"]).Result.ShouldSucceed();
        var weights = Workspace.DigestOf(Path.Combine(model, "model.safetensors"));
        workspace.Clean(local);
        var project = workspace.ModelProject("""
              <PropertyGroup>
                <BaseModel>hf:acme/target</BaseModel>
              </PropertyGroup>
              <ItemGroup>
                <ReasoningVector Include="hf:acme/grpo" Minus="hf:acme/sft@main" />
              </ItemGroup>
            """);

        workspace.Build(project).Result.ShouldSucceed();

        Assert.AreEqual(weights, Workspace.DigestOf(Path.Combine(model, "model.safetensors")));
        StringAssert.Contains(File.ReadAllText(Path.Combine(model, "taskarithmetic.json")), $"hf:acme/sft@{Commit}");
        var whole = Workspace.DigestsOf(model);
        var second = workspace.Build(project);
        second.Result.ShouldSucceed();
        Assert.AreEqual(0, second.Workers, "a reference is no missing file");

        server.Dispose();
        workspace.Variables["HF_HUB_OFFLINE"] = "1";
        workspace.Clean(project);
        Directory.Delete(workspace["cache"], recursive: true);
        workspace.Build(project).Result.ShouldSucceed();
        Assert.AreEqual(whole, Workspace.DigestsOf(model));
    }
}
