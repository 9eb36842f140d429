using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TaskArithmetic.EndToEnd.Tests;

/// <summary>A model project without C#: <c>&lt;Project Sdk="TaskArithmetic.Build/…"&gt;</c>.</summary>
[TestClass]
public sealed class ModelProjectTests
{
    [TestMethod]
    public void A_model_is_built_once_skipped_when_nothing_changed_and_built_again_when_alpha_did()
    {
        using var workspace = new Workspace();
        var project = workspace.ModelProject();
        var model = workspace["bin", "Debug", "net10.0", "model"];

        var first = workspace.Build(project);
        first.Result.ShouldSucceed();
        Assert.AreEqual(1, first.Workers);
        Assert.IsTrue(first.Says($"Model -> {model}"), first.Result.Output);
        var whole = Workspace.DigestsOf(model);
        foreach (var file in new[] { "model.safetensors", "config.json", "tokenizer.json", "chat_template.jinja", "README.md", "taskarithmetic.json" })
            StringAssert.Contains(whole, file);

        var second = workspace.Build(project);
        second.Result.ShouldSucceed();
        Assert.AreEqual(0, second.Workers);
        Assert.IsTrue(second.Skipped("MergeReasoningVectors"));
        workspace.Build(project, "-question").Result.ShouldSucceed();

        workspace.ModelProject(alpha: 0.5);
        workspace.Build(project, "-question").Result.ShouldFail();
        var third = workspace.Build(project);
        third.Result.ShouldSucceed();
        Assert.AreEqual(1, third.Workers);
        Assert.AreNotEqual(whole, Workspace.DigestsOf(model));

        workspace.ModelProject();
        var fourth = workspace.Build(project);
        Assert.IsTrue(fourth.Says("cache hit"), fourth.Result.Output);
        Assert.AreEqual(whole, Workspace.DigestsOf(model));
        Assert.IsTrue(workspace.Build(project).Skipped("MergeReasoningVectors"), "weights from the cache are old, but must not make the model out of date");
    }

    [TestMethod]
    public void Clean_removes_the_model_and_leaves_the_cache()
    {
        using var workspace = new Workspace();
        var project = workspace.ModelProject(vectorMetadata: "VectorFile=\"vectors/steps.safetensors\"");
        var model = workspace["bin", "Debug", "net10.0", "model"];
        workspace.Build(project).Result.ShouldSucceed();
        var whole = Workspace.DigestsOf(model);
        Assert.IsTrue(File.Exists(workspace["vectors", "steps.safetensors"]));

        workspace.Clean(project);

        Assert.IsFalse(Directory.Exists(model));
        Assert.IsFalse(File.Exists(workspace["vectors", "steps.safetensors"]));
        Assert.IsTrue(Directory.EnumerateFiles(workspace["cache"], "*.safetensors", SearchOption.AllDirectories).Any());
        var again = workspace.Build(project);
        Assert.IsTrue(again.Says("cache hit"), again.Result.Output);
        Assert.AreEqual(whole, Workspace.DigestsOf(model));
    }

    [TestMethod]
    public void A_file_missing_from_the_model_is_put_back()
    {
        using var workspace = new Workspace();
        var project = workspace.ModelProject();
        var model = workspace["bin", "Debug", "net10.0", "model"];
        workspace.Build(project).Result.ShouldSucceed();
        var whole = Workspace.DigestsOf(model);
        File.Delete(Path.Combine(model, "tokenizer.json"));

        workspace.Build(project).Result.ShouldSucceed();

        Assert.AreEqual(whole, Workspace.DigestsOf(model));
    }

    [TestMethod]
    public void A_vector_file_gives_the_same_weights_as_its_pair()
    {
        using var workspace = new Workspace();
        var project = workspace.ModelProject(vectorMetadata: "VectorFile=\"vectors/steps.safetensors\"");
        workspace.Build(project).Result.ShouldSucceed();
        var fused = Workspace.DigestOf(workspace["bin", "Debug", "net10.0", "model", "model.safetensors"]);
        Assert.IsTrue(workspace.Build(project).Skipped("ExtractReasoningVectors"));

        var second = workspace.Write("second/Second.csproj", $"""
            <Project Sdk="TaskArithmetic.Build/{BuildPackage.Version}">
              <PropertyGroup><BaseModel>{Workspace.Models}/target</BaseModel></PropertyGroup>
              <ItemGroup><ReasoningVector Include="../vectors/*.safetensors" /></ItemGroup>
            </Project>
            """);
        workspace.Build(second).Result.ShouldSucceed();

        Assert.AreEqual(fused, Workspace.DigestOf(workspace["second", "bin", "Debug", "net10.0", "model", "model.safetensors"]));
    }

