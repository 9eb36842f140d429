using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TaskArithmetic.EndToEnd.Tests;

/// <summary>What goes wrong is said once, with a code, at the user's project file.</summary>
[TestClass]
public sealed class DiagnosticsTests
{
    [TestMethod]
    public void A_refused_input_is_an_error_at_the_project_file()
    {
        using var workspace = new Workspace();
        var project = workspace.ModelProject($"""
              <PropertyGroup><BaseModel>{Workspace.Models}/target</BaseModel></PropertyGroup>
              <ItemGroup><ReasoningVector Include="{Workspace.Models}/grpo" Minus="{Workspace.Models}/sft" Alpha="much" /></ItemGroup>
            """);

        var log = workspace.Build(project);

        log.Result.ShouldFail();
        log.ShouldPoint("TA2013", project, asError: true);
        Assert.IsFalse(Directory.Exists(workspace["bin", "Debug", "net10.0", "model"]));
        Assert.IsFalse(log.Diagnostics.Any(d => d.Code.StartsWith("MSB", StringComparison.Ordinal)), "the coded error is the only one");
    }

    [TestMethod]
    public void A_warning_can_be_hidden_and_can_be_made_an_error_that_stays()
    {
        using var workspace = new Workspace();
        // So little of the vector that rounding to bfloat16 swallows most of it.
        var project = workspace.ModelProject(alpha: 0.0001);

        workspace.Build(project, "-p:NoWarn=TA1006").ShouldNotMention("TA1006");
        workspace.Clean(project);
        var warned = workspace.Build(project);
        warned.Result.ShouldSucceed();
        warned.ShouldPoint("TA1006", project, asError: false);

        // The model is up to date, and the warning has not been dealt with.
        var again = workspace.Build(project);
        Assert.AreEqual(0, again.Workers);
        again.ShouldPoint("TA1006", project, asError: false);
        var raised = workspace.Build(project, "-warnaserror:TA1006");
        raised.Result.ShouldFail();
        Assert.AreEqual(0, raised.Workers);
        raised.ShouldPoint("TA1006", project, asError: true);

        workspace.Clean(project);
        for (var build = 0; build < 2; build++)
        {
            var refused = workspace.Build(project, "-warnaserror:TA1006");
            refused.Result.ShouldFail();
            refused.ShouldPoint("TA1006", project, asError: true);
        }
    }

    [TestMethod]
    public void An_environment_that_cannot_run_the_worker_is_named()
    {
        using var workspace = new Workspace();
        var project = workspace.ModelProject();
        var absent = workspace["absent.dll"];
        foreach (var (code, property) in new[]
        {
            ("TA0001", "TaskArithmeticMinimumMSBuildVersion=99.0"),
            ("TA0002", $"TaskArithmeticToolPath={absent}"),
            ("TA0003", $"TaskArithmeticDotNetHostPath={absent}"),
        })
        {
            var log = workspace.Build(project, $"-p:{property}");
            log.Result.ShouldFail();
            log.ShouldPoint(code, project, asError: true);
        }
    }

    [TestMethod]
    public void Items_that_do_not_fit_together_are_all_named_before_a_worker_starts()
    {
        using var workspace = new Workspace();
        var project = workspace.ModelProject("""
              <ItemGroup>
                <MergedModel Include="alone" />
                <MergedModel Include="a/b" BaseModel="models/target" />
                <MergedModel Include="empty" BaseModel="models/target" />
                <ReasoningVector Include="models/grpo" Minus="models/sft" Model="other" />
                <ReasoningVector Include="models/vector.safetensors" VectorFile="vector.safetensors" Model="alone" />
              </ItemGroup>
            """);

        var log = workspace.Build(project);

        log.Result.ShouldFail();
        foreach (var code in new[] { "TA0005", "TA0006", "TA0007", "TA0008", "TA0009" })
            log.ShouldPoint(code, project, asError: true);
        Assert.AreEqual(0, log.Workers);
    }

    [TestMethod]
    public void A_vector_without_any_model_is_named()
    {
        using var workspace = new Workspace();
        var project = workspace.ModelProject("""<ItemGroup><ReasoningVector Include="vector.safetensors" /></ItemGroup>""");

        var log = workspace.Build(project);

        log.Result.ShouldFail();
        log.ShouldPoint("TA0005", project, asError: true);
    }
}
