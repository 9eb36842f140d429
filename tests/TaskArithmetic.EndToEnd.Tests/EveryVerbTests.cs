using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TaskArithmetic.EndToEnd.Tests;

/// <summary><c>build</c>, <c>build</c> again, <c>publish</c>, <c>publish --no-build</c>, <c>pack</c>, <c>test</c> and <c>clean</c> on every kind of project.</summary>
[TestClass]
public sealed class EveryVerbTests
{
    [TestMethod]
    public void A_model_project_answers_every_verb()
    {
        using var workspace = new Workspace();
        var project = workspace.ModelProject();
        var model = workspace["bin", "Debug", "net10.0", "model"];
        workspace.Run("restore", project).ShouldSucceed();
        var unbuilt = workspace.Publish(project, "--no-build", "-c", "Debug", "-o", workspace["out"]);
        unbuilt.Result.ShouldFail();
        unbuilt.ShouldPoint("TA0016", project, asError: true);

        BuildTwice(workspace, project, workers: 1);
        var whole = Workspace.DigestsOf(model);
        workspace.Publish(project, "--no-build", "-c", "Debug", "-o", workspace["out"]).ShouldBeClean();
        Assert.AreEqual(whole, Workspace.DigestsOf(workspace["out", "model"]));
        workspace.Run("pack", project, "--no-restore").ShouldSucceed();
        workspace.Run("test", project, "--no-restore").ShouldSucceed();

        workspace.Write("bin/Debug/net10.0/model/notes.txt", "mine");
        StringAssert.Contains(workspace.Clean(project).Output, "TA0017");
        Assert.AreEqual(Path.Combine(model, "notes.txt"), Directory.GetFiles(workspace["bin"], "*", SearchOption.AllDirectories).Single(), "what the build did not make stays");
    }

    [TestMethod]
    public void A_project_that_only_extracts_answers_every_verb()
    {
        using var workspace = new Workspace();
        var project = workspace.ModelProject($"""
              <ItemGroup><ReasoningVector Include="{Workspace.Models}/grpo" Minus="{Workspace.Models}/sft" VectorFile="{workspace["vectors", "steps.safetensors"]}" /></ItemGroup>
            """);

        BuildTwice(workspace, project, workers: 1);
        Assert.IsTrue(File.Exists(workspace["vectors", "steps.safetensors"]));
        workspace.Publish(project, "-c", "Debug").ShouldBeClean();
        workspace.Publish(project, "--no-build", "-c", "Debug").ShouldBeClean();
        workspace.Run("pack", project, "--no-restore").ShouldSucceed();
        workspace.Run("test", project, "--no-restore").ShouldSucceed();
        workspace.Clean(project);
        Assert.IsFalse(File.Exists(workspace["vectors", "steps.safetensors"]));
    }

    [TestMethod]
    public void An_app_that_references_two_model_projects_carries_both_models()
    {
        using var workspace = new Workspace();
        foreach (var (name, alpha) in new[] { ("Gentle", "0.5"), ("Strong", "1.5") })
        {
            workspace.Write($"{name}/{name}.csproj", $"""
                <Project Sdk="TaskArithmetic.Build/{BuildPackage.Version}">
                  <PropertyGroup><BaseModel>{Workspace.Models}/target</BaseModel></PropertyGroup>
                  <ItemGroup><ReasoningVector Include="{Workspace.Models}/grpo" Minus="{Workspace.Models}/sft" Alpha="{alpha}" /></ItemGroup>
                </Project>
                """);
        }
        workspace.Write("App/Program.cs", "System.Console.WriteLine();");
        var app = workspace.Write("App/App.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <UseAppHost>false</UseAppHost>
              </PropertyGroup>
              <ItemGroup>
                <ProjectReference Include="../Gentle/Gentle.csproj" />
                <ProjectReference Include="../Strong/Strong.csproj" />
              </ItemGroup>
            </Project>
            """);

        BuildTwice(workspace, app, workers: 2);
        workspace.Publish(app, "--no-build", "-c", "Debug", "-o", workspace["out"]).ShouldBeClean();
        foreach (var name in new[] { "Gentle", "Strong" })
        {
            var made = Workspace.DigestsOf(workspace[name, "bin", "Debug", "net10.0", "model"]);
            Assert.AreEqual(made, Workspace.DigestsOf(workspace["App", "bin", "Debug", "net10.0", "models", name]));
            Assert.AreEqual(made, Workspace.DigestsOf(workspace["out", "models", name]));
            Assert.IsFalse(Directory.Exists(workspace[name, "bin", "Debug", "net10.0", "models"]), "no second copy in its own output");
        }
        workspace.Run("pack", app, "--no-restore").ShouldSucceed();
        workspace.Run("test", app, "--no-restore").ShouldSucceed();
        workspace.Clean(app);
        Assert.IsFalse(Directory.Exists(workspace["App", "bin", "Debug", "net10.0", "models"]) && Directory.EnumerateFiles(workspace["App", "bin", "Debug", "net10.0", "models"], "*", SearchOption.AllDirectories).Any());
    }

    [TestMethod]
    public void A_model_with_a_place_outside_the_output_folder_is_made_there_and_only_published_elsewhere()
    {
        using var workspace = new Workspace();
        var project = workspace.ModelProject(properties: $"<MergedModelDir>{workspace["dist", "mine"]}</MergedModelDir>");

        BuildTwice(workspace, project, workers: 1);

        Assert.IsTrue(File.Exists(workspace["dist", "mine", "model.safetensors"]));
        Assert.AreEqual(0, Directory.EnumerateFiles(workspace["bin"], "*.safetensors", SearchOption.AllDirectories).Count());
        workspace.Publish(project, "--no-build", "-c", "Debug", "-o", workspace["out"]).ShouldBeClean();
        Assert.AreEqual(Workspace.DigestsOf(workspace["dist", "mine"]), Workspace.DigestsOf(workspace["out", "model"]));
    }

    private static void BuildTwice(Workspace workspace, string project, int workers)
    {
        var first = workspace.Build(project);
        first.ShouldBeClean();
        Assert.AreEqual(workers, first.Workers);
        var second = workspace.Build(project);
        second.ShouldBeClean();
        Assert.AreEqual(0, second.Workers);
    }
}
