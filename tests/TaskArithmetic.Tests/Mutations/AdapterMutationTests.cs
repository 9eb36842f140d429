using System.Buffers.Binary;
using System.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.Tests.Merging;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Mutations;

/// <summary>Damaged PEFT adapters as a donor and as a vector: each is taken or refused with a code. <c>TASKARITHMETIC_MUTATIONS=20000</c> is the long form.</summary>
[TestClass]
public sealed class AdapterMutationTests
{
    private static readonly string[] ConfigWords =
    [
        "\"peft_type\": \"LORA\"", "\"r\": 2147483647", "\"r\": 0", "\"lora_alpha\": 1e308", "\"lora_alpha\": -4", "\"rank_pattern\": {\"q_proj\": 2147483648}", "\"rank_pattern\": {\"q\": -1}", "\"rank_pattern\": {\"q_proj\": 0}",
        "\"alpha_pattern\": {\"(a+)+$\": 1}", "\"alpha_pattern\": {\"(.*)*x\": 1e300}", "\"target_modules\": \"all-linear\"", "\"target_modules\": \"(((((\"", "\"target_modules\": [\"\"]", "\"modules_to_save\": [\"\"]", "\"modules_to_save\": null",
        "\"trainable_token_indices\": [-1, 0]", "\"trainable_token_indices\": {\"\": [9223372036854775807]}", "\"use_dora\": true", "\"use_rslora\": true", "\"bias\": \"lora_only\"", "\"bias\": \"all\"", "\"fan_in_fan_out\": true",
        "\"layers_to_transform\": [99999999999]", "\"exclude_modules\": \".*\"", "\\ud800", "null", "{", "}", "[", "]", ",",
    ];

    private static readonly string[] HeaderWords =
    [
        "base_model.model.", ".lora_A.weight", ".lora_B.weight", ".lora_B.bias", ".lora_embedding_A", ".lora_embedding_B", ".lora_magnitude_vector", ".lora_magnitude_vector.weight", ".base_layer.weight", ".base_layer.bias",
        ".token_adapter.trainable_tokens_delta", "model.layers.0.q_proj", "model.embed_tokens", "\"dtype\":\"F32\"", "\"dtype\":\"BF16\"", "\"dtype\":\"F64\"", "\"dtype\":\"U8\"", "\"shape\":[2,4]", "\"shape\":[0,4]", "\"shape\":[4,0]",
        "\"shape\":[]", "\"shape\":[8]", "\"shape\":[4294967296,0]", "\"data_offsets\":[0,32]", "\"data_offsets\":[0,0]", "{", "}", ",", "null",
    ];

    private static readonly string[] Configs =
    [
        """{"peft_type": "LORA", "r": 2, "lora_alpha": 4, "target_modules": ["q_proj", "embed_tokens"], "rank_pattern": {"q_proj": 2}, "alpha_pattern": {"layers\\.0\\.q_proj": 8}, "bias": "none", "use_rslora": false}""",
        """{"peft_type": "LORA", "r": 2, "target_modules": ".*(q_proj|embed_tokens)", "modules_to_save": ["norm"], "use_dora": true, "bias": "lora_only", "trainable_token_indices": {"embed_tokens": [0, 2]}, "lora_bias": true}""",
    ];

    [TestMethod]
    public void Every_damaged_configuration_is_taken_or_refused_with_a_code()
    {
        var weights = Plain();
        new MutationRun("adapter configuration", bytes => Merge(bytes, weights)).Require(new Mutation([.. Configs.Select(Encoding.UTF8.GetBytes)], ConfigWords), Mutation.Count(400));
    }

    [TestMethod]
    public void Every_damaged_file_of_weights_is_taken_or_refused_with_a_code()
    {
        var run = 0;
        new MutationRun("adapter weights", bytes => Merge(Encoding.UTF8.GetBytes(Configs[run++ % 2]), bytes)).Require(new Mutation([Plain(), Rich()], HeaderWords), Mutation.Count(400));
    }

    /// <summary>Behind a length that is right, so that names and shapes are read.</summary>
    [TestMethod]
    public void Every_damaged_header_is_taken_or_refused_with_a_code()
    {
        byte[][] seeds = [Plain(), Rich()];
        var run = 0;
        new MutationRun("adapter header", bytes =>
        {
            var length = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, bytes.Length);
            var payload = seeds[run % 2].AsSpan(8 + (int)BinaryPrimitives.ReadInt64LittleEndian(seeds[run % 2]));
            Merge(Encoding.UTF8.GetBytes(Configs[run++ / 2 % 2]), [.. length, .. bytes, .. payload]);
        }).Require(new Mutation([.. seeds.Select(s => s[8..(8 + (int)BinaryPrimitives.ReadInt64LittleEndian(s))])], HeaderWords), Mutation.Count(400));
    }

    private static void Merge(byte[] config, byte[] weights)
    {
        using var scene = new MergeScene();
        scene.Model("base",
            TestTensor.Random("model.layers.0.q_proj.weight", DType.F32, 1, 0.1f, 4, 4), TestTensor.Random("model.layers.0.q_proj.bias", DType.F32, 2, 0.1f, 4),
            TestTensor.Random("model.embed_tokens.weight", DType.F32, 3, 0.1f, 6, 4), TestTensor.Vector("model.norm.weight", DType.F32, 1, 1, 1, 1));
        Directory.CreateDirectory(scene["adapter"]);
        File.WriteAllBytes(scene["adapter", "adapter_config.json"], config);
        File.WriteAllBytes(scene["adapter", "adapter_model.safetensors"], weights);
        scene.Run(MergeScene.RecipeOf(scene["base"], MergeScene.Vector(scene["adapter"])));
    }

    private static byte[] Plain() => Weights(
        TestTensor.Random("base_model.model.model.layers.0.q_proj.lora_A.weight", DType.F32, 1, 0.1f, 2, 4), TestTensor.Random("base_model.model.model.layers.0.q_proj.lora_B.weight", DType.F32, 2, 0.1f, 4, 2),
        TestTensor.Random("base_model.model.model.embed_tokens.lora_embedding_A", DType.F32, 3, 0.1f, 2, 6), TestTensor.Random("base_model.model.model.embed_tokens.lora_embedding_B", DType.F32, 4, 0.1f, 4, 2));

    private static byte[] Rich() => Weights(
        TestTensor.Random("base_model.model.model.layers.0.q_proj.lora_A.weight", DType.F32, 1, 0.1f, 2, 4), TestTensor.Random("base_model.model.model.layers.0.q_proj.lora_B.weight", DType.F32, 2, 0.1f, 4, 2),
        TestTensor.Vector("base_model.model.model.layers.0.q_proj.lora_magnitude_vector", DType.F32, 1, 2, 3, 4), TestTensor.Vector("base_model.model.model.layers.0.q_proj.base_layer.bias", DType.F32, 1, 2, 3, 4),
        TestTensor.Random("base_model.model.model.embed_tokens.token_adapter.trainable_tokens_delta", DType.F32, 5, 0.1f, 2, 4), TestTensor.Vector("base_model.model.model.norm.weight", DType.F32, 2, 2, 2, 2));

    private static byte[] Weights(params IReadOnlyList<TestTensor> tensors)
    {
        using var folder = new TemporaryFolder();
        return File.ReadAllBytes(ModelFolder.WriteFile(folder["x.safetensors"], tensors));
    }
}
