using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Diagnostics;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Checkpoints;

[TestClass]
public sealed class CheckpointTests
{
    private static readonly TestTensor A = TestTensor.Vector("a", DType.F32, 1, 2);
    private static readonly TestTensor B = TestTensor.Vector("b", DType.F32, 3);

    [TestMethod]
    public void Shards_without_an_index_are_one_checkpoint_when_all_are_there()
    {
        using var folder = new TemporaryFolder();
        ModelFolder.WriteFile(folder["model-00001-of-00002.safetensors"], A);
        ModelFolder.WriteFile(folder["model-00002-of-00002.safetensors"], B);

        CollectionAssert.AreEqual(new[] { "a", "b" }, ModelFolder.Read(folder.Path).Select(t => t.Name).ToArray());

        File.Delete(folder["model-00002-of-00002.safetensors"]);
        Refused(folder.Path).Only("TA2004", folder.Path, "1 of 2 shards");
    }

    [TestMethod]
    public void A_tensor_in_two_shards_without_an_index_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        ModelFolder.WriteFile(folder["model-00001-of-00002.safetensors"], A);
        ModelFolder.WriteFile(folder["model-00002-of-00002.safetensors"], A, B);

        Refused(folder.Path).Only("TA2003", "'a'", "model-00001-of-00002", "model-00002-of-00002");
    }

    [TestMethod]
    public void Every_problem_of_a_folder_is_reported_at_once()
    {
        using var folder = new TemporaryFolder();
        ModelFolder.WriteFile(folder["x.safetensors"], A);
        File.WriteAllText(folder["y.safetensors"], "short");
        File.WriteAllText(folder["model.safetensors.index.json"], """{"weight_map": {"a": "x.safetensors", "c": "x.safetensors", "d": "y.safetensors", "e": "z.safetensors"}}""");

        var findings = Refused(folder.Path);

        findings.Single("TA2002", "y.safetensors", "offset 0");
        findings.Single("TA2003", "'c'", "x.safetensors");
        findings.Single("TA2004", "'z.safetensors'");
        Assert.HasCount(3, findings);
    }

    [TestMethod]
    public void An_index_that_is_wrong_but_usable_is_warned_about()
    {
        using var folder = new TemporaryFolder();
        ModelFolder.WriteFile(folder["x.safetensors"], A, B);
        File.WriteAllText(folder["model.safetensors.index.json"], """{"metadata": {"total_size": 5}, "weight_map": {"a": "x.safetensors"}}""");

        using var checkpoint = Checkpoint.Open(folder.Path);

        Assert.HasCount(1, checkpoint.Tensors);
        checkpoint.Warnings.Single("TA1002", "total_size is 5", "8 bytes");
        checkpoint.Warnings.Single("TA1003", "'b'");
    }

    [TestMethod]
    public void What_is_not_there_is_said_to_be_missing()
    {
        using var folder = new TemporaryFolder();

        Refused(folder["nowhere"]).Only("TA2001", folder["nowhere"], "no such file or folder");
        Refused(folder.Path).Only("TA2004", "holds no safetensors weights");
        ModelFolder.WriteFile(folder["p.safetensors"], A);
        ModelFolder.WriteFile(folder["q.safetensors"], A);
        Refused(folder.Path).Only("TA2004", "2 candidates", "'p.safetensors', 'q.safetensors'");
    }

    [TestMethod]
    [DataRow("[]", "it is not a JSON object")]
    [DataRow("{\"model_type\": \"llama\"", "config.json")]
    [DataRow("{\"a\": 1, \"a\": 2}", "config.json")]
    [DataRow("", "config.json")]
    public void A_config_that_cannot_be_used_is_refused(string text, string reason)
    {
        using var folder = new TemporaryFolder();
        ModelFolder.Write(folder.Path, text, A);

        Refused(folder.Path).Only("TA2005", folder["config.json"], reason);
    }

    [TestMethod]
    public void A_truncated_file_is_refused_with_its_offset()
    {
        using var folder = new TemporaryFolder();
        ModelFolder.Write(folder.Path, null, A, B);
        using (var file = File.OpenWrite(folder["model.safetensors"]))
            file.SetLength(file.Length - 3);

        Refused(folder.Path).Only("TA2002", "model.safetensors", "(offset ", "truncated");
    }

    [TestMethod]
    [RequiresShared("golden/safetensors-writers")]
    public void Either_name_finds_the_one_tensor_of_a_tied_model()
    {
        using var folder = new TemporaryFolder();
        ModelFolder.Copy(SharedData.PathOf("golden", "safetensors-writers", "tied-f32"), folder["embedding"]);
        ModelFolder.Copy(SharedData.PathOf("golden", "safetensors-writers", "tied-f32"), folder["head"]);
        File.Copy(SharedData.PathOf("golden", "safetensors-writers", "save_model-tied.safetensors"), folder["head", "model.safetensors"], overwrite: true);

        foreach (var (kind, stored) in new[] { ("embedding", "model.embed_tokens.weight"), ("head", "lm_head.weight") })
        {
            using var checkpoint = Checkpoint.Open(folder[kind]);
            foreach (var name in new[] { "model.embed_tokens.weight", "lm_head.weight" })
            {
                Assert.IsTrue(checkpoint.TryGetTensor(name, out var tensor), $"{kind} {name}");
                Assert.AreEqual(stored, tensor.Info.Name);
            }
        }
    }

    [TestMethod]
    public void An_untied_model_does_not_lend_its_embedding_as_a_head()
    {
        using var folder = new TemporaryFolder();
        ModelFolder.Write(folder.Path, """{"tie_word_embeddings": false}""", TestTensor.Vector("model.embed_tokens.weight", DType.F32, 1));

        using var checkpoint = Checkpoint.Open(folder.Path);

        Assert.IsFalse(checkpoint.TryGetTensor("lm_head.weight", out _));
    }

    private static IReadOnlyList<Diagnostic> Refused(string path) => Assert.ThrowsExactly<DiagnosticException>(() => Checkpoint.Open(path)).Diagnostics;
}
