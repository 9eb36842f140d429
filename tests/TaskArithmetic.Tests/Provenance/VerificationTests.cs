using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Merging;
using TaskArithmetic.Provenance;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.Tests.Diagnostics;
using TaskArithmetic.Tests.Merging;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Provenance;

/// <summary>A folder is what its record says, all of it and nothing else, or verification fails with a code.</summary>
[TestClass]
public sealed class VerificationTests
{
    private readonly MergeScene scene = new();

    public VerificationTests()
    {
        var target = scene.Model("target", TestTensor.Vector("w", DType.F32, 1));
        var donor = scene.Model("donor", TestTensor.Vector("w", DType.F32, 2));
        scene.Run(MergeScene.RecipeOf(target, MergeScene.Pair(donor, target)));
    }

    private string Record => Path.Combine(scene.Output, ProvenanceFile.FileName);

    [TestCleanup]
    public void RemoveFolders() => scene.Dispose();

    [TestMethod]
    public void Each_file_that_is_missing_or_changed_is_named()
    {
        Assert.AreEqual(3, ProvenanceVerification.Verify(scene.Output));

        File.Delete(Path.Combine(scene.Output, "README.md"));
        File.AppendAllText(Path.Combine(scene.Output, "config.json"), " ");
        using (var weights = new FileStream(Path.Combine(scene.Output, "model.safetensors"), FileMode.Open))
        {
            weights.Seek(-1, SeekOrigin.End);
            weights.WriteByte(7);
        }

        var findings = Refused();
        Assert.HasCount(3, findings);
        Assert.IsTrue(findings.All(f => f is { Code: "TA3006", Kind: DiagnosticKind.Judged, File: not null }));
        Assert.IsTrue(findings.Any(f => f.Message.Contains("'README.md' is missing")));
        Assert.IsTrue(findings.Any(f => f.Message.Contains("'config.json' is not what was written")));
        Assert.IsTrue(findings.Any(f => f.Message.Contains("'model.safetensors' is not what was written")));
    }

    [TestMethod]
    public void A_folder_that_version_0_1_wrote_is_verified_and_made_again()
    {
        ModelFolder.EditJson(Record, json =>
        {
            json.AsObject().Remove("digest");
            json["schema"] = 1;
            json["recipe"] = JsonNode.Parse($$"""
                {
                  "base": {{JsonValue.Create(scene["target"]).ToJsonString()}},
                  "terms": [{
                    "path": {{JsonValue.Create(scene["donor"]).ToJsonString()}}, "minus": {{JsonValue.Create(scene["target"]).ToJsonString()}},
                    "alpha": 1, "selection": { "include": [], "exclude": [] }
                  }],
                  "method": "task_arithmetic", "lambda": 1, "precision": "exact",
                  "allowNonFinite": false, "requireSameLineage": false, "maxShardSize": 5000000000
                }
                """);
        });

        Assert.AreEqual(3, ProvenanceVerification.Verify(scene.Output));
        Assert.AreEqual(3, ProvenanceVerification.Rebuild(scene.Output, scene.Options, CancellationToken.None));
    }

