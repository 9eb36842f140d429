using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Merging;
using TaskArithmetic.Outputs;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.Tests.Diagnostics;

namespace TaskArithmetic.Tests.Merging;

/// <summary>Where an output may be and what happens to what is there.</summary>
[TestClass]
public sealed class OutputPlaceTests
{
    private readonly MergeScene scene = new();
    private readonly Recipe recipe;

    public OutputPlaceTests()
    {
        var target = scene.Model("in", TestTensor.Vector("w", DType.F32, 1));
        var donor = scene.Model("donor", TestTensor.Vector("w", DType.F32, 2));
        recipe = MergeScene.RecipeOf(target, MergeScene.Pair(donor, target));
    }

    private Recipe Other => recipe with { Inputs = [recipe.Inputs[0].With("weight", ParameterValue.Parse("3"))] };

    [TestCleanup]
    public void RemoveFolders() => scene.Dispose();

    [TestMethod]
    [DataRow("in")]
    [DataRow("in/merged")]
    [DataRow("in/deep/er/merged")]
    [DataRow("donor/")]
    [DataRow("in/../donor/x")]
    public void An_output_in_an_input_is_refused(string output)
    {
        RunAt(scene[output]).Single("TA2016", output.StartsWith("in/..", StringComparison.Ordinal) || output == "donor/" ? scene["donor"] : scene["in"]);
    }

    [TestMethod]
    public void An_output_around_an_input_is_refused()
    {
        scene.Run(recipe);
        var inner = ModelFolder.Copy(scene["in"], Path.Combine(scene.Output, "inner"));

        RunAt(scene.Output, recipe with { Base = inner }).Single("TA2016", inner);
    }

    [TestMethod]
    public void An_output_that_a_link_leads_into_an_input_is_refused()
    {
        Directory.CreateSymbolicLink(scene["link"], scene["in"]);

        RunAt(scene["link", "merged"]).Single("TA2016", scene["in"]);
    }

    [TestMethod]
    public void A_neighbour_with_the_same_beginning_is_no_overlap()
    {
        ModelMerge.Run(recipe, scene["in-merged"], scene.Options, CancellationToken.None);

        Assert.IsTrue(File.Exists(scene["in-merged", "model.safetensors"]));
    }

    [TestMethod]
    public void A_folder_or_file_of_somebody_else_is_not_replaced()
    {
        Directory.CreateDirectory(scene["foreign"]);
        File.WriteAllText(scene["foreign", "precious.txt"], "1");

        RunAt(scene["foreign"]).Only("TA3002", scene["foreign"]);
        RunAt(scene["foreign", "precious.txt"]).Only("TA3002", "precious.txt");
        Assert.AreEqual("1", File.ReadAllText(scene["foreign", "precious.txt"]));
    }

    [TestMethod]
    public void An_empty_folder_is_filled()
    {
        Directory.CreateDirectory(scene.Output);

        scene.Run(recipe);

        Assert.IsTrue(File.Exists(Path.Combine(scene.Output, "config.json")));
    }

