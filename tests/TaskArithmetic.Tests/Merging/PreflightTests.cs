using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.Tests.Diagnostics;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Merging;

/// <summary>Real models, damaged ones and odd pairs: what each is refused for, before a byte is written.</summary>
[TestClass]
[RequiresShared("golden/mergekit-yaml")]
public sealed class PreflightTests
{
    private static string Good(string name) => SharedData.PathOf("golden", "mergekit-yaml", "models", name);

    private static string Bad(string name) => SharedData.PathOf("golden", "mergekit-yaml", "models-bad", name);

    [TestMethod]
    [DataRow("missing-tensor", "TA2006", "'model.layers.2.self_attn.v_proj.weight'", "missing-tensor")]
    [DataRow("shape", "TA2007", "'model.layers.1.mlp.up_proj.weight'", "[40, 32]", "[48, 32]")]
    [DataRow("truncated", "TA2002", "model.safetensors", "(offset ", "truncated")]
    [DataRow("no-config", "TA2005", "has no config.json")]
    [DataRow("mistral-config", "TA2021", "model_type is \"mistral\"", "\"llama\"")]
    [DataRow("three-layers-in-config", "TA2021", "num_hidden_layers is 3", "4")]
    [DataRow("extra-tensors", "TA2014", "'model.layers.0.self_attn.q_norm.weight'", "extra-tensors")]
    public void A_damaged_donor_is_refused_with_what_is_wrong_and_where(string donor, string code, params string[] parts)
    {
        foreach (var asMinus in new[] { false, true })
        {
            using var scene = new MergeScene();
            var pair = asMinus ? MergeScene.Pair(Good("llama-math-bf16"), Bad(donor)) : MergeScene.Pair(Bad(donor), Good("llama-sft-bf16"));

            scene.RefusedBeforeWriting(MergeScene.RecipeOf(Good("llama-code-bf16"), pair)).Only(code, parts);
        }
    }

    [TestMethod]
    [DataRow("no-config", "TA2005", "has no config.json")]
    [DataRow("truncated", "TA2002", "(offset ")]
    public void A_damaged_target_is_refused_as_well(string target, string code, string part)
    {
        using var scene = new MergeScene();

        scene.RefusedBeforeWriting(MergeScene.RecipeOf(Bad(target), MergeScene.Pair(Good("llama-math-bf16"), Good("llama-sft-bf16")))).Single(code, target, part);
    }

    [TestMethod]
    public void Every_problem_of_every_input_is_reported_at_once()
    {
        using var scene = new MergeScene();
        var recipe = MergeScene.RecipeOf(
            Good("llama-base-bf16"),
            MergeScene.Pair(Bad("missing-tensor"), Bad("shape")),
            MergeScene.Pair(Bad("mistral-config"), Bad("no-config")),
            MergeScene.Vector(Good("llama-math-bf16")));

        var findings = scene.RefusedBeforeWriting(recipe.With("lambda", double.NaN));

        findings.Single("TA2006", "missing-tensor");
        findings.Single("TA2007", "shape");
        findings.Single("TA2021", "mistral-config");
        findings.Single("TA2005", "no-config");
        findings.Single("TA2020", "llama-math-bf16");
        findings.Single("TA2013", "lambda: 'NaN' is not finite");
        Assert.HasCount(6, findings);
    }

    [TestMethod]
    public void Files_that_cannot_be_opened_do_not_hide_the_other_problems()
    {
        using var scene = new MergeScene();
        Directory.CreateDirectory(scene["out", "model"]);
        File.WriteAllText(scene["out", "model", "mine.txt"], "");
        var recipe = MergeScene.RecipeOf(Good("llama-base-bf16"), MergeScene.Pair(scene["nowhere"], Bad("truncated"))).With("lambda", double.PositiveInfinity);

        var findings = Assert.ThrowsExactly<TaskArithmetic.Diagnostics.DiagnosticException>(() => scene.Run(recipe)).Diagnostics;

        findings.Single("TA2001", "nowhere");
        findings.Single("TA2002", "truncated");
        findings.Single("TA2013", "lambda");
        findings.Single("TA3002", "out");
    }

    [TestMethod]
    public void Another_vocabulary_size_names_both_sizes()
    {
        using var scene = new MergeScene();

        var findings = scene.RefusedBeforeWriting(MergeScene.RecipeOf(Good("llama-padded-bf16"), MergeScene.Pair(Good("llama-math-bf16"), Good("llama-sft-bf16"))));

        Assert.HasCount(2, findings, "one for each donor");
        foreach (var finding in findings)
        {
            Assert.AreEqual("TA2010", finding.Code);
            StringAssert.Contains(finding.Message, "62 rows");
            StringAssert.Contains(finding.Message, "has 80");
        }
    }

    [TestMethod]
    public void Another_vocabulary_fits_where_embeddings_and_head_are_excluded()
    {
        using var scene = new MergeScene();
        var pair = MergeScene.Pair(Good("llama-math-bf16"), Good("llama-base-bf16"), exclude: "*embed_tokens*;lm_head*");

        var merged = scene.Merged(MergeScene.RecipeOf(Good("llama-chat-bf16"), pair));

        var target = ModelFolder.Read(Good("llama-chat-bf16")).ToDictionary(t => t.Name);
        CollectionAssert.AreEqual(target["lm_head.weight"].Bytes, merged["lm_head.weight"].Bytes);
        CollectionAssert.AreNotEqual(target["model.layers.0.mlp.up_proj.weight"].Bytes, merged["model.layers.0.mlp.up_proj.weight"].Bytes);
    }

