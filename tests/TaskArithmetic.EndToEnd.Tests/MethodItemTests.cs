using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.EndToEnd.Tests;

/// <summary>Methods, their parameters, and configurations of mergekit as items of a project.</summary>
[TestClass]
public sealed class MethodItemTests
{
    private static string ToyMethod
    {
        get
        {
            // artifacts/bin/PROJECT/CONFIGURATION
            var own = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(own.Parent!.Parent!.FullName, "TaskArithmetic.Tests.ToyMethod", own.Name, "TaskArithmetic.Tests.ToyMethod.dll");
        }
    }

    [TestMethod]
    public void A_configuration_of_mergekit_is_a_model_that_is_made_again_when_it_changes()
    {
        using var workspace = new Workspace();
        var configuration = $"merge_method: ties\nbase_model: {Workspace.Models}/target\nmodels:\n  - model: {Workspace.Models}/sft\n    parameters:\n      weight: 1.0\n      density: 0.5\n";
        workspace.Write("recipes/mixed.yml", configuration);
        var project = workspace.ModelProject("""
              <ItemGroup><MergeKitRecipe Include="recipes/*.yml" Precision="mergekit" /></ItemGroup>
            """);
        var weights = workspace["bin", "Debug", "net10.0", "models", "mixed", "model.safetensors"];

        var first = workspace.Build(project);
        first.Result.ShouldSucceed();
        Assert.AreEqual(1, first.Workers);
        var digest = Workspace.DigestOf(weights);
        Assert.AreEqual(0, workspace.Build(project).Workers);

        workspace.Write("recipes/mixed.yml", configuration.Replace("0.5", "0.25", StringComparison.Ordinal));
        Assert.AreEqual(1, workspace.Build(project).Workers);
        Assert.AreNotEqual(digest, Workspace.DigestOf(weights));

        workspace.Write("recipes/mixed.yml", configuration.Replace("density", "denstiy", StringComparison.Ordinal));
        var wrong = workspace.Build(project);
        wrong.Result.ShouldFail();
        StringAssert.Contains(wrong.Result.Output, $"{workspace["recipes", "mixed.yml"]}(7): error TA2070");
        StringAssert.Contains(wrong.Result.Output, "Did you mean 'density'?");
    }

    [TestMethod]
    public void Configurations_of_one_name_are_told_at_the_item_that_names_them()
    {
        using var workspace = new Workspace();
        foreach (var folder in new[] { "a", "b" })
            workspace.Write($"{folder}/mixed.yml", "merge_method: linear\n");
        var project = workspace.ModelProject("""
              <ItemGroup>
                <MergeKitRecipe Include="a/mixed.yml" />
                <MergeKitRecipe Include="b/mixed.yml" />
              </ItemGroup>
            """);

        var log = workspace.Build(project);

        log.Result.ShouldFail();
        Assert.AreEqual(0, log.Workers);
        StringAssert.Contains(log.Result.Output, $"{project}(4,5): error TA0008");
    }

    [TestMethod]
    public void Parameters_of_a_method_are_metadata_and_items()
    {
        using var workspace = new Workspace();
        string Project(string vector, string more, string method = "ties") => workspace.ModelProject($"""
              <PropertyGroup><BaseModel>{Workspace.Models}/target</BaseModel><MergeMethod>{method}</MergeMethod></PropertyGroup>
              <ItemGroup>
                <ReasoningVector Include="{Workspace.Models}/grpo" Minus="{Workspace.Models}/sft" {vector} />
                {more}
              </ItemGroup>
            """);
        string Built(string project)
        {
            workspace.Build(project).Result.ShouldSucceed();
            return Workspace.DigestOf(workspace["bin", "Debug", "net10.0", "model", "model.safetensors"]);
        }

        var own = Built(Project("""Weight="0.5" Density="0.25" """, ""));
        var all = Built(Project("""Alpha="0.5" """, """<MergeParameter Include="density" Value="0.25" />"""));
        var depth = Built(Project("""Alpha="0.5" Density="[0.25, 0.5]" """, """<MergeParameter Include="Normalize" Value="true" />"""));

        Assert.AreEqual(own, all);
        Assert.AreNotEqual(own, depth);
        foreach (var (vector, more, method, code, text) in new[]
        {
            ("""Density="1.5" """, "", "ties", "TA2073", "density: 1.5 is not from 0 to 1"),
            ("""Density="0.5" """, "", "task_arithmetic", "TA2070", "no parameter 'density'"),
            ("", """<MergeParameter Include="densty" Value="0.5" />""", "ties", "TA2042", "Did you mean 'density'?"),
            ("", """<MergeParameter Include="density" />""", "ties", "TA0116", "has no Value"),
            ("""Alpha="1" Weight="1" """, "", "ties", "TA0115", "two names of one parameter"),
            ("""Densitty="0.5" """, "", "ties", "TA0012", "Did you mean 'Density'?"),
            ("", "", "tise", "TA2074", "Did you mean 'ties'?"),
        })
        {
            var project = Project(vector, more, method);
            var log = workspace.Build(project);
            log.Result.ShouldFail();
            log.ShouldPoint(code, project, asError: true);
            StringAssert.Contains(log.Result.Output, text);
        }
    }

    [TestMethod]
    public void A_method_from_outside_has_its_parameters_as_metadata()
    {
        using var workspace = new Workspace();
        string Project(string share) => workspace.ModelProject($"""
              <PropertyGroup><BaseModel>{Workspace.Models}/target</BaseModel><MergeMethod>toy</MergeMethod></PropertyGroup>
              <ItemGroup>
                <MergeMethodAssembly Include="{ToyMethod}" />
                <MergedModel Include="plain" />
                <MergedModel Include="mirrored" MirrorIt="true" />
                <ReasoningVector Include="{Workspace.Models}/grpo" Minus="{Workspace.Models}/sft" {share} />
              </ItemGroup>
            """);

        var log = workspace.Build(Project("""Share="0.25" """));
        log.Result.ShouldSucceed();
        Assert.AreEqual(2, log.Workers);
        Assert.AreNotEqual(
            Workspace.DigestOf(workspace["bin", "Debug", "net10.0", "models", "plain", "model.safetensors"]),
            Workspace.DigestOf(workspace["bin", "Debug", "net10.0", "models", "mirrored", "model.safetensors"]));

        var misspelt = workspace.Build(Project("""Shrae="0.25" """));
        misspelt.Result.ShouldFail();
        StringAssert.Contains(misspelt.Result.Output, "Did you mean 'share'?");
    }
}