    [TestMethod]
    public void Several_models_take_the_vectors_that_name_them_and_those_that_name_none()
    {
        using var workspace = new Workspace();
        const string Body = """
              <PropertyGroup><BaseModel>MODELS/target</BaseModel></PropertyGroup>
              <ItemGroup>
                <MergedModel Include="steps" />
                <MergedModel Include="both" Lambda="0.5" />
                <ReasoningVector Include="MODELS/grpo" Minus="MODELS/sft" />
                <ReasoningVector Include="MODELS/target" Minus="MODELS/sft" Alpha="0.1" Model="both" Tensors="**/mlp/**" />
              </ItemGroup>
            """;
        var project = workspace.ModelProject(Body.Replace("MODELS", Workspace.Models, StringComparison.Ordinal));
        var models = workspace["bin", "Debug", "net10.0", "models"];

        var first = workspace.Build(project);
        first.Result.ShouldSucceed();
        Assert.AreEqual(2, first.Workers);
        CollectionAssert.AreEquivalent(new[] { "both", "steps" }, Directory.GetDirectories(models).Select(Path.GetFileName).ToArray());
        StringAssert.Contains(File.ReadAllText(Path.Combine(models, "both", "taskarithmetic.json")), "**/mlp/**");
        Assert.IsFalse(File.ReadAllText(Path.Combine(models, "steps", "taskarithmetic.json")).Contains("**/mlp/**", StringComparison.Ordinal));

        workspace.ModelProject(Body.Replace("0.5", "0.25", StringComparison.Ordinal).Replace("MODELS", Workspace.Models, StringComparison.Ordinal));
        Assert.AreEqual(1, workspace.Build(project).Workers, "only the model whose recipe changed is merged again");

        workspace.ModelProject(Body
            .Replace("<MergedModel Include=\"both\" Lambda=\"0.5\" />", "", StringComparison.Ordinal)
            .Replace("Model=\"both\"", "", StringComparison.Ordinal)
            .Replace("MODELS", Workspace.Models, StringComparison.Ordinal));
        workspace.Build(project).Result.ShouldSucceed();
        CollectionAssert.AreEqual(new[] { "steps" }, Directory.GetDirectories(models).Select(Path.GetFileName).ToArray(), "a model that is no longer declared is removed");
    }

    [TestMethod]
    public void Publish_carries_the_model_that_the_project_describes_now()
    {
        using var workspace = new Workspace();
        var project = workspace.ModelProject();
        var (model, published) = (workspace["bin", "Release", "net10.0", "model"], workspace["out", "model"]);
        workspace.Publish(project, "-o", workspace["out"]).Result.ShouldSucceed();
        var one = Workspace.DigestsOf(published);

        workspace.ModelProject(alpha: 0.5);
        workspace.Publish(project, "-o", workspace["out"]).Result.ShouldSucceed();
        Assert.AreEqual(Workspace.DigestsOf(model), Workspace.DigestsOf(published));

        // Its weights now come from the cache and are older than the published ones.
        workspace.ModelProject();
        workspace.Publish(project, "-o", workspace["out"]).Result.ShouldSucceed();
        Assert.AreEqual(one, Workspace.DigestsOf(published));
    }

    [TestMethod]
    public void A_design_time_build_starts_no_worker()
    {
        using var workspace = new Workspace();
        var project = workspace.ModelProject();

        var log = workspace.Build(project, "-p:DesignTimeBuild=true");

        log.Result.ShouldSucceed();
        Assert.AreEqual(0, log.Workers);
        Assert.IsFalse(Directory.Exists(workspace["bin", "Debug", "net10.0", "model"]));
        var checks = DotNetLines(workspace.Run("msbuild", project, "-p:DesignTimeBuild=true", "-t:CollectMergedModelUpToDateChecks", "-getItem:UpToDateCheckInput", "-getItem:UpToDateCheckOutput"));
        StringAssert.Contains(checks, "grpo/model.safetensors");
        StringAssert.Contains(checks, "model/taskarithmetic.json");
    }

    private static string DotNetLines(DotNetResult result) => result.ShouldSucceed().Output;
}