    [TestMethod]
    public void A_model_we_wrote_is_replaced_whole()
    {
        File.WriteAllText(scene["in", "LICENSE"], "1");
        scene.Run(recipe);
        File.Delete(scene["in", "LICENSE"]);

        scene.Run(Other);

        Assert.AreEqual(4f, ModelFolder.Read(scene.Output).Single().Values[0]);
        Assert.IsFalse(File.Exists(Path.Combine(scene.Output, "LICENSE")), "a file of the former model stayed");
        CollectionAssert.AreEqual(new[] { "model" }, Directory.GetFileSystemEntries(scene["out"]).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    [DataRow("model.gguf")]
    [DataRow(".hidden")]
    [DataRow("results/notes.txt")]
    [DataRow("empty/")]
    [DataRow("config.json/")]
    public void Whatever_a_person_put_into_the_output_is_named_and_nothing_is_touched(string thing)
    {
        scene.Run(recipe);
        var path = Path.Combine(scene.Output, thing.TrimEnd('/'));
        if (File.Exists(path))
            File.Delete(path);
        Directory.CreateDirectory(thing.EndsWith('/') ? path : Path.GetDirectoryName(path)!);
        if (!thing.EndsWith('/'))
            File.WriteAllText(path, "precious");
        var before = MergeScene.DigestsOf(scene.Output);

        foreach (var useCache in new[] { true, false })
            RunAt(scene.Output, Other, useCache).Only("TA3008", scene.Output, $"'{(thing.Contains("results") ? "results/" : thing)}'", "Move it elsewhere");

        CollectionAssert.AreEquivalent(before.ToList(), MergeScene.DigestsOf(scene.Output).ToList());
        Assert.IsTrue(Path.Exists(path));
        Assert.IsFalse(Directory.Exists(scene.Cache), "the inputs were worked on before the output was looked at");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void A_link_in_the_output_is_somebodys_also_under_the_name_of_a_file_of_ours()
    {
        scene.Run(recipe);
        File.CreateSymbolicLink(Path.Combine(scene.Output, "link"), scene["in"]);
        File.Move(Path.Combine(scene.Output, "README.md"), scene["card.md"]);
        File.CreateSymbolicLink(Path.Combine(scene.Output, "README.md"), scene["card.md"]);

        RunAt(scene.Output, Other).Only("TA3008", "'README.md', 'link'");

        Assert.IsTrue(File.Exists(scene["card.md"]));
    }

    [TestMethod]
    public void A_text_that_a_person_edited_is_not_replaced_and_damaged_weights_are()
    {
        scene.Run(recipe);
        var (card, weights) = (Path.Combine(scene.Output, "README.md"), Path.Combine(scene.Output, "model.safetensors"));
        var written = File.ReadAllBytes(card);
        File.AppendAllText(card, "My notes.");
        using (var file = new FileStream(weights, FileMode.Open))
            file.SetLength(9);

        RunAt(scene.Output).Only("TA3009", "'README.md' is no longer what was written", "Move it elsewhere");
        StringAssert.EndsWith(File.ReadAllText(card), "My notes.");

        File.Delete(card);
        scene.Run(recipe);
        CollectionAssert.AreEqual(written, File.ReadAllBytes(card));
        Assert.AreEqual(2f, ModelFolder.Read(scene.Output).Single().Values[0]);
    }

    [TestMethod]
    public void A_file_that_a_person_adds_while_the_merge_runs_is_not_lost()
    {
        scene.Run(recipe);
        var late = Path.Combine(scene.Output, "late.txt");

        var refusal = Assert.ThrowsExactly<DiagnosticException>(() => new OutputFolder(scene.Output).Replace(_ => File.WriteAllText(late, "precious")));

        refusal.Diagnostics.Only("TA3008", "'late.txt'");
        Assert.AreEqual("precious", File.ReadAllText(late));
        CollectionAssert.AreEqual(new[] { "model" }, Directory.GetFileSystemEntries(scene["out"]).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public void A_file_that_a_person_adds_at_the_very_exchange_brings_the_former_model_back()
    {
        scene.Run(recipe);
        var before = MergeScene.DigestsOf(scene.Output);
        var place = new OutputPlace(scene.Output);
        var fresh = place.Hidden(OutputPlace.Fresh);
        Directory.CreateDirectory(fresh);

        Assert.ThrowsExactly<InvalidOperationException>(() => place.Install(fresh, _ => throw new InvalidOperationException()));

        CollectionAssert.AreEquivalent(before.ToList(), MergeScene.DigestsOf(scene.Output).ToList());
        CollectionAssert.AreEqual(new[] { "model" }, Directory.GetFileSystemEntries(scene["out"]).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public void A_record_that_was_changed_tells_nothing_about_whose_the_files_are()
    {
        scene.Run(recipe);
        Directory.CreateDirectory(scene["home"]);
        File.WriteAllText(scene["home", "thesis.tex"], "precious");
        File.Copy(Path.Combine(scene.Output, "taskarithmetic.json"), scene["home", "taskarithmetic.json"]);
        RunAt(scene["home"]).Only("TA3008", "'thesis.tex'");

        ModelFolder.EditJson(scene["home", "taskarithmetic.json"], json => json["outputs"]!.AsArray().Add(
            new System.Text.Json.Nodes.JsonObject { ["name"] = "thesis.tex", ["size"] = 8, ["sha256"] = "" }));

        RunAt(scene["home"]).Only("TA3010", "it was changed since it was written");
        Assert.AreEqual("precious", File.ReadAllText(scene["home", "thesis.tex"]));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    [DataRow(true)]
    [DataRow(false)]
    public void An_output_that_is_a_link_stays_one_and_the_model_goes_where_it_leads(bool targetExists)
    {
        Directory.CreateDirectory(scene["big"]);
        Directory.CreateDirectory(scene["out"]);
        if (targetExists)
            Directory.CreateDirectory(scene["big", "model"]);
        Directory.CreateSymbolicLink(scene.Output, scene["big", "model"]);

        scene.Run(recipe);
        scene.Run(Other);

        Assert.AreEqual(scene["big", "model"], new DirectoryInfo(scene.Output).LinkTarget);
        Assert.AreEqual(4f, ModelFolder.Read(scene["big", "model"]).Single().Values[0]);
        CollectionAssert.AreEqual(new[] { "model" }, Directory.GetFileSystemEntries(scene["big"]).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public void A_model_that_a_killed_run_left_under_its_former_name_comes_back()
    {
        scene.Run(recipe);
        var before = MergeScene.DigestsOf(scene.Output);
        Directory.Move(scene.Output, new OutputPlace(scene.Output).Hidden(OutputPlace.Former));
        Directory.CreateDirectory(new OutputPlace(scene.Output).Hidden(OutputPlace.Fresh));

        ProvenanceVerification.Verify(scene.Output);

        CollectionAssert.AreEquivalent(before.ToList(), MergeScene.DigestsOf(scene.Output).ToList());
        CollectionAssert.AreEqual(new[] { "model" }, Directory.GetFileSystemEntries(scene["out"]).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public void Hidden_work_of_a_run_that_holds_the_lock_is_left_alone()
    {
        scene.Run(recipe);
        var place = new OutputPlace(scene.Output);
        var work = place.Hidden(OutputPlace.Rebuilt);
        Directory.CreateDirectory(work);

        using (TaskArithmetic.Files.FolderLock.Acquire(place.LockFile, CancellationToken.None))
            ProvenanceVerification.Verify(scene.Output);
        Assert.IsTrue(Directory.Exists(work));

        ProvenanceVerification.Verify(scene.Output);
        Assert.IsFalse(Directory.Exists(work));
    }

    [TestMethod]
    public void Work_of_a_neighbouring_output_is_left_alone()
    {
        var neighbours = new[] { $".model.v2.{Guid.NewGuid():N}.new", ".model.v2.0123456789abcdef.partial", $".model.v2.{Guid.NewGuid():N}.old" };
        var leftovers = new[] { $".model.{Guid.NewGuid():N}.new", ".model.0123456789abcdef.partial", $".model.{Guid.NewGuid():N}.old", $".model.{Guid.NewGuid():N}.rebuilt" };
        foreach (var name in neighbours.Concat(leftovers))
            Directory.CreateDirectory(scene["out", name]);

        scene.Run(recipe);

        CollectionAssert.AreEquivalent(neighbours.Append("model").ToArray(), Directory.GetFileSystemEntries(scene["out"]).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_place_below_a_file_is_refused_with_its_code(bool useCache)
    {
        File.WriteAllText(scene["file"], "");

        RunAt(scene["file", "below", "model"], useCache: useCache).Only("TA3005", scene["file"]);
        Assert.IsFalse(Directory.Exists(scene.Cache), "the inputs were worked on before the output was looked at");
    }

    [TestMethod]
    public void A_name_too_long_for_the_file_system_is_refused_with_its_code()
    {
        RunAt(scene[new string('m', 250)]).Only("TA3005");
    }

    [TestMethod]
    public void A_disk_that_is_too_small_is_refused_with_both_numbers()
    {
        var findings = new OutputFolder(scene["new", "folder", "model"]).CheckSpace(5_000_000_000, _ => 1_500_000_000).ToList();

        findings.Only("TA2017", scene["new", "folder", "model"], "needs 5 GB", "1.5 GB");
    }

    [TestMethod]
    public void A_model_larger_than_the_disk_is_refused_without_reading_it()
    {
        if (OutputFolder.FreeSpace(scene[""]) > 1L << 41)
            Assert.Inconclusive("needs a disk with less than 2 TiB free");
        // A terabyte that takes no room: the file is a header and a hole.
        var layout = SafetensorsLayout.Create([("w", DType.F32, [1UL << 39])]);
        var huge = ModelFolder.Write(scene["huge"], ModelFolder.Config);
        using (var file = new FileStream(Path.Combine(huge, "model.safetensors"), FileMode.Create))
        {
            file.Write(layout.Prefix.Span);
            file.SetLength(layout.FileLength);
        }

        RunAt(scene["out", "model"], MergeScene.RecipeOf(huge, MergeScene.Pair(huge, huge)), useCache: false).Only("TA2017", "needs 2.2 TB");
        Assert.IsFalse(Directory.Exists(scene["out"]));
    }

    [TestMethod]
    public void Free_space_is_asked_of_the_nearest_folder_that_exists()
    {
        string? asked = null;

        Assert.IsEmpty(new OutputFolder(scene["new", "folder", "model"]).CheckSpace(10, folder =>
        {
            asked = folder;
            return 10;
        }));
        Assert.AreEqual(Path.TrimEndingDirectorySeparator(scene[""]), Path.TrimEndingDirectorySeparator(asked!));
    }

    private IReadOnlyList<Diagnostic> RunAt(string output, Recipe? other = null, bool useCache = true) => Assert.ThrowsExactly<DiagnosticException>(
        () => ModelMerge.Run(other ?? recipe, output, scene.Options with { UseCache = useCache }, CancellationToken.None)).Diagnostics;
}
