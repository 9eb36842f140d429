using System.Buffers.Binary;
using System.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.Tests.Merging;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Mutations;

/// <summary>
/// Damaged files of a model folder: each is taken or refused with a code. <c>TASKARITHMETIC_MUTATIONS=20000</c> is the long form.
/// </summary>
[TestClass]
public sealed class ModelFolderMutationTests
{
    private static readonly string[] HeaderWords =
    [
        "\"__metadata__\":{", "\"format\":\"pt\"", "\"dtype\":\"F32\"", "\"dtype\":\"BF16\"", "\"dtype\":\"F4\"", "\"shape\":[2]", "\"shape\":[0]", "\"shape\":[]", "\"shape\":[18446744073709551615,2]", "\"data_offsets\":[0,8]",
        "\"data_offsets\":[8,0]", "\"a\":", "{", "}", "[", "]", ",", ":", "null", "true",
    ];

    private static readonly string[] IndexWords = ["\"metadata\":{", "\"total_size\":", "\"weight_map\":{", "\"a\":\"x.safetensors\"", "\"../x.safetensors\"", "\"/dev/zero\"", "\"./x.safetensors\"", "\"x.safetensors\\u0000\"", "{", "}", "[", ",", "null"];

    private static readonly string[] ConfigWords =
    [
        "\"model_type\":", "\"text_config\": {", "\"rope_parameters\": {", "\"rope_scaling\": null", "\"torch_dtype\": \"bfloat16\"", "\"dtype\": 7", "\"vocab_size\": 1e999", "\"num_hidden_layers\": -1", "\"tie_word_embeddings\": \"yes\"",
        "\"quantization_config\": {\"quant_method\": \"gptq\"}", "\"architectures\": [\"LlamaForCausalLM\"]", "\"eos_token_id\": [2, null, \"x\"]", "{", "}", "[", "]", ",", "null", "true", "\"head_dim\": 0",
    ];

    [TestMethod]
    public void Every_damaged_header_is_taken_or_refused_with_a_code()
    {
        var seeds = new[] { Weights(TestTensor.Vector("a", DType.F32, 1, 2), TestTensor.Vector("b", DType.BF16, 3)), Weights(), Weights(TestTensor.Of("model.layers.0.mlp.up_proj.weight", DType.F16, [2, 2], 1, 2, 3, 4)) };
        new MutationRun("header", bytes =>
        {
            using var folder = new TemporaryFolder();
            File.WriteAllBytes(folder["model.safetensors"], bytes);
            using var checkpoint = Checkpoint.Open(folder.Path);
            foreach (var tensor in checkpoint.Tensors.Values)
                tensor.File.Read(tensor.Info);
        }).Require(new Mutation(seeds, HeaderWords), Mutation.Count(500));
    }

    /// <summary>Behind a length that is right, so that the text is read.</summary>
    [TestMethod]
    public void Every_damaged_header_of_the_right_length_is_taken_or_refused_with_a_code()
    {
        var seeds = new[] { Weights(TestTensor.Vector("a", DType.F32, 1, 2), TestTensor.Vector("b", DType.BF16, 3)) }
            .Select(file => file[8..(8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file))]).ToArray();
        new MutationRun("header text", bytes =>
        {
            using var folder = new TemporaryFolder();
            var length = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, bytes.Length);
            File.WriteAllBytes(folder["x.safetensors"], [.. length, .. bytes, .. new byte[10]]);
            using var checkpoint = Checkpoint.Open(folder["x.safetensors"]);
        }).Require(new Mutation(seeds, HeaderWords), Mutation.Count(500));
    }

    [TestMethod]
    public void Every_damaged_index_is_taken_or_refused_with_a_code()
    {
        var weights = Weights(TestTensor.Vector("a", DType.F32, 1, 2), TestTensor.Vector("b", DType.BF16, 3));
        var seeds = new[] { ShardIndex.Write(new Dictionary<string, string> { ["a"] = "x.safetensors", ["b"] = "x.safetensors" }, 10, 3), "{\"weight_map\": {\"a\": \"./x.safetensors\"}}"u8.ToArray() };
        new MutationRun("index", bytes =>
        {
            using var folder = new TemporaryFolder();
            File.WriteAllBytes(folder["x.safetensors"], weights);
            File.WriteAllBytes(folder["model.safetensors.index.json"], bytes);
            using var checkpoint = Checkpoint.Open(folder.Path);
        }).Require(new Mutation(seeds, IndexWords), Mutation.Count(500));
    }

    /// <summary>Configuration, tokenizer, generation settings, adapter and card in the place of a target's and of a donor's, as far as preflight and provenance read them.</summary>
    [TestMethod]
    [DataRow("config.json")]
    [DataRow("generation_config.json")]
    [DataRow("tokenizer_config.json")]
    [DataRow("tokenizer.json")]
    [DataRow("adapter_config.json")]
    [DataRow("README.md")]
    public void Every_damaged_file_beside_the_weights_is_taken_or_refused_with_a_code(string name)
    {
        byte[][] seeds =
        [
            Encoding.UTF8.GetBytes(ModelFolder.Config),
            "{\"model_type\": \"gemma3\", \"architectures\": [\"Gemma3ForCausalLM\"], \"text_config\": {\"vocab_size\": 2, \"num_hidden_layers\": 2, \"dtype\": \"float16\", \"rope_parameters\": {\"rope_theta\": 1e4}}, \"eos_token_id\": [1, 2], \"tie_word_embeddings\": true}"u8.ToArray(),
            "{\"model\": {\"vocab\": {\"a\": 0, \"b\": 1}, \"merges\": [\"a b\", [\"b\", \"a\"]]}, \"added_tokens\": [{\"id\": 2, \"content\": \"<s>\"}]}"u8.ToArray(),
            "{\"eos_token\": {\"content\": \"</s>\"}, \"chat_template\": [{\"name\": \"default\", \"template\": \"{{ x }}\"}]}"u8.ToArray(),
            "---\nlicense: \"mit\"\nbase_model: [a, b]\n---\n# A model\n"u8.ToArray(),
        ];
        new MutationRun("beside the weights " + name, bytes =>
        {
            using var scene = new MergeScene();
            foreach (var (model, value) in new[] { ("target", 1f), ("from", 3f), ("minus", 2f) })
            {
                scene.Model(model, TestTensor.Vector("model.embed_tokens.weight", DType.F32, value, value));
                File.WriteAllText(scene[model, "tokenizer.json"], """{"model": {"vocab": {"a": 0, "b": 1}}}""");
                if (model != "minus")
                    File.WriteAllBytes(scene[model, name], bytes);
            }
            scene.Run(MergeScene.RecipeOf(scene["target"], MergeScene.Pair(scene["from"], scene["minus"])));
        }).Require(new Mutation(seeds, ConfigWords), Mutation.Count(200));
    }

    private static byte[] Weights(params IReadOnlyList<TestTensor> tensors)
    {
        using var folder = new TemporaryFolder();
        return File.ReadAllBytes(ModelFolder.WriteFile(folder["x.safetensors"], tensors));
    }
}