    [TestMethod]
    public void Tokens_with_other_ids_are_refused_with_an_example()
    {
        using var scene = new MergeScene();
        var other = ModelFolder.Copy(Good("llama-math-bf16"), scene["other-tokenizer"]);
        ModelFolder.EditJson(Path.Combine(other, "tokenizer.json"), json =>
        {
            var vocabulary = json["model"]!["vocab"]!.AsObject();
            var last = vocabulary.OrderBy(t => t.Value!.GetValue<int>()).TakeLast(2).Select(t => t.Key).ToList();
            var (x, y) = (vocabulary[last[0]]!.GetValue<int>(), vocabulary[last[1]]!.GetValue<int>());
            (vocabulary[last[0]], vocabulary[last[1]]) = (y, x);
        });

        var findings = scene.RefusedBeforeWriting(MergeScene.RecipeOf(Good("llama-base-bf16"), MergeScene.Pair(other, Good("llama-sft-bf16"))));

        findings.Only("TA2011", other, "2 tokens");
    }

    [TestMethod]
    public void Other_merges_over_the_same_tokens_are_refused()
    {
        using var scene = new MergeScene();
        foreach (var (name, merges) in new[] { ("one", "\"a b\""), ("two", "") })
        {
            ModelFolder.Write(scene[name], ModelFolder.Config, TestTensor.Vector("a", DType.F32, 1));
            File.WriteAllText(scene[name, "tokenizer.json"], $$$"""{"model": {"vocab": {"a": 0, "b": 1, "ab": 2}, "merges": [{{{merges}}}]}}""");
        }

        scene.RefusedBeforeWriting(MergeScene.RecipeOf(scene["one"], MergeScene.Pair(scene["two"], scene["one"]))).Only("TA2011", scene["two"], "other merges");
    }

    [TestMethod]
    public void A_damaged_tokenizer_is_refused()
    {
        using var scene = new MergeScene();
        var damaged = ModelFolder.Copy(Good("llama-math-bf16"), scene["damaged"]);
        File.WriteAllText(Path.Combine(damaged, "tokenizer.json"), "{");

        scene.RefusedBeforeWriting(MergeScene.RecipeOf(Good("llama-base-bf16"), MergeScene.Pair(damaged, Good("llama-sft-bf16")))).Only("TA2008", "tokenizer.json");
    }

    [TestMethod]
    public void A_whole_model_is_not_taken_for_a_vector_whether_named_by_folder_or_by_file()
    {
        foreach (var path in new[] { Good("llama-math-bf16"), Path.Combine(Good("llama-math-bf16"), "model.safetensors") })
        {
            using var scene = new MergeScene();

            scene.RefusedBeforeWriting(MergeScene.RecipeOf(Good("llama-base-bf16"), MergeScene.Vector(path))).Only("TA2020", path, "minus=");
        }
    }

    [TestMethod]
    public void A_nuance_of_configuration_is_a_warning_and_the_same_number_written_otherwise_is_nothing()
    {
        using var scene = new MergeScene();
        var donor = ModelFolder.Copy(Good("llama-math-bf16"), scene["donor"]);
        ModelFolder.EditJson(Path.Combine(donor, "config.json"), json =>
        {
            json["rms_norm_eps"] = 1e-5;
            json["rope_theta"] = 10000;
            json["rope_scaling"] = new System.Text.Json.Nodes.JsonObject { ["rope_type"] = "llama3", ["factor"] = 8 };
            json.Remove("head_dim");
        });

        var findings = scene.Run(MergeScene.RecipeOf(Good("llama-base-bf16"), MergeScene.Pair(donor, Good("llama-sft-bf16")))).Findings;

        // The tuned donor has a chat template, its base has none: TA1012.
        Assert.IsTrue(findings.All(f => f.Code is "TA1005" or "TA1012"), string.Join(" | ", findings));
        CollectionAssert.AreEquivalent(new[] { "rms_norm_eps", "rope_scaling" }, findings.Where(f => f.Code == "TA1005").Select(f => f.Message.Split(": ")[1].Split(' ')[0]).ToArray());
    }

    [TestMethod]
    public void Another_rope_theta_is_another_model()
    {
        using var scene = new MergeScene();
        var donor = ModelFolder.Copy(Good("llama-math-bf16"), scene["donor"]);
        ModelFolder.EditJson(Path.Combine(donor, "config.json"), json => json["rope_theta"] = 1000000.0);

        scene.RefusedBeforeWriting(MergeScene.RecipeOf(Good("llama-base-bf16"), MergeScene.Pair(donor, Good("llama-sft-bf16")))).Only("TA2021", "rope_theta", donor);
    }

    [TestMethod]
    public void A_target_that_is_a_file_is_refused()
    {
        using var scene = new MergeScene();
        var file = Path.Combine(Good("llama-base-bf16"), "model.safetensors");

        scene.RefusedBeforeWriting(MergeScene.RecipeOf(file, MergeScene.Pair(Good("llama-math-bf16"), Good("llama-sft-bf16")))).Only("TA2004", "must be a model folder");
    }

    [TestMethod]
    public void Warnings_of_opening_reach_the_report()
    {
        using var scene = new MergeScene();
        var donor = ModelFolder.Copy(Good("llama-math-bf16"), scene["donor"]);
        File.Move(Path.Combine(donor, "model.safetensors"), Path.Combine(donor, "only.safetensors"));
        using (var opened = SafetensorsFile.Open(Path.Combine(donor, "only.safetensors")))
        {
            File.WriteAllBytes(
                Path.Combine(donor, "model.safetensors.index.json"),
                ShardIndex.Write(opened.Header.Tensors.ToDictionary(t => t.Name, _ => "only.safetensors"), 7, 7));
        }

        scene.Run(MergeScene.RecipeOf(Good("llama-base-bf16"), MergeScene.Pair(donor, Good("llama-sft-bf16")))).Findings.Single("TA1002", "total_size is 7");
    }
}