    [TestMethod]
    public void Files_and_folders_that_the_record_does_not_list_are_named()
    {
        File.WriteAllText(Path.Combine(scene.Output, "modeling_evil.py"), "import os");
        File.Copy(scene["target", "model.safetensors"], Path.Combine(scene.Output, "model-00001-of-00001.safetensors"));
        Directory.CreateDirectory(Path.Combine(scene.Output, "empty"));

        Refused().Only("TA3011", "'empty/', 'model-00001-of-00001.safetensors', 'modeling_evil.py'");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow("/dev/zero")]
    [DataRow("fifo")]
    [DataRow("copy")]
    public void A_link_a_device_or_a_pipe_in_place_of_a_file_fails_at_once(string what)
    {
        var path = Path.Combine(scene.Output, "config.json");
        File.Move(path, scene["copy"]);
        if (what == "fifo")
            Process.Start("mkfifo", path).WaitForExit();
        else
            File.CreateSymbolicLink(path, what == "copy" ? scene["copy"] : what);

        Refused().Only("TA3011", "'config.json'");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void A_record_that_is_a_device_a_pipe_or_a_link_is_no_record()
    {
        File.Move(Record, scene["record"]);
        File.CreateSymbolicLink(Record, "/dev/zero");
        Refused().Only("TA3004", "it is a link");

        File.Delete(Record);
        Process.Start("mkfifo", Record).WaitForExit();
        Refused().Only("TA3004", "it is a device, a pipe or a socket");
    }

    [TestMethod]
    [DataRow("[]", "it lists no weights")]
    [DataRow("""[{"name": "README.md", "size": 1, "sha256": ""}]""", "it lists no weights")]
    [DataRow("[null]", "an entry of its outputs is incomplete")]
    [DataRow("""[{"name": null, "size": 0, "sha256": "00"}]""", "outputs")]
    [DataRow("""[{"size": 0, "sha256": "00"}]""", "an entry of its outputs is incomplete")]
    [DataRow("""[{"name": "model.safetensors", "size": -1, "sha256": "00"}]""", "an entry of its outputs is incomplete")]
    [DataRow("""[{"name": "model.safetensors", "size": 1e400, "sha256": "00"}]""", "size")]
    [DataRow("""[{"name": "model.safetensors", "size": "NaN", "sha256": "00"}]""", "size")]
    [DataRow("""[{"name": "../../../../etc/shadow", "size": 1, "sha256": "00"}]""", "no name inside the folder")]
    [DataRow("""[{"name": "a/../../b.safetensors", "size": 1, "sha256": "00"}]""", "no name inside the folder")]
    [DataRow("""[{"name": "/dev/zero", "size": 0, "sha256": "00"}]""", "no name inside the folder")]
    [DataRow("""[{"name": "..\\evil.safetensors", "size": 0, "sha256": "00"}]""", "no name inside the folder")]
    [DataRow("""[{"name": "a\u0000b.safetensors", "size": 0, "sha256": "00"}]""", "no name inside the folder")]
    [DataRow("""[{"name": "", "size": 0, "sha256": "00"}]""", "no name inside the folder")]
    [DataRow("""[{"name": "m.safetensors", "size": 0, "sha256": "00"}, {"name": "m.safetensors", "size": 0, "sha256": "00"}]""", "'m.safetensors' twice")]
    [DataRow("""{"name": "model.safetensors"}""", "outputs")]
    [DataRow("7", "outputs")]
    public void A_list_of_outputs_that_cannot_be_true_is_no_record(string outputs, string reason)
    {
        // Without its digest, as version 0.1.0 wrote it: the digest would give every change away.
        Edit(json => json["outputs"] = outputs.Contains("1e400") ? new JsonArray("HERE") : JsonNode.Parse(outputs));
        if (outputs.Contains("1e400"))
            File.WriteAllText(Record, File.ReadAllText(Record).Replace("[\"HERE\"]", outputs));

        Refused().Only("TA3004", reason);
        Assert.ThrowsExactly<DiagnosticException>(() => ProvenanceVerification.Rebuild(scene.Output, scene.Options, CancellationToken.None)).Diagnostics.Only("TA3004");
    }

    [TestMethod]
    [DataRow("recipe", """{"base": "b", "inputs": [null]}""")]
    [DataRow("recipe", """{"base": "b", "inputs": [{"path": null}]}""")]
    [DataRow("recipe", """{"base": "b", "inputs": [{"path": "p", "parameters": null}]}""")]
    [DataRow("recipe", """{"base": "b", "inputs": [{"path": "p", "parameters": {"weight": []}}]}""")]
    [DataRow("recipe", """{"base": "b", "inputs": [{"path": "p", "parameters": {"weight": null}}]}""")]
    [DataRow("recipe", """{"base": "b", "inputs": [{"path": "p", "selection": {"include": [null], "exclude": []}}]}""")]
    [DataRow("recipe", """{"base": "b", "inputs": []}""")]
    [DataRow("recipe", """{"base": "b", "inputs": [{"path": "p"}], "method": ""}""")]
    [DataRow("recipe", """{"base": "b", "inputs": [{"path": "p"}], "parameters": {"lambda": {}}}""")]
    [DataRow("tool", """{}""")]
    [DataRow("merge", """null""")]
    [DataRow("inputs", """5""")]
    [DataRow("key", """null""")]
    public void Odd_values_anywhere_in_a_record_are_a_coded_error(string field, string value)
    {
        Edit(json => json[field] = JsonNode.Parse(value));

        Refused().Only("TA3004", "not a readable provenance record");
    }

    [TestMethod]
    public void A_record_that_is_nested_too_deep_too_large_or_no_text_is_a_coded_error()
    {
        foreach (var bytes in new[] { Encoding.UTF8.GetBytes(new string('[', 100_000)), [0xff, 0xfe, 0x00], [], new byte[70 << 20] })
        {
            File.WriteAllBytes(Record, bytes);
            Refused().Only("TA3004", "not a readable provenance record");
        }
    }

    [TestMethod]
    public void A_record_carries_its_own_digest_and_one_of_version_0_1_needs_none()
    {
        var text = File.ReadAllText(Record);
        var merge = text.IndexOf("\"targetNorm\"", StringComparison.Ordinal);
        var digit = text.IndexOfAny(['1', '2', '3', '4', '5', '6', '7', '8'], merge);
        File.WriteAllText(Record, $"{text[..digit]}9{text[(digit + 1)..]}");
        Refused().Only("TA3004", "it was changed since it was written");

        File.WriteAllText(Record, text.Replace("\"digest\": \"", "\"digest\": \"0", StringComparison.Ordinal));
        Refused().Only("TA3004", "it was changed since it was written");

        File.WriteAllText(Record, text);
        Edit(_ => { });
        Assert.AreEqual(3, ProvenanceVerification.Verify(scene.Output));
    }

    [TestMethod]
    [RequiresShared("cases/faults/23-fuzz-crashes/verify-taskarithmetic.json")]
    public void Records_that_once_ended_in_a_stack_trace_are_a_coded_error()
    {
        foreach (var damaged in Directory.GetFiles(SharedData.PathOf("cases", "faults", "23-fuzz-crashes", "verify-taskarithmetic.json")))
        {
            File.Delete(Record);
            File.WriteAllBytes(Record, File.ReadAllBytes(damaged));
            Refused().Only("TA3004");
        }
    }

    [TestMethod]
    public void A_rebuild_leaves_nothing_and_takes_away_what_a_killed_one_left()
    {
        Directory.CreateDirectory(scene["out", $".model.{Guid.NewGuid():N}.rebuilt", "model"]);

        Assert.AreEqual(3, ProvenanceVerification.Rebuild(scene.Output, scene.Options, CancellationToken.None));

        CollectionAssert.AreEqual(new[] { "model" }, Directory.GetFileSystemEntries(scene["out"]).Select(Path.GetFileName).ToArray());
    }

    private void Edit(Action<JsonObject> edit) => ModelFolder.EditJson(Record, json =>
    {
        json.Remove("digest");
        edit(json);
    });

    private IReadOnlyList<Diagnostic> Refused() =>
        Assert.ThrowsExactly<DiagnosticException>(() => ProvenanceVerification.Verify(scene.Output)).Diagnostics;
}
