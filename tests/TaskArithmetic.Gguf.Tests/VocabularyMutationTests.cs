using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Gguf.Format;
using TaskArithmetic.Gguf.Vocabularies;
using TaskArithmetic.LanguageModels;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Gguf.Tests;

/// <summary>Damaged tokenizers: each is written or refused with codes. <c>TASKARITHMETIC_MUTATIONS=20000</c> is the long form.</summary>
[TestClass]
public sealed class VocabularyMutationTests
{
    private const string Configuration = """{"model_type":"llama","hidden_size":8,"num_hidden_layers":1,"num_attention_heads":2,"intermediate_size":16,"vocab_size":12,"eos_token_id":[1,2]}""";

    private static readonly string[] Words =
    [
        "\"type\": \"Unigram\"", "\"type\": \"Metaspace\"", "\"type\": \"Sequence\"", "\"type\": \"ByteLevel\"", "\"type\": \"Split\"", "\"byte_fallback\": true", "\"ignore_merges\": 1", "\"merges\": [\"a b c\"]", "\"merges\": [[\"a\"]]",
        "\"unk_token\": {}", "\"added_tokens\": [{}]", "\"id\": -1", "\"content\": null", "\"SpecialToken\": {\"id\": \"nobody\"}", "\"single\": {}", "\"pattern\": {\"Regex\": 1}", "\"prepend_scheme\": \"never\"", "{", "}", "[", "]", ",", "null",
    ];

    [TestMethod]
    public void Every_damaged_tokenizer_is_written_or_refused_with_codes()
    {
        byte[][] seeds =
        [
            """{"added_tokens":[{"id":0,"content":"<unk>","special":true},{"id":1,"content":"<s>","special":true},{"id":9,"content":"▁▁","special":false,"rstrip":true}],"normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]},"pre_tokenizer":null,"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}]},"model":{"type":"BPE","unk_token":"<unk>","byte_fallback":true,"vocab":{"<unk>":0,"<s>":1,"<0x41>":2,"a":3,"b":4,"ab":5,"▁":6,"▁a":7,"▁▁":9},"merges":["a b","▁ a"]}}"""u8.ToArray(),
            """{"added_tokens":[{"id":8,"content":"<|im_end|>","special":true}],"normalizer":{"type":"NFC"},"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}]},"post_processor":{"type":"ByteLevel"},"model":{"type":"BPE","continuing_subword_prefix":"","vocab":{"a":0,"b":1,"ab":2},"merges":[["a","b"]]}}"""u8.ToArray(),
        ];
        foreach (var seed in seeds)
            Read(seed);

        new MutationRun("gguf vocabulary", Read).Require(new Mutation(seeds, Words), Mutation.Count(1500));

        static void Read(byte[] bytes)
        {
            using var folder = new TemporaryFolder();
            File.WriteAllText(folder["config.json"], Configuration);
            File.WriteAllBytes(folder["tokenizer.json"], bytes);
            File.WriteAllBytes(folder["tokenizer_config.json"], bytes);
            var problems = new List<Diagnostic>();
            var vocabulary = VocabularyReader.Read(folder.Path, ModelConfigurationReader.Read(folder.Path, [])!, problems);
            if (vocabulary is null)
                throw new DiagnosticException(problems);
            Vocabulary.Add(vocabulary, new GgufMetadata());
        }
    }
}
