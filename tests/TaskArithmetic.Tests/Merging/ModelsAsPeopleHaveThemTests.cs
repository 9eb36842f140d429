using System.Text.Json.Nodes;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Extraction;
using TaskArithmetic.Merging;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.Tests.Diagnostics;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Merging;

/// <summary>Quantised, wrapped, prefixed and incomplete models: what 0.1 merged without a word.</summary>
[TestClass]
public sealed class ModelsAsPeopleHaveThemTests
{
    private static readonly TestTensor Weight = TestTensor.Of("model.layers.0.mlp.up_proj.weight", DType.F32, [2, 2], 1, 2, 3, 4);
    private static readonly TestTensor Embedding = TestTensor.Of("model.embed_tokens.weight", DType.F32, [2, 2], 1, 2, 3, 4);

    [TestMethod]
    [DataRow("quantization_config", """{"bits": 4, "quant_method": "gptq"}""", "gptq")]
    [DataRow("quantization_config", """{"quant_method": "bitsandbytes", "load_in_8bit": true}""", "bitsandbytes")]
    [DataRow("quantization_config", """{"weight_block_size": [128, 128], "fmt": "e4m3"}""", "quantised")]
    [DataRow("compression_config", """{"format": "pack-quantized"}""", "pack-quantized")]
    public void A_model_that_says_it_is_quantised_is_refused_in_every_role(string field, string settings, string method)
    {
        using var scene = new MergeScene();
        var (plain, declared) = (scene.Model("plain", Weight), scene.Model("declared", Weight));
        ModelFolder.EditJson(Path.Combine(declared, "config.json"), c => c[field] = JsonNode.Parse(settings));

        AssertRefusedInEveryRole(scene, plain, declared, method);
    }

    [TestMethod]
    [DataRow("quantize_config.json")]
    [DataRow("quant_config.json")]
    [DataRow("hf_quant_config.json")]
    public void A_quantisers_file_beside_the_weights_counts_as_well(string file)
    {
        using var scene = new MergeScene();
        var (plain, declared) = (scene.Model("plain", Weight), scene.Model("declared", Weight));
        File.WriteAllText(Path.Combine(declared, file), "{}");

        AssertRefusedInEveryRole(scene, plain, declared, file);
    }

    [TestMethod]
    [DataRow("qweight", DType.I32, "scales", DType.F16, DisplayName = "GPTQ and AWQ")]
    [DataRow("weight_packed", DType.I32, "weight_scale", DType.BF16, DisplayName = "compressed-tensors")]
    [DataRow("weight", DType.I8, "SCB", DType.F32, DisplayName = "bitsandbytes int8")]
    [DataRow("weight", DType.U8, "weight.absmax", DType.F32, DisplayName = "bitsandbytes nf4")]
    [DataRow("weight_q", DType.U8, "weight_zero_point", DType.F16, DisplayName = "int8 with zero points")]
    [DataRow("weight_blocks", DType.U8, "weight_scales", DType.U8, DisplayName = "mxfp4")]
    public void Packed_integers_with_their_scales_are_refused_without_any_configuration(string packed, DType packedType, string scale, DType scaleType)
    {
        using var scene = new MergeScene();
        const string module = "model.layers.0.mlp.up_proj.";
        var plain = scene.Model("plain", Weight, TestTensor.Vector(module + "other", DType.F32, 1));
        var quantised = scene.Model(
            "quantised",
            Weight with { Name = "model.layers.1.mlp.up_proj.weight" },
            new TestTensor(module + packed, packedType, [2, 1], new byte[2 * packedType.Bytes()]),
            new TestTensor(module + scale, scaleType, [2], new byte[2 * scaleType.Bytes()]));

        AssertRefusedInEveryRole(scene, plain, quantised, packed);
    }

    [TestMethod]
    public void Integer_buffers_are_no_quantised_weights()
    {
        using var scene = new MergeScene();
        TestTensor[] buffers = [new("embeddings.position_ids", DType.I64, [1, 1], new byte[8]), new("h.0.attn.bias", DType.U8, [1, 1, 1, 1], [1]), new("num_batches_tracked", DType.I64, [], new byte[8])];
        var model = scene.Model("model", [Weight, .. buffers]);

        scene.Run(MergeScene.RecipeOf(model, MergeScene.Pair(model, model)));
    }

