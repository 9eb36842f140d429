using System.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TaskArithmetic.EndToEnd.Tests;

/// <summary>Models as files for other engines, as outputs of a build.</summary>
[TestClass]
public sealed class ExportTests
{
    [TestMethod]
    public void Files_are_written_once_published_and_removed_when_nobody_asks_for_them()
    {
        using var workspace = new Workspace();
        var project = Project(workspace, "bf16;q8_0");
        string FileOf(string form) => workspace["bin", "Debug", "net10.0", $"model.{form}.gguf"];

        var first = workspace.Build(project);
        first.ShouldBeClean();
        Assert.AreEqual(3, first.Workers);
        Assert.IsTrue(first.Says($"Model -> {FileOf("q8_0")}"), first.Result.Output);
        foreach (var file in (string[])[FileOf("bf16"), FileOf("q8_0")])
            Assert.AreEqual("GGUF", Encoding.ASCII.GetString(File.ReadAllBytes(file)[..4]));
        var second = workspace.Build(project);
        second.ShouldBeClean();
        Assert.AreEqual(0, second.Workers);
        Assert.IsTrue(second.Skipped("ExportMergedModels"));
        workspace.Build(project, "-question").Result.ShouldSucceed();
        workspace.Publish(project, "--no-build", "-c", "Debug", "-o", workspace["out"]).ShouldBeClean();
        Assert.AreEqual(Workspace.DigestOf(FileOf("q8_0")), Workspace.DigestOf(workspace["out", "model.q8_0.gguf"]));

        Project(workspace, "f16");
        workspace.Build(project, "-question").Result.ShouldFail();
        var third = workspace.Build(project);
        third.ShouldBeClean();
        Assert.AreEqual(1, third.Workers, "the model itself is up to date");
        Assert.AreEqual(FileOf("f16"), Directory.GetFiles(workspace["bin"], "*.gguf", SearchOption.AllDirectories).Single());

        workspace.Clean(project);
        Assert.IsEmpty(Directory.GetFiles(workspace["bin"], "*", SearchOption.AllDirectories));
    }

    [TestMethod]
    public void A_file_follows_its_model_and_comes_back_when_it_is_gone()
    {
        using var workspace = new Workspace();
        var project = Project(workspace, "q8_0");
        var file = workspace["bin", "Debug", "net10.0", "model.q8_0.gguf"];
        workspace.Build(project).ShouldBeClean();
        var whole = Workspace.DigestOf(file);

        Project(workspace, "q8_0", alpha: 0.5);
        workspace.Build(project).ShouldBeClean();
        Assert.AreNotEqual(whole, Workspace.DigestOf(file));

        Project(workspace, "q8_0");
        workspace.Build(project).ShouldBeClean();
        Assert.AreEqual(whole, Workspace.DigestOf(file));
        File.Delete(file);
        workspace.Build(project).ShouldBeClean();
        Assert.AreEqual(whole, Workspace.DigestOf(file));
    }

    [TestMethod]
    public void Several_models_have_files_of_their_own_and_what_cannot_be_is_said_before_anything_is_made()
    {
        using var workspace = new Workspace();
        string Text(string strong) => $"""
              <PropertyGroup><BaseModel>{Workspace.Models}/target</BaseModel></PropertyGroup>
              <ItemGroup>
                <ReasoningVector Include="{Workspace.Models}/grpo" Minus="{Workspace.Models}/sft" />
                <MergedModel Include="plain" />
                <MergedModel Include="strong" Lambda="1.5" {strong} />
              </ItemGroup>
            """;
        var project = workspace.ModelProject(Text("Export=\"gguf\""));
        workspace.Build(project).ShouldBeClean();
        Assert.AreEqual(workspace["bin", "Debug", "net10.0", "models", "strong.gguf"], Directory.GetFiles(workspace["bin"], "*.gguf", SearchOption.AllDirectories).Single());

        foreach (var wrong in (string[])["Export=\"onnx\"", "Export=\"gguf\" Quantization=\"q9\"", "Quantization=\"q8_0\""])
        {
            workspace.ModelProject(Text(wrong));
            var log = workspace.Build(project);
            log.Result.ShouldFail();
            log.ShouldPoint("TA0009", project, asError: true);
            Assert.AreEqual(0, log.Workers);
        }
    }

    [TestMethod]
    public void Two_models_whose_files_would_have_one_name_are_refused()
    {
        using var workspace = new Workspace();
        var project = workspace.ModelProject($"""
              <PropertyGroup><BaseModel>{Workspace.Models}/target</BaseModel></PropertyGroup>
              <ItemGroup>
                <ReasoningVector Include="{Workspace.Models}/grpo" Minus="{Workspace.Models}/sft" />
                <MergedModel Include="strong" Export="gguf" Quantization="q8_0" />
                <MergedModel Include="strong.q8_0" Export="gguf" />
              </ItemGroup>
            """);

        var log = workspace.Build(project);

        log.Result.ShouldFail();
        log.ShouldPoint("TA0008", project, asError: true);
        Assert.AreEqual(0, log.Workers);
    }

    private static string Project(Workspace workspace, string quantization, double alpha = 1) =>
        workspace.ModelProject(alpha, properties: $"<ModelExport>gguf</ModelExport><ModelQuantization>{quantization}</ModelQuantization>");
}
