using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Merging;
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
        scene.Run(recipe);
        File.WriteAllText(Path.Combine(scene.Output, "stale.txt"), "");

        scene.Run(recipe with { Terms = [recipe.Terms[0] with { Alpha = AlphaSchedule.Parse("3") }] });

        Assert.AreEqual(4f, ModelFolder.Read(scene.Output).Single().Values[0]);
        Assert.IsFalse(File.Exists(Path.Combine(scene.Output, "stale.txt")));
        CollectionAssert.AreEqual(new[] { "model" }, Directory.GetFileSystemEntries(scene["out"]).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public void Work_of_a_neighbouring_output_is_left_alone()
    {
        var neighbours = new[] { $".model.v2.{Guid.NewGuid():N}.new", ".model.v2.0123456789abcdef.partial", $".model.v2.{Guid.NewGuid():N}.old" };
        var leftovers = new[] { $".model.{Guid.NewGuid():N}.new", ".model.0123456789abcdef.partial", $".model.{Guid.NewGuid():N}.old" };
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
        var findings = new OutputFolder(scene["new", "folder", "model"]).CheckSpace(5_000_000_000, null, _ => 1_500_000_000).ToList();

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
    public void A_cache_on_a_disk_that_is_too_small_is_refused_as_well()
    {
        Directory.CreateDirectory(scene.Cache);

        var findings = new OutputFolder(scene.Output).CheckSpace(5_000_000_000, scene.Cache, folder => folder == scene.Cache ? 1 : long.MaxValue).ToList();

        findings.Only("TA2017", scene.Cache, "needs 5 GB", "1 B", "--cache-dir");
    }

    [TestMethod]
    public void Free_space_is_asked_of_the_nearest_folder_that_exists()
    {
        string? asked = null;

        Assert.IsEmpty(new OutputFolder(scene["new", "folder", "model"]).CheckSpace(10, null, folder =>
        {
            asked = folder;
            return 10;
        }));
        Assert.AreEqual(Path.TrimEndingDirectorySeparator(scene[""]), Path.TrimEndingDirectorySeparator(asked!));
    }

    private IReadOnlyList<Diagnostic> RunAt(string output, Recipe? other = null, bool useCache = true) => Assert.ThrowsExactly<DiagnosticException>(
        () => ModelMerge.Run(other ?? recipe, output, scene.Options with { UseCache = useCache }, CancellationToken.None)).Diagnostics;
}