    [TestMethod]
    [DataRow("_orig_mod.")]
    [DataRow("module.")]
    [DataRow("module._orig_mod.")]
    [DataRow("_fsdp_wrapped_module.")]
    public void What_a_wrapper_put_before_the_donors_names_is_dropped_and_said(string prefix)
    {
        using var scene = new MergeScene();
        var target = scene.Model("target", Weight);
        var (plus, minus) = (Weight.Map(v => v + 2), Weight.Map(v => v + 1));
        var plain = scene.Merged(MergeScene.RecipeOf(target, MergeScene.Pair(scene.Model("plus", plus), scene.Model("minus", minus))));

        foreach (var wrappedMinus in new[] { false, true })
        {
            var wrapped = scene.Model($"wrapped-from-{wrappedMinus}", plus with { Name = prefix + plus.Name });
            var other = wrappedMinus ? scene.Model("wrapped-minus", minus with { Name = prefix + minus.Name }) : scene["minus"];
            var recipe = MergeScene.RecipeOf(target, MergeScene.Pair(wrapped, other));
            var report = scene.Run(recipe);

            Assert.HasCount(wrappedMinus ? 2 : 1, report.Findings.Where(f => f.Code == "TA1013"));
            StringAssert.Contains(report.Findings.First(f => f.Code == "TA1013").Message, prefix.Split('.')[0] + ".");
            CollectionAssert.AreEqual(plain[Weight.Name].Bytes, ModelFolder.Read(scene.Output).Single().Bytes);
        }
    }

    [TestMethod]
    public void Segments_of_wrappers_inside_names_are_dropped_as_well()
    {
        using var scene = new MergeScene();
        var norm = TestTensor.Vector("model.norm.weight", DType.F32, 1);
        var target = scene.Model("target", Weight, norm);
        var donor = scene.Model("donor", Weight.Map(v => v + 1) with { Name = "model.layers.0._checkpoint_wrapped_module.mlp.up_proj.weight" }, norm);

        Assert.AreEqual(2f, scene.Merged(MergeScene.RecipeOf(target, MergeScene.Pair(donor, target)))[Weight.Name].Values[0]);
    }

    [TestMethod]
    public void Names_that_all_models_share_are_left_alone_whatever_they_look_like()
    {
        using var scene = new MergeScene();
        var wrapped = Weight with { Name = "module." + Weight.Name };
        var target = scene.Model("target", wrapped);

        var report = scene.Run(MergeScene.RecipeOf(target, MergeScene.Pair(scene.Model("donor", wrapped.Map(v => v + 1)), target)));

        Assert.IsEmpty(report.Findings.Where(f => f.Code == "TA1013"));
        Assert.AreEqual(wrapped.Name, ModelFolder.Read(scene.Output).Single().Name);
    }

