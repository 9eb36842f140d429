using TaskArithmetic.Diagnostics;
using TaskArithmetic.LanguageModels;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.LanguageModels.Tests;

/// <summary>Damaged configurations of the embedded engine: each is taken or refused with codes. <c>TASKARITHMETIC_MUTATIONS=20000</c> is the long form.</summary>
[TestClass]
public sealed class ConfigurationMutationTests
{
    private static readonly string[] Words =
    [
        "\"model_type\": \"mistral\"", "\"model_type\": \"qwen3\"", "\"model_type\": \"gemma3_text\"", "\"model_type\": \"phi3\"", "\"rope_parameters\": {\"full_attention\": {}}", "\"short_factor\": [1, null]", "\"rope_parameters\": {\"rope_type\": \"yarn\", \"factor\": 4}", "\"rope_scaling\": {\"type\": \"linear\", \"factor\": 2}", "\"rope_scaling\": {\"rope_type\": \"llama3\"}", "\"layer_types\": [\"sliding_attention\"]",
        "\"sliding_window\": 8", "\"max_window_layers\": 1", "\"use_sliding_window\": true", "\"quantization_config\": {}", "\"architectures\": []", "\"head_dim\": 3", "\"num_key_value_heads\": null", "\"rms_norm_eps\": 1e-400", "\"eos_token_id\": [1]", "{", "}", "[", "]", ",", "null",
    ];

    /// <summary>Seen: two thousand million layers took all memory before anything was compared with the weights.</summary>
    [TestMethod]
    [DataRow("10001")]
    [DataRow("2147483647")]
    public void More_layers_than_any_model_has_are_refused_before_any_is_described(string layers)
    {
        foreach (var family in new[] { "llama", "mistral", "qwen2", "qwen3", "gemma3_text", "phi3" })
        {
            using var folder = new TemporaryFolder();
            File.WriteAllText(folder["config.json"], $$"""{"model_type":"{{family}}","hidden_size":8,"num_hidden_layers":{{layers}},"num_attention_heads":2,"num_key_value_heads":1,"intermediate_size":16,"vocab_size":32}""");
            var problems = new List<Diagnostic>();

            Assert.IsNull(ModelConfigurationReader.Read(folder.Path, problems));

            Assert.AreEqual("TA2203", problems.Single().Code);
            Assert.Contains("num_hidden_layers", problems.Single().Message);
        }
    }

    [TestMethod]
    public void Every_damaged_configuration_is_taken_or_refused_with_codes()
    {
        byte[][] seeds =
        [
            """{"architectures":["Qwen2ForCausalLM"],"model_type":"qwen2","hidden_size":8,"num_hidden_layers":2,"num_attention_heads":2,"num_key_value_heads":1,"intermediate_size":16,"vocab_size":32,"rms_norm_eps":1e-6,"rope_parameters":{"rope_theta":10000.0,"rope_type":"default"},"layer_types":["full_attention","full_attention"],"eos_token_id":[1,2],"tie_word_embeddings":true,"torch_dtype":"bfloat16"}"""u8.ToArray(),
            """{"architectures":["LlamaForCausalLM"],"model_type":"llama","hidden_size":8,"num_hidden_layers":2,"num_attention_heads":2,"intermediate_size":16,"vocab_size":32,"rope_theta":5e5,"rope_scaling":{"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":64},"max_position_embeddings":128,"bos_token_id":1}"""u8.ToArray(),
            """{"model_type":"gemma3_text","hidden_size":8,"num_hidden_layers":2,"num_attention_heads":2,"num_key_value_heads":1,"head_dim":4,"intermediate_size":16,"vocab_size":32,"rope_local_base_freq":100,"rope_parameters":{"full_attention":{"rope_type":"linear","factor":8.0},"sliding_attention":{"rope_theta":10}},"sliding_window":4,"query_pre_attn_scalar":8,"final_logit_softcapping":30.0}"""u8.ToArray(),
            """{"model_type":"phi3","hidden_size":8,"num_hidden_layers":2,"num_attention_heads":2,"intermediate_size":16,"vocab_size":32,"partial_rotary_factor":0.5,"original_max_position_embeddings":16,"rope_scaling":{"type":"longrope","short_factor":[1.0],"long_factor":[2.0]},"sliding_window":null}"""u8.ToArray(),
        ];
        new MutationRun("configuration", bytes =>
        {
            using var folder = new TemporaryFolder();
            File.WriteAllBytes(folder["config.json"], bytes);
            File.WriteAllBytes(folder["generation_config.json"], bytes);
            var problems = new List<Diagnostic>();
            if (ModelConfigurationReader.Read(folder.Path, problems) is null)
                throw new DiagnosticException(problems);
        }).Require(new Mutation(seeds, Words), Mutation.Count(500));
    }
}
