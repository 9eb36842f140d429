using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Merging;
using TaskArithmetic.Methods;
using TaskArithmetic.Provenance;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.Tests.Diagnostics;
using TaskArithmetic.Tests.Merging;
using TaskArithmetic.TestSupport;
using YamlDotNet.Serialization;

namespace TaskArithmetic.Tests.Provenance;

/// <summary>What a merged model's folder holds beside its weights.</summary>
[TestClass]
[RequiresShared("models/tiny-reasoner")]
public sealed class FinishedFolderTests
{
    private readonly MergeScene scene = new();

    private static string Model(string name) => SharedData.PathOf("models", "tiny-reasoner", name);

    private static Recipe Recipe => MergeScene.RecipeOf(Model("target"), MergeScene.Pair(Model("grpo"), Model("sft"), "[0.5, 1]", "**/mlp/**|x;*", "*norm*"));

    [TestCleanup]
    public void RemoveFolders() => scene.Dispose();

    [TestMethod]
    public void Configuration_tokenizer_and_chat_template_come_from_the_target_byte_for_byte()
    {
        var target = ModelFolder.Copy(Model("target"), scene["target"]);
        Directory.CreateDirectory(Path.Combine(target, "additional_chat_templates"));
        foreach (var name in new[] { "LICENSE", "merges.txt", "modeling_custom.py", "additional_chat_templates/rag.jinja" })
            File.WriteAllText(Path.Combine(target, name), $"content of {name}\r\n");
        File.WriteAllText(Path.Combine(target, "training_args.bin"), "not part of a model");

        scene.Run(Recipe with { Base = target });

        string[] carried =
        [
            "LICENSE", "additional_chat_templates/rag.jinja", "chat_template.jinja", "config.json", "generation_config.json", "merges.txt", "modeling_custom.py",
            "tokenizer.json", "tokenizer_config.json",
        ];
        foreach (var name in carried)
            CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(target, name)), File.ReadAllBytes(Path.Combine(scene.Output, name)), name);
        CollectionAssert.AreEquivalent(
            carried.Concat(["model.safetensors", "README.md", "taskarithmetic.json"]).ToArray(), MergeScene.DigestsOf(scene.Output).Keys.ToArray());
    }

    [TestMethod]
    [DataRow("dtype")]
    [DataRow("torch_dtype")]
    public void Another_output_dtype_is_said_in_the_configuration_and_nothing_else_changes_there(string field)
    {
        var target = ModelFolder.Copy(Model("target"), scene["target"]);
        ModelFolder.EditJson(Path.Combine(target, "config.json"), json =>
        {
            json.Remove("dtype");
            json.Remove("torch_dtype");
            json[field] = "bfloat16";
            json["note"] = "é \"quoted\"";
        });

        var merged = scene.Merged(Recipe with { Base = target, OutputDType = DType.F32 });

        Assert.IsTrue(merged.Values.All(t => t.DType == DType.F32));
        using var before = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(target, "config.json")));
        using var after = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(scene.Output, "config.json")));
        foreach (var property in before.RootElement.EnumerateObject())
        {
            var now = after.RootElement.GetProperty(property.Name);
            Assert.AreEqual(property.Name != field, JsonElement.DeepEquals(property.Value, now), property.Name);
        }
        Assert.AreEqual("float32", after.RootElement.GetProperty(field).GetString());
        Assert.AreEqual(before.RootElement.EnumerateObject().Count(), after.RootElement.EnumerateObject().Count());
    }

    [TestMethod]
    public void The_cards_front_matter_is_yaml_that_the_hub_understands()
    {
        var target = ModelFolder.Copy(Model("target"), scene["odd: name # 1"]);
        File.WriteAllText(Path.Combine(target, "README.md"), "---\nlicense: apache-2.0\n---\n# Target\n");

        scene.Run(Recipe with { Base = target });

        var card = File.ReadAllText(Path.Combine(scene.Output, "README.md"));
        Assert.IsFalse(card.Contains('\r'));
        var parts = card.Split("---\n", 3);
        Assert.AreEqual("", parts[0]);
        var front = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(parts[1]);
        CollectionAssert.AreEqual(new object[] { "odd-name-1", "grpo", "sft" }, (List<object>)front["base_model"]);
        Assert.AreEqual("merge", front["base_model_relation"]);
        Assert.AreEqual("transformers", front["library_name"]);
        Assert.AreEqual("apache-2.0", front["license"]);
        CollectionAssert.IsSubsetOf(new object[] { "merge", "task-arithmetic", "reasoning-vector" }, (List<object>)front["tags"]);
        StringAssert.Contains(parts[2], "| grpo − sft | [0.5,1] | **/mlp/**\\|x; * without *norm* |");
        StringAssert.Contains(parts[2], "changed weights survive rounding");
    }

    [TestMethod]
    public void Models_of_the_hubs_cache_are_named_by_their_repository()
    {
        var cached = ModelFolder.Copy(Model("target"), scene["hub", "models--Contoso--Small-1.5B", "snapshots", "0123456789abcdef"]);
        var remembered = ModelFolder.Copy(Model("grpo"), scene["grpo"]);
        ModelFolder.EditJson(Path.Combine(remembered, "config.json"), json => json["_name_or_path"] = "contoso/grpo");
        var odd = ModelFolder.Copy(Model("sft"), scene["sft"]);
        ModelFolder.EditJson(Path.Combine(odd, "config.json"), json => json["_name_or_path"] = 5);

        scene.Run(MergeScene.RecipeOf(cached, MergeScene.Pair(remembered, odd)));

        var front = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(File.ReadAllText(Path.Combine(scene.Output, "README.md")).Split("---\n", 3)[1]);
        CollectionAssert.AreEqual(new object[] { "Contoso/Small-1.5B", "contoso/grpo", "sft" }, (List<object>)front["base_model"]);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Provenance_records_recipe_inputs_numbers_and_the_digest_of_every_other_file(bool useCache)
    {
        var report = scene.Run(Recipe with { MaxShardSize = 500_000 }, useCache);

        var record = ProvenanceFile.Read(scene.Output);
        var digests = MergeScene.DigestsOf(scene.Output);
        CollectionAssert.AreEquivalent(digests.Where(f => f.Key != ProvenanceFile.FileName).ToList(), record.Outputs.ToDictionary(o => o.Name, o => o.Sha256).ToList());
        Assert.IsTrue(record.Outputs.All(o => o.Size == new FileInfo(Path.Combine(scene.Output, o.Name)).Length));
        CollectionAssert.AreEqual(new[] { "base", "from", "minus" }, record.Inputs.Select(i => i.Role).ToArray());
        foreach (var input in record.Inputs)
        {
            CollectionAssert.AreEqual(new[] { "config.json", "model.safetensors", "tokenizer.json" }, input.Files.Select(f => f.Name).ToArray());
            Assert.IsTrue(input.Files.All(f => f.Sha256 == TaskArithmetic.Caching.FileDigests.Compute(Path.Combine(input.Reference, f.Name))));
        }
        Assert.AreEqual(Model("target"), record.Recipe.Base);
        Assert.AreEqual(JsonSerializer.Serialize(Recipe.Inputs[0]), JsonSerializer.Serialize(record.Recipe.Inputs[0]));
        Assert.AreEqual(report.Key, record.Key);
        Assert.AreEqual(report.Summary.Survived, record.Merge.Survived);
        Assert.AreEqual(report.Summary.Terms[0].Norm, record.Merge.Terms[0].Norm);
        Assert.AreEqual("TaskArithmetic", record.Tool.Name);
        Assert.IsFalse(File.ReadAllText(Path.Combine(scene.Output, ProvenanceFile.FileName)).Contains(scene.Output), "the place of the output is no part of the record");
    }

    [TestMethod]
    public void A_recipe_survives_being_recorded()
    {
        var recipe = new Recipe
        {
            Base = Model("target"),
            Inputs = [MergeScene.Vector(Model("grpo"), "-0.1"), MergeScene.Vector(Model("sft"), "[1, 0.30000000000000004]")],
            Method = "linear",
            Parameters = new Dictionary<string, ParameterValue> { ["normalize"] = true },
            Precision = Precision.Mergekit,
            WorkingDType = DType.F32,
            OutputDType = DType.F16,
            MaxShardSize = 123_456,
            AllowNonFinite = true,
        };

        scene.Run(recipe);

        var recorded = ProvenanceFile.Read(scene.Output).Recipe;
        Assert.AreEqual(JsonSerializer.Serialize(recipe), JsonSerializer.Serialize(recorded));
    }

    [TestMethod]
    public void A_folder_without_a_readable_record_is_refused()
    {
        Refused().Only("TA3004", "has no taskarithmetic.json");
        Directory.CreateDirectory(scene.Output);
        foreach (var text in new[] { "{", "null", "{}", "[]", """{"schema": 2, "recipe": {"base": "b", "inputs": []}}""" })
        {
            File.WriteAllText(Path.Combine(scene.Output, ProvenanceFile.FileName), text);
            Refused().Only("TA3004", "not a readable provenance record");
        }

        File.Delete(Path.Combine(scene.Output, ProvenanceFile.FileName));
        scene.Run(Recipe, useCache: true);
        ModelFolder.EditJson(Path.Combine(scene.Output, ProvenanceFile.FileName), json => json["schema"] = 99);
        Refused().Only("TA3004", "its schema is 99");

        IReadOnlyList<Diagnostic> Refused() => Assert.ThrowsExactly<DiagnosticException>(() => ProvenanceFile.Read(scene.Output)).Diagnostics;
    }

    [TestMethod]
    public void Rebuilding_gives_the_same_bytes_and_says_so_when_an_input_changed()
    {
        var donor = ModelFolder.Copy(Model("grpo"), scene["grpo"]);
        scene.Run(Recipe with { Inputs = [MergeScene.Pair(donor, Model("sft"), "1")] });

        Assert.AreEqual(7, ProvenanceVerification.Rebuild(scene.Output, scene.Options, CancellationToken.None));

        File.Copy(Path.Combine(Model("base"), "model.safetensors"), Path.Combine(donor, "model.safetensors"), overwrite: true);
        var findings = Assert.ThrowsExactly<DiagnosticException>(() => ProvenanceVerification.Rebuild(scene.Output, scene.Options, CancellationToken.None)).Diagnostics;
        Assert.IsTrue(findings.All(f => f.Code == "TA3007") && findings.Any(f => f.Message.Contains("'model.safetensors'")), string.Join(" | ", findings));
        CollectionAssert.AreEqual(new[] { "model" }, Directory.GetFileSystemEntries(scene["out"]).Select(Path.GetFileName).ToArray());
    }
}