    [TestMethod]
    public void A_wrapped_target_comes_out_under_the_names_that_loaders_expect()
    {
        using var scene = new MergeScene();
        var target = scene.Model("target", Weight with { Name = "_orig_mod." + Weight.Name });
        var minus = scene.Model("minus", Weight);

        scene.Run(MergeScene.RecipeOf(target, MergeScene.Pair(scene.Model("from", Weight.Map(v => v + 1)), minus))).Findings.Single("TA1013", "target", "_orig_mod.");

        Assert.AreEqual(Weight.Name, ModelFolder.Read(scene.Output).Single().Name);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_donor_saved_from_inside_another_model_is_one_refusal_that_names_the_prefix(bool donorHasIt)
    {
        using var scene = new MergeScene();
        var norm = TestTensor.Vector("model.norm.weight", DType.F32, 1);
        TestTensor[] tensors = [Weight, norm];
        var prefixed = scene.Model("prefixed", [.. tensors.Select(t => t with { Name = "language_model." + t.Name })]);
        var plain = scene.Model("plain", tensors);
        var (target, donor) = donorHasIt ? (plain, prefixed) : (prefixed, plain);

        scene.RefusedBeforeWriting(MergeScene.RecipeOf(target, MergeScene.Pair(donor, donor))).Only("TA2036", donor, "'language_model.'", donorHasIt ? "removed" : "put before");
    }

    [TestMethod]
    public void An_adapter_is_called_an_adapter()
    {
        using var scene = new MergeScene();
        var target = scene.Model("target", Weight);
        var adapter = scene["adapter"];
        Directory.CreateDirectory(adapter);
        File.WriteAllText(Path.Combine(adapter, "adapter_config.json"), """{"peft_type": "LORA", "r": 8, "base_model_name_or_path": "org/base"}""");
        ModelFolder.WriteFile(Path.Combine(adapter, "adapter_model.safetensors"), TestTensor.Of("base_model.model.model.layers.0.mlp.up_proj.lora_A.weight", DType.F32, [1, 2], 1, 2));

        foreach (var path in new[] { adapter, Path.Combine(adapter, "adapter_model.safetensors") })
        {
            scene.RefusedBeforeWriting(MergeScene.RecipeOf(target, MergeScene.Pair(target, path))).Only("TA2037", path, "LORA", "rank 8", "org/base");
            scene.RefusedBeforeWriting(MergeScene.RecipeOf(target, MergeScene.Vector(path))).Single("TA2112", "lora_B");
        }
        File.Move(Path.Combine(adapter, "adapter_model.safetensors"), scene["loose.safetensors"]);
        scene.RefusedBeforeWriting(MergeScene.RecipeOf(target, MergeScene.Vector(scene["loose.safetensors"]))).Single("TA2037", "lora_A");
    }

    [TestMethod]
    public void A_folder_without_safetensors_is_refused_with_what_it_holds_instead()
    {
        using var scene = new MergeScene();
        var target = scene.Model("target", Weight);
        Directory.CreateDirectory(scene["pickled"]);
        File.WriteAllText(scene["pickled", "pytorch_model.bin"], "");
        scene.Model(Path.Combine("outer", "final"), Weight);

        scene.RefusedBeforeWriting(MergeScene.RecipeOf(target, MergeScene.Vector(scene["pickled"]))).Only("TA2004", "'pytorch_model.bin'");
        scene.RefusedBeforeWriting(MergeScene.RecipeOf(target, MergeScene.Vector(scene["outer"]))).Only("TA2004", "'final'");
    }

    [TestMethod]
    [DataRow("", 1)]
    [DataRow(", \"tie_word_embeddings\": false", 1)]
    [DataRow(", \"tie_word_embeddings\": true", 0)]
    public void A_head_that_is_neither_stored_nor_tied_is_mentioned(string tie, int findings)
    {
        using var scene = new MergeScene();
        var target = scene.Model("target", Embedding, Weight);
        File.WriteAllText(Path.Combine(target, "config.json"), $$"""{"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 2{{tie}}}""");

        Assert.HasCount(findings, scene.Run(MergeScene.RecipeOf(target, MergeScene.Pair(target, target))).Findings.Where(f => f.Code == "TA1014"));
    }

    [TestMethod]
    public void Every_dtype_of_a_nested_configuration_follows_the_weights_and_others_are_named()
    {
        using var scene = new MergeScene();
        var target = scene.Model("target", Weight.As(DType.BF16));
        File.WriteAllText(Path.Combine(target, "config.json"), """
            {"model_type": "llama", "hidden_size": 4, "num_hidden_layers": 2, "dtype": "bfloat16", "text_config": {"torch_dtype": "torch.bfloat16", "inner": [{"dtype": "bfloat16"}]}, "vision_config": {"dtype": "float16", "note": "bfloat16"}}
            """);

        var report = scene.Run(MergeScene.RecipeOf(target, MergeScene.Pair(scene.Model("donor", Weight), scene.Model("minus", Weight))) with { OutputDType = DType.F32 });

        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(scene.Output, "config.json")))!;
        Assert.AreEqual("float32", (string?)config["dtype"]);
        Assert.AreEqual("float32", (string?)config["text_config"]!["torch_dtype"]);
        Assert.AreEqual("float32", (string?)config["text_config"]!["inner"]![0]!["dtype"]);
        Assert.AreEqual(("float16", "bfloat16"), ((string?)config["vision_config"]!["dtype"], (string?)config["vision_config"]!["note"]));
        Assert.IsNull(config["torch_dtype"]);
        report.Findings.Single("TA1016", "'vision_config.dtype'", "float32");
    }

    [TestMethod]
    [DataRow("tekken.json", true)]
    [DataRow("params.json", true)]
    [DataRow("video_preprocessor_config.json", true)]
    [DataRow("sentencepiece.bpe.model", true)]
    [DataRow("tokenizer.model.v3", true)]
    [DataRow("generation_utils.py", true)]
    [DataRow("special_tokens_map.json", true)]
    [DataRow("unheard-of.json", false)]
    [DataRow("parts/table.dat", false)]
    public void Files_of_the_target_come_along_or_are_named(string file, bool comes)
    {
        using var scene = new MergeScene();
        var target = scene.Model("target", Weight);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(target, file))!);
        File.WriteAllText(Path.Combine(target, file), "{}");

        var report = scene.Run(MergeScene.RecipeOf(target, MergeScene.Pair(target, target)));

        Assert.AreEqual(comes, File.Exists(Path.Combine(scene.Output, file)));
        Assert.AreEqual(comes ? 0 : 1, report.Findings.Count(f => f.Code == "TA1015" && f.Message.Contains($"'{file}'", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow("pytorch_model.bin")]
    [DataRow("mergekit_config.yml")]
    [DataRow("trainer_state.json")]
    [DataRow("model.gguf")]
    [DataRow(".gitattributes")]
    [DataRow("original/consolidated.00.pth")]
    public void Other_forms_of_the_weights_and_leftovers_of_training_stay_without_a_word(string file)
    {
        using var scene = new MergeScene();
        var target = scene.Model("target", Weight);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(target, file))!);
        File.WriteAllText(Path.Combine(target, file), "{}");

        var report = scene.Run(MergeScene.RecipeOf(target, MergeScene.Pair(target, target)));

        Assert.IsFalse(File.Exists(Path.Combine(scene.Output, file)));
        Assert.IsEmpty(report.Findings.Where(f => f.Code == "TA1015"));
    }

    [TestMethod]
    [DataRow("1", "2")]
    [DataRow("0", "1")]
    public void Vectors_that_change_nothing_are_said_to(string alpha, string change)
    {
        using var scene = new MergeScene();
        var target = scene.Model("target", Weight);
        var donor = alpha == "0" ? scene.Model("donor", Weight.Map(v => v + float.Parse(change))) : target;

        var report = scene.Run(MergeScene.RecipeOf(target, MergeScene.Pair(donor, target, alpha)));

        report.Findings.Single("TA1017", "change nothing");
        Assert.IsNull(report.Summary.SurvivalFraction);
        StringAssert.Contains(File.ReadAllText(Path.Combine(scene.Output, "README.md")), "no weight changes");
    }

    [TestMethod]
    [RequiresShared("cases/05-donors-end-otherwise")]
    public void Donors_that_end_and_chat_otherwise_are_mentioned_by_merge_and_check_and_through_a_vector_file()
    {
        using var scene = new MergeScene();
        string Case(string role) => SharedData.PathOf("cases", "05-donors-end-otherwise", role);
        var pair = MergeScene.RecipeOf(Case("target"), MergeScene.Pair(Case("grpo"), Case("sft")));
        VectorExtraction.Run(Case("grpo"), Case("sft"), scene["v.safetensors"], new ExtractOptions { UseCache = false, CacheDirectory = scene.Cache }, CancellationToken.None);

        foreach (var findings in new[] { scene.Run(pair).Findings, ModelMerge.Check(pair, scene.Options, CancellationToken.None).Findings, scene.Run(MergeScene.RecipeOf(Case("target"), MergeScene.Vector(scene["v.safetensors"]))).Findings })
        {
            findings.Single("TA1011", "'<|im_end|>'", "'</s>'", "does not even know");
            findings.Single("TA1012", "chat template");
        }
        Assert.IsEmpty(scene.Run(MergeScene.RecipeOf(Case("grpo"), MergeScene.Pair(Case("grpo"), Case("sft")))).Findings.Where(f => f.Code is "TA1011" or "TA1012"));
    }

    private static void AssertRefusedInEveryRole(MergeScene scene, string plain, string quantised, string evidence)
    {
        foreach (var (target, from, minus) in new[] { (quantised, quantised, quantised), (quantised, plain, plain), (plain, quantised, plain), (plain, plain, quantised) })
        {
            var findings = scene.RefusedBeforeWriting(MergeScene.RecipeOf(target, MergeScene.Pair(from, minus)));
            Assert.IsTrue(findings.Any(f => f.Code == "TA2035" && f.Message.Contains(evidence, StringComparison.Ordinal)), string.Join(" | ", findings));
        }
        AssertRefuses(() => ModelMerge.Check(MergeScene.RecipeOf(plain, MergeScene.Pair(quantised, plain)), scene.Options, CancellationToken.None));
        AssertRefuses(() => VectorExtraction.Run(quantised, quantised, scene["v.safetensors"], new ExtractOptions { CacheDirectory = scene.Cache }, CancellationToken.None));
        Assert.IsFalse(File.Exists(scene["v.safetensors"]));
    }

    private static void AssertRefuses(Func<object> work) =>
        Assert.IsTrue(Assert.ThrowsExactly<DiagnosticException>(work).Diagnostics.Any(f => f.Code == "TA2035"));
}
