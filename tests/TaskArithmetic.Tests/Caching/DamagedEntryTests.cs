using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Caching;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.Tests.Diagnostics;
using TaskArithmetic.Tests.Merging;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Caching;

/// <summary>Whatever becomes of an entry's description: the entry is dropped and made again, nothing crashes, nothing outside the cache is touched.</summary>
[TestClass]
public sealed class DamagedEntryTests
{
    private readonly MergeScene scene = new();
    private readonly Recipe recipe;
    private readonly string key;
    private readonly byte[] intact;
    private readonly Dictionary<string, string> weights;

    public DamagedEntryTests()
    {
        string Model(string name, int seed) => scene.Model(name, TestTensor.Random("model.layers.0.w", DType.F32, seed, 0.1f, 16), TestTensor.Random("model.layers.1.w", DType.F32, seed + 1, 0.1f, 16));
        recipe = MergeScene.RecipeOf(Model("target", 1), MergeScene.Pair(Model("from", 2), Model("minus", 3), "0.5")) with { MaxShardSize = 1 };
        key = scene.Run(recipe, useCache: true).Key;
        intact = File.ReadAllBytes(Description);
        weights = MergeScene.WeightDigestsOf(scene.Output).ToDictionary();
    }

    [TestCleanup]
    public void RemoveFolders() => scene.Dispose();

    private string Description => scene["cache", "entries", key, "entry.json"];

    [TestMethod]
    [RequiresShared("cases/faults/18-cache-entry-crashes")]
    public void Descriptions_that_once_crashed_every_later_run_are_dropped()
    {
        foreach (var file in Directory.GetFiles(SharedData.PathOf("cases", "faults", "18-cache-entry-crashes", "cache")))
        {
            AssertIsDropped(File.ReadAllBytes(file), Path.GetFileName(file));
            // Also where somebody sealed it and gave it this entry's key.
            try
            {
                if (JsonNode.Parse(File.ReadAllBytes(file)) is not JsonObject content)
                    continue;
                content["Key"] = key;
                AssertIsDropped(Sealed(content), Path.GetFileName(file));
            }
            catch (JsonException)
            {
                // Cannot be sealed as JSON.
            }
        }
    }

    [TestMethod]
    [DataRow("Key", "\"/somewhere/else\"")]
    [DataRow("Key", "\"../../../victim\"")]
    [DataRow("Key", "null")]
    [DataRow("Kind", "\"other\"")]
    [DataRow("Kind", "\"vector\"")]
    [DataRow("Files", "[]")]
    [DataRow("Files", "[null]")]
    [DataRow("Files", "null")]
    [DataRow("Files", "{}")]
    [DataRow("Files", """[{"Name":"../../../../victim/data","Size":4,"Sha256":"3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7"}]""")]
    [DataRow("Files", """[{"Name":"model.safetensors","Size":-1,"Sha256":"3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7"}]""")]
    [DataRow("Files", """[{"Name":"a\u0000b","Size":4,"Sha256":"3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7"}]""")]
    [DataRow("Files", """[{"Name":"/dev/zero","Size":0,"Sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]""")]
    [DataRow("Files", """[{"Name":"entry.json","Size":0,"Sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]""")]
    [DataRow("Details", "null")]
    [DataRow("Details", "[]")]
    [DataRow("Details", "{}")]
    [DataRow("Details", "\"x\"")]
    [DataRow("Details", """{"x":5}""")]
    [DataRow("Details", """{"model.layers.0.w":null,"model.layers.1.w":null}""")]
    [DataRow("Details", """{"model.layers.0.w":{"Elements":16,"Terms":[null]},"model.layers.1.w":{"Elements":16,"Terms":[null]}}""")]
    [DataRow("Details", """{"model.layers.0.w":{"Elements":16,"Terms":[{"Term":0}]},"model.layers.1.w":{"Elements":16,"Terms":[{"Term":0}]}}""")]
    public void Values_that_no_entry_of_the_plan_can_have_are_dropped_even_if_somebody_sealed_them(string field, string value)
    {
        Directory.CreateDirectory(scene["victim"]);
        File.WriteAllText(scene["victim", "data"], "data");
        var content = JsonNode.Parse(SealedJson.Open(intact)!)!.AsObject();
        content[field] = JsonNode.Parse(value);

        AssertIsDropped(Sealed(content), $"{field} = {value}");
        File.WriteAllBytes(Description, Sealed(content));
        new ContentCache(scene.Cache).Prune(1);
        Assert.AreEqual("data", File.ReadAllText(scene["victim", "data"]));
    }

    [TestMethod]
    public void One_changed_digit_of_what_was_measured_is_noticed()
    {
        var text = Encoding.UTF8.GetString(intact);
        var digit = text.IndexOf("Squared\":", StringComparison.Ordinal) + 12;

        AssertIsDropped(Encoding.UTF8.GetBytes(text[..digit] + (text[digit] == '5' ? '6' : '5') + text[(digit + 1)..]), "digit");
        AssertIsDropped(Encoding.UTF8.GetBytes(text.Replace("merge", "Merge")), "kind");
    }

    [TestMethod]
    [DataRow("folder")]
    [DataRow("pipe")]
    [DataRow("device")]
    [DataRow("dangling")]
    [DataRow("huge")]
    public void What_stands_where_the_description_should_be_is_no_trap(string what)
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("needs links and pipes");
        File.Delete(Description);
        switch (what)
        {
            case "folder":
                Directory.CreateDirectory(Description);
                break;
            case "pipe":
                using (var made = System.Diagnostics.Process.Start("mkfifo", [Description]))
                    made.WaitForExit();
                break;
            case "huge":
                using (var file = File.Create(Description))
                    file.SetLength(1L << 36);
                break;
            default:
                File.CreateSymbolicLink(Description, what == "device" ? "/dev/zero" : scene["nowhere"]);
                break;
        }

        AssertIsMadeAgain(what);
    }

    private static byte[] Sealed(JsonNode content) => SealedJson.Seal(Encoding.UTF8.GetBytes(content.ToJsonString()));

    private void AssertIsDropped(byte[] description, string what)
    {
        File.WriteAllBytes(Description, description);
        AssertIsMadeAgain(what);
    }

    private void AssertIsMadeAgain(string what)
    {
        var report = scene.Run(recipe, useCache: true);

        Assert.IsFalse(report.CacheHit, what);
        report.Findings.Only("TA1007", key);
        CollectionAssert.AreEquivalent(weights.ToList(), MergeScene.WeightDigestsOf(scene.Output).ToList(), what);
        Assert.IsTrue(scene.Run(recipe, useCache: true).CacheHit, what);
    }
}
