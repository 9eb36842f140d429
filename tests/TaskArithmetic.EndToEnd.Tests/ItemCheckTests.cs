using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TaskArithmetic.EndToEnd.Tests;

/// <summary>What a project says and nobody would hear is an error at its line, before anything is made or removed.</summary>
[TestClass]
public sealed class ItemCheckTests
{
    [TestMethod]
    public void Misspelt_and_misplaced_metadata_are_named_with_what_was_meant()
    {
        using var workspace = new Workspace();
        var project = workspace.ModelProject("""
              <PropertyGroup><BaseModel>models/target</BaseModel></PropertyGroup>
              <ItemGroup>
                <ReasoningVector Include="models/grpo" Minus="models/sft" Aplha="0.5" />
                <ReasoningVector Include="models/other" Visible="false" Reviewer="me" MinScore="4" />
                <MergedModel Include="model">
                  <OutputDtype>float32</OutputDtype>
                  <Lamda>1</Lamda>
                </MergedModel>
                <Benchmark Include="gsm8k" MinScor="40" MaxRegresion="1" />
              </ItemGroup>
            """);

        var log = workspace.Build(project);

        log.Result.ShouldFail();
        Assert.AreEqual(0, log.Workers);
        foreach (var text in new[] { "'Aplha', which nothing reads. Did you mean 'Alpha'?", "'MinScore', which belongs to Benchmark", "Did you mean 'Lambda'?", "Did you mean 'MinScore'?", "Did you mean 'MaxRegression'?" })
            StringAssert.Contains(log.Result.Output, text);
        StringAssert.Contains(log.Result.Output, $"{project}(4,5): error TA0012");
        StringAssert.Contains(log.Result.Output, $"{project}(5,5): warning TA0013");
        Assert.IsFalse(log.Result.Output.Contains("Visible", StringComparison.Ordinal) || log.Result.Output.Contains("OutputDtype", StringComparison.Ordinal), "names of other tools and other capitals are no mistakes");
    }

    [TestMethod]
    public void A_pattern_without_matches_stops_the_build_and_the_former_model_stays()
    {
        using var workspace = new Workspace();
        var project = workspace.ModelProject();
        var model = workspace["bin", "Debug", "net10.0", "model"];
        workspace.Build(project).Result.ShouldSucceed();
        var whole = Workspace.DigestsOf(model);

        foreach (var (items, code) in new[]
        {
            ("""<ReasoningVector Include="vectores/*.safetensors" /><Benchmark Include="gsm8k" MinScore="40" />""", "TA0014"),
            ($"""<ReasoningVector Include="{Workspace.Models}/grpo" Minus="{Workspace.Models}/sft" /><Benchmark Include="gates/*.yaml" MinScore="40" />""", "TA0014"),
            ("""<Benchmark Include="gsm8k" MinScore="40" />""", "TA0006"),
            ("""<ReasoningVector Include="@(Nothing)" />""", "TA0006"),
        })
        {
            workspace.ModelProject($"<PropertyGroup><BaseModel>{Workspace.Models}/target</BaseModel></PropertyGroup><ItemGroup>{items}</ItemGroup>");
            var log = workspace.Build(project);
            log.Result.ShouldFail();
            log.ShouldPoint(code, project, asError: true);
            Assert.AreEqual(0, log.Workers);
            Assert.AreEqual(whole, Workspace.DigestsOf(model), items);
        }
    }

    [TestMethod]
    public void A_model_that_the_project_gave_up_is_removed_and_foreign_files_beside_it_stay()
    {
        using var workspace = new Workspace();
        var project = workspace.ModelProject();
        workspace.Build(project).Result.ShouldSucceed();
        workspace.Write("bin/Debug/net10.0/model/notes.txt", "mine");

        workspace.ModelProject("<PropertyGroup />");
        var log = workspace.Build(project);

        log.Result.ShouldSucceed();
        log.ShouldPoint("TA0017", project, asError: false);
        CollectionAssert.AreEqual(new[] { "notes.txt" }, Directory.GetFiles(workspace["bin", "Debug", "net10.0", "model"]).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public void Names_and_places_that_collide_or_do_not_exist_have_codes_of_ours()
    {
        using var workspace = new Workspace();
        var project = workspace.ModelProject("""
              <PropertyGroup><BaseModel>models/target</BaseModel></PropertyGroup>
              <ItemGroup>
                <MergedModel Include="gentle" />
                <MergedModel Include="Gentle" />
                <MergedModel Include="outer" OutputDir="dist" />
                <MergedModel Include="inner" OutputDir="dist/inner" />
                <ReasoningVector Include="models/grpo" Minus="models/sft" />
                <Benchmark Include="gsm8k" Model="gentel" />
              </ItemGroup>
            """);

        var log = workspace.Build(project);

        log.Result.ShouldFail();
        log.ShouldPoint("TA0007", project, asError: true);
        log.ShouldPoint("TA0008", project, asError: true);
        foreach (var text in new[] { "Did you mean 'gentle'?", $"{project}(5,5): error TA0008", $"{project}(7,5): error TA0008", $"{project}(9,5): error TA0007" })
            StringAssert.Contains(log.Result.Output, text);
        Assert.IsFalse(log.Diagnostics.Any(d => d.Code.StartsWith("MSB", StringComparison.Ordinal)), log.Result.Output);
    }

    [TestMethod]
    public void What_a_worker_finds_points_at_the_item_it_is_about()
    {
        using var workspace = new Workspace();
        var project = workspace.ModelProject($"""
              <PropertyGroup><BaseModel>{Workspace.Models}/target</BaseModel></PropertyGroup>
              <ItemGroup>
                <ReasoningVector Include="{Workspace.Models}/grpo" Minus="{Workspace.Models}/sft" />
                <ReasoningVector Include="absent/donor" Minus="{Workspace.Models}/sft" />
              </ItemGroup>
            """);

        var log = workspace.Build(project);

        log.Result.ShouldFail();
        StringAssert.Contains(log.Result.Output, $"{project}(5,5): error TA");
    }

    [TestMethod]
    public void A_vector_file_with_a_long_absolute_path_has_short_records()
    {
        using var workspace = new Workspace();
        var deep = Path.Combine([workspace["vectors"], .. Enumerable.Repeat(new string('d', 90), 5), "steps.safetensors"]);
        var project = workspace.ModelProject($"""
              <ItemGroup><ReasoningVector Include="{Workspace.Models}/grpo" Minus="{Workspace.Models}/sft" VectorFile="{deep}" /></ItemGroup>
            """);

        workspace.Build(project).Result.ShouldSucceed();

        Assert.IsTrue(File.Exists(deep));
    }
}
