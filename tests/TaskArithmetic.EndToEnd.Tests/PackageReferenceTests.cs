using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TaskArithmetic.EndToEnd.Tests;

/// <summary>The other door: <c>PackageReference</c> in a project that has code and ships a model.</summary>
[TestClass]
public sealed class PackageReferenceTests
{
    [TestMethod]
    public void An_app_finds_the_model_in_its_output_and_publish_folders()
    {
        using var workspace = new Workspace();
        var project = App(workspace, $"""
              <PropertyGroup><BaseModel>{Workspace.Models}/target</BaseModel></PropertyGroup>
              <ItemGroup>
                <PackageReference Include="TaskArithmetic.Build" Version="{BuildPackage.Version}" />
                <ReasoningVector Include="{Workspace.Models}/grpo" Minus="{Workspace.Models}/sft" Alpha="0.7" />
              </ItemGroup>
            """);

        workspace.Build(project).Result.ShouldSucceed();
        StringAssert.Contains(workspace.Run(workspace["App", "bin", "Debug", "net10.0", "App.dll"]).ShouldSucceed().Output, "1713552 bytes");
        var second = workspace.Build(project);
        Assert.IsTrue(second.Skipped("MergeReasoningVectors"));
        Assert.AreEqual(0, second.Workers);

        workspace.Publish(project, "-o", workspace["out"]).Result.ShouldSucceed();
        StringAssert.Contains(workspace.Run(workspace["out", "App.dll"]).ShouldSucceed().Output, "1713552 bytes");
        Assert.IsFalse(
            File.ReadAllText(workspace["out", "App.deps.json"]).Contains("TaskArithmetic", StringComparison.Ordinal), "a build tool is no dependency of the app");
    }

    [TestMethod]
    public void A_multi_target_library_merges_once_and_hands_its_model_to_the_app_that_references_it()
    {
        using var workspace = new Workspace();
        workspace.Write("Library/Library.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks>
                <BaseModel>{Workspace.Models}/target</BaseModel>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="TaskArithmetic.Build" Version="{BuildPackage.Version}" />
                <ReasoningVector Include="{Workspace.Models}/grpo" Minus="{Workspace.Models}/sft" Alpha="0.7" />
              </ItemGroup>
            </Project>
            """);
        var library = workspace["Library", "Library.csproj"];

        var log = workspace.Build(library);

        log.Result.ShouldSucceed();
        Assert.AreEqual(1, log.Workers);
        var model = Workspace.DigestsOf(workspace["Library", "bin", "Debug", "net10.0", "model"]);
        Assert.AreEqual(model, Workspace.DigestsOf(workspace["Library", "bin", "Debug", "netstandard2.0", "model"]));
        var again = workspace.Build(library);
        again.Result.ShouldSucceed();
        Assert.AreEqual(0, again.Workers);
        workspace.Run("msbuild", library, "-t:ResolveReasoningVectors;ExtractReasoningVectors;MergeReasoningVectors;GetMergedModelFiles;BenchmarkMergedModel", "-v:q").ShouldSucceed();
        StringAssert.Contains(workspace.Run("msbuild", library, "-t:GetMergedModelFiles", "-getTargetResult:GetMergedModelFiles").ShouldSucceed().Output, "models/Library/model.safetensors");

        var app = App(workspace, """<ItemGroup><ProjectReference Include="../Library/Library.csproj" /></ItemGroup>""");
        workspace.Publish(app, "-c", "Debug", "-o", workspace["out"]).Result.ShouldSucceed();
        Assert.AreEqual(model, Workspace.DigestsOf(workspace["App", "bin", "Debug", "net10.0", "models", "Library"]));
        Assert.AreEqual(model, Workspace.DigestsOf(workspace["out", "models", "Library"]));

        workspace.Run("msbuild", library, "-t:CleanMergedModels", "-v:q").ShouldSucceed();
        Assert.IsFalse(Directory.Exists(workspace["Library", "bin", "Debug", "net10.0", "model"]));
    }

    [TestMethod]
    public void A_project_that_declares_no_vector_is_left_alone()
    {
        using var workspace = new Workspace();
        var project = App(workspace, $"""<ItemGroup><PackageReference Include="TaskArithmetic.Build" Version="{BuildPackage.Version}" /></ItemGroup>""");

        var log = workspace.Build(project, "-p:TaskArithmeticMinimumMSBuildVersion=99.0");

        log.Result.ShouldSucceed();
        Assert.AreEqual(0, log.Workers);
    }

    [TestMethod]
    public void A_project_that_comes_by_both_doors_is_built_by_the_sdk_without_a_warning()
    {
        using var workspace = new Workspace();
        var project = workspace.ModelProject($"""
              <PropertyGroup><BaseModel>{Workspace.Models}/target</BaseModel></PropertyGroup>
              <ItemGroup>
                <PackageReference Include="TaskArithmetic.Build" Version="{BuildPackage.Version}" />
                <ReasoningVector Include="{Workspace.Models}/grpo" Minus="{Workspace.Models}/sft" />
              </ItemGroup>
            """);

        var log = workspace.Build(project);

        log.Result.ShouldSucceed();
        Assert.AreEqual(1, log.Workers);
        Assert.AreEqual(0, log.Diagnostics.Count, log.Result.Output);
        Assert.IsFalse(Directory.Exists(Path.Combine(BuildPackage.Packages, "microsoft.build.notargets")), "no second project SDK, of which a build could have another version");
    }

    private static string App(Workspace workspace, string body)
    {
        workspace.Write("App/Program.cs", """
            var model = System.IO.Path.Combine(System.AppContext.BaseDirectory, "model", "model.safetensors");
            System.Console.WriteLine(System.IO.File.Exists(model) ? $"{new System.IO.FileInfo(model).Length} bytes" : "no model");
            """);
        return workspace.Write("App/App.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <UseAppHost>false</UseAppHost>
              </PropertyGroup>
            {body}
            </Project>
            """);
    }
}
