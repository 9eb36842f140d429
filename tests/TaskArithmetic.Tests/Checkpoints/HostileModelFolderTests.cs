using System.Diagnostics;
using System.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Outputs;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Diagnostics;
using TaskArithmetic.Tests.Merging;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Checkpoints;

/// <summary>Model folders made by someone who wishes us ill, or broken in ways that files break: refused by name, never hung, nothing written.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class HostileModelFolderTests
{
    private static readonly string[] SmallFiles = ["config.json", "generation_config.json", "tokenizer.json", "vocab.json", "tokenizer_config.json", "LICENSE", "NOTICE.txt", "additional_chat_templates/x.jinja"];

    [TestMethod]
    [DataRow("LICENSE")]
    [DataRow("tokenizer.model")]
    [DataRow("config.json")]
    [DataRow("additional_chat_templates/rag.jinja")]
    public void A_link_that_leaves_the_folder_is_not_copied_out(string name)
    {
        using var scene = new MergeScene();
        var recipe = Pair(scene);
        File.WriteAllText(scene["secret"], ModelFolder.Config);
        Link(scene["target", name], scene["secret"]);

        scene.RefusedBeforeWriting(recipe).Only("TA2027", scene["target", name], scene["secret"]);
    }

    [TestMethod]
    public void A_linked_folder_of_templates_is_not_copied_out_either()
    {
        using var scene = new MergeScene();
        var recipe = Pair(scene);
        Directory.CreateDirectory(scene["elsewhere"]);
        File.WriteAllText(scene["elsewhere", "x.jinja"], "secret");
        Link(scene["target", "additional_chat_templates"], scene["elsewhere"]);

        scene.RefusedBeforeWriting(recipe).Only("TA2027", "additional_chat_templates/x.jinja");
    }

    [TestMethod]
    public void Linked_folders_that_lead_in_circles_and_over_the_disk_are_not_walked_through()
    {
        using var scene = new MergeScene();
        var recipe = Pair(scene);
        foreach (var (name, target) in new[] { ("a", "."), ("b", "."), ("c", "a/b/a"), ("d", "..") })
            Link(scene["target", name], target);
        File.WriteAllText(scene["target", "chat_template.jinja"], "x");

        scene.Run(recipe);

        CollectionAssert.AreEquivalent(
            new[] { "README.md", "chat_template.jinja", "config.json", "model.safetensors", "taskarithmetic.json" },
            Directory.GetFileSystemEntries(scene.Output).Select(f => Path.GetFileName(f)).ToArray());
    }

    [TestMethod]
    public void A_link_that_stays_in_the_folder_and_a_folder_reached_by_a_link_are_fine()
    {
        using var scene = new MergeScene();
        Pair(scene);
        Directory.CreateDirectory(scene["target", "docs"]);
        File.WriteAllText(scene["target", "docs", "licence.txt"], "ours");
        Link(scene["target", "LICENSE"], "docs/licence.txt");
        Link(scene["linked"], "target");

        scene.Run(MergeScene.RecipeOf(scene["linked"], MergeScene.Pair(scene["from"], scene["minus"])));

        Assert.AreEqual("ours", File.ReadAllText(Path.Combine(scene.Output, "LICENSE")));
        Assert.IsNull(new FileInfo(Path.Combine(scene.Output, "LICENSE")).LinkTarget);
    }

    [TestMethod]
    public void A_snapshot_of_the_hub_cache_has_its_files_in_the_blobs_of_its_own_repository_only()
    {
        using var scene = new MergeScene();
        Pair(scene);
        var snapshot = scene["hub", "models--org--m", "snapshots", "0123"];
        foreach (var (name, blob) in new[] { ("config.json", "aa"), ("model.safetensors", "bb") })
        {
            Directory.CreateDirectory(scene["hub", "models--org--m", "blobs"]);
            File.Copy(scene["target", name], scene["hub", "models--org--m", "blobs", blob]);
            Link(Path.Combine(snapshot, name), "../../blobs/" + blob);
        }
        var recipe = MergeScene.RecipeOf(snapshot, MergeScene.Pair(scene["from"], scene["minus"]));
        scene.Run(recipe);
        Assert.IsNull(new FileInfo(Path.Combine(scene.Output, "config.json")).LinkTarget);
        Directory.Delete(scene["out"], recursive: true);

        Directory.CreateDirectory(scene["hub", "models--org--other", "blobs"]);
        File.WriteAllText(scene["hub", "models--org--other", "blobs", "cc"], "another's");
        Link(Path.Combine(snapshot, "LICENSE"), "../../../models--org--other/blobs/cc");

        Assert.ThrowsExactly<DiagnosticException>(() => scene.Run(recipe)).Diagnostics.Only("TA2027", "LICENSE");
    }

    [TestMethod]
    public void Blobs_that_are_themselves_a_link_are_no_part_of_the_repository()
    {
        using var scene = new MergeScene();
        Pair(scene);
        var snapshot = ModelFolder.Copy(scene["target"], scene["models--org--m", "snapshots", "0123"]);
        Directory.CreateDirectory(scene["etc"]);
        File.WriteAllText(scene["etc", "passwd"], "secret");
        Link(scene["models--org--m", "blobs"], scene["etc"]);
        Link(Path.Combine(snapshot, "LICENSE"), "../../blobs/passwd");

        scene.RefusedBeforeWriting(MergeScene.RecipeOf(snapshot, MergeScene.Pair(scene["from"], scene["minus"]))).Only("TA2027", "LICENSE");
    }

    [TestMethod]
    [DataRow("device")]
    [DataRow("pipe")]
    [DataRow("folder")]
    [DataRow("nowhere")]
    [DataRow("circle")]
    public void What_is_no_file_is_refused_by_name_whichever_file_it_stands_for(string kind)
    {
        foreach (var name in SmallFiles)
        {
            // Files that a pattern finds are files; a folder of licences is nothing odd.
            if (kind == "folder" && (name.Contains("LICENSE") || name.Contains("NOTICE") || name.Contains('/')))
                continue;
            using var scene = new MergeScene();
            var recipe = Pair(scene);
            Put(kind, scene["target", name]);

            var findings = scene.RefusedBeforeWriting(recipe);

            Assert.IsTrue(findings.All(f => f.Code is "TA2005" or "TA2008" or "TA2027" or "TA2028"), $"{name}: {string.Join(" | ", findings)}");
            Assert.IsTrue(findings.All(f => f.File == scene["target", name]), $"{name}: {string.Join(" | ", findings.Select(f => f.File))}");
        }
    }

    [TestMethod]
    [DataRow("device")]
    [DataRow("pipe")]
    [DataRow("folder")]
    [DataRow("nowhere")]
    public void What_is_no_file_is_refused_in_the_place_of_weights_and_of_an_index(string kind)
    {
        foreach (var name in new[] { "model.safetensors", "shard.safetensors", "model.safetensors.index.json" })
        {
            if (kind == "folder" && name.EndsWith(".json", StringComparison.Ordinal))
                continue;
            using var folder = new TemporaryFolder();
            if (name == "shard.safetensors")
                File.WriteAllText(folder["model.safetensors.index.json"], """{"weight_map": {"a": "shard.safetensors"}}""");
            Put(kind, folder[name]);

            var finding = Assert.ThrowsExactly<DiagnosticException>(() => Checkpoint.Open(folder.Path)).Diagnostics.Single();

            Assert.IsTrue(finding.Code == "TA2001" || (finding.Code == "TA2003" && name.EndsWith(".json", StringComparison.Ordinal)), finding.ToString());
            Assert.AreEqual(folder[name], finding.File);
        }
    }

    [TestMethod]
    public void Weights_that_are_linked_in_are_read()
    {
        using var scene = new MergeScene();
        var recipe = Pair(scene);
        File.Move(scene["target", "model.safetensors"], scene["weights"]);
        Link(scene["target", "model.safetensors"], scene["weights"]);

        scene.Run(recipe);

        Assert.IsNull(new FileInfo(Path.Combine(scene.Output, "model.safetensors")).LinkTarget);
    }

    [TestMethod]
    public void Files_of_gigabytes_among_the_small_ones_are_refused_with_the_limit()
    {
        foreach (var name in SmallFiles)
        {
            using var scene = new MergeScene();
            var recipe = Pair(scene);
            Directory.CreateDirectory(Path.GetDirectoryName(scene["target", name])!);
            using (var file = File.Open(scene["target", name], FileMode.Create))
                file.SetLength(5L << 30);

            var findings = scene.RefusedBeforeWriting(recipe);

            Assert.IsTrue(findings.All(f => f.File == scene["target", name] && f.Message.Contains("5368709120")), $"{name}: {string.Join(" | ", findings)}");
        }
    }

    [TestMethod]
    [DataRow("config.json", "{\"x\xff\": 1}", "TA2005")]
    [DataRow("config.json", "{\"x\": \"\\ud800\"}", "TA2005")]
    [DataRow("config.json", "{\"\\udc00x\": 1}", "TA2005")]
    [DataRow("config.json", "{\"model_type\": \"a\\ud83d\"}", "TA2005")]
    [DataRow("tokenizer.json", "{\"model\": {\"vocab\": {\"\xff\": 0}}}", "TA2008")]
    [DataRow("tokenizer.json", "{\"model\": {\"vocab\": {\"\\ud800\": 0}}}", "TA2008")]
    [DataRow("tokenizer.json", "{\"model\": {\"vocab\": {\"a\": 1e30}}}", "TA2008")]
    [DataRow("tokenizer.json", "{\"model\": {\"vocab\": {}, \"merges\": [\"\\ud800 a\"]}}", "TA2008")]
    [DataRow("README.md", "---\nlicense: mit\xff\n---\n", "TA2028")]
    public void Text_that_is_no_Unicode_is_refused_where_it_stands(string name, string latin1, string code)
    {
        using var scene = new MergeScene();
        var recipe = Pair(scene);
        File.WriteAllText(scene["from", "tokenizer.json"], """{"model": {"vocab": {"a": 0}}}""");
        File.WriteAllBytes(scene["target", name], Encoding.Latin1.GetBytes(latin1));

        scene.RefusedBeforeWriting(recipe).Only(code, scene["target", name]);
    }

    [TestMethod]
    public void Merges_in_their_own_file_are_text_too()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["vocab.json"], """{"a": 0}""");
        File.WriteAllBytes(folder["merges.txt"], [(byte)'a', (byte)' ', 0xff]);

        Assert.ThrowsExactly<DiagnosticException>(() => TokenizerIdentity.Read(folder.Path)).Diagnostics.Only("TA2008", folder["merges.txt"], "UTF-8");
    }

    [TestMethod]
    public void The_prose_of_a_card_may_be_anything_and_only_its_front_matter_counts()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["README.md"], Encoding.Latin1.GetBytes("---\r\nlicense: mit\r\n---\r\n\xff\xfe license: none"));
        Assert.AreEqual("mit", CardLicense.Of(folder.Path));

        File.WriteAllText(folder["README.md"], "# A model\n\nlicense: mit\n---\n");
        Assert.IsNull(CardLicense.Of(folder.Path));
    }

    [TestMethod]
    [DataRow("{\"weight_map\": {\"a\xff\": \"x.safetensors\"}}")]
    [DataRow("{\"weight_map\": {\"\\ud800\": \"x.safetensors\"}}")]
    [DataRow("{\"weight_map\": {\"a\": \"\\udfffx.safetensors\"}}")]
    [DataRow("{\"weight_map\": {\"a\": \"/etc/passwd\"}}")]
    [DataRow("{\"weight_map\": {\"a\": \"../x.safetensors\"}}")]
    [DataRow("{\"weight_map\": {\"a\": \"sub/../../x.safetensors\"}}")]
    [DataRow("{\"weight_map\": {\"a\": \"\"}}")]
    [DataRow("{\"weight_map\": {\"a\": \"x\\u0000\"}}")]
    [DataRow("{\"weight_map\": {\"a\": \"x.safetensors\", \"a\": \"x.safetensors\"}}")]
    [DataRow("{\"weight_map\": 5}")]
    [DataRow("[[[[")]
    public void An_index_that_is_no_index_is_refused_as_one(string latin1)
    {
        using var folder = new TemporaryFolder();
        ModelFolder.WriteFile(folder["x.safetensors"], TestTensor.Vector("a", DType.F32, 1));
        File.WriteAllBytes(folder["model.safetensors.index.json"], Encoding.Latin1.GetBytes(latin1));

        Assert.ThrowsExactly<DiagnosticException>(() => Checkpoint.Open(folder.Path)).Diagnostics.Only("TA2003", folder["model.safetensors.index.json"]);
    }

    [TestMethod]
    [RequiresShared("cases/faults")]
    public void The_damaged_configuration_and_index_that_were_seen_are_refused()
    {
        using var folder = new TemporaryFolder();
        ModelFolder.Write(folder["c"], null, TestTensor.Vector("a", DType.F32, 1));
        File.Copy(SharedData.PathOf("cases", "faults", "15-config-invalid-utf8", "config.json"), folder["c", "config.json"]);
        Assert.ThrowsExactly<DiagnosticException>(() => Checkpoint.Open(folder["c"])).Diagnostics.Only("TA2005", "not UTF-8");

        Directory.CreateDirectory(folder["i"]);
        File.Copy(SharedData.PathOf("cases", "faults", "16-index-invalid-utf8", "model.safetensors.index.json"), folder["i", "model.safetensors.index.json"]);
        Assert.ThrowsExactly<DiagnosticException>(() => Checkpoint.Open(folder["i"])).Diagnostics.Only("TA2003", "not UTF-8");
    }

    /// <summary>Three small models that merge.</summary>
    private static TaskArithmetic.Recipes.Recipe Pair(MergeScene scene)
    {
        foreach (var (name, value) in new[] { ("target", 1f), ("from", 3f), ("minus", 2f) })
            scene.Model(name, TestTensor.Vector("a", DType.F32, value, value));
        return MergeScene.RecipeOf(scene["target"], MergeScene.Pair(scene["from"], scene["minus"]));
    }

    private static void Put(string kind, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Delete(path);
        switch (kind)
        {
            case "device":
                File.CreateSymbolicLink(path, "/dev/zero");
                break;
            case "pipe":
                using (var process = Process.Start("mkfifo", [path]))
                    process.WaitForExit();
                break;
            case "folder":
                Directory.CreateDirectory(path);
                break;
            case "nowhere":
                File.CreateSymbolicLink(path, Path.Combine(Path.GetDirectoryName(path)!, "not-there"));
                break;
            case "circle":
                File.CreateSymbolicLink(path, Path.GetFileName(path));
                break;
        }
    }

    private static void Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Delete(path);
        File.CreateSymbolicLink(path, target);
    }
}
