using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Text.Tokenizers;

namespace TaskArithmetic.Gguf.Tests;

/// <summary>llama.cpp makes of texts the tokens that the reference library makes of them.</summary>
[TestClass]
[RequiresShared("golden/tokenizers")]
public sealed class TokenizerTests
{
    private const string GemmaForm = """
        "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
        "pre_tokenizer": {"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": false}
        """;

    private readonly TemporaryFolder folder = new();

    private static IReadOnlyList<string> Strings { get; } = ReadStrings();

    [TestCleanup]
    public void CleanUp() => folder.Dispose();

    [TestMethod]
    [DataRow("qwen3", "qwen3.tokenizer.json.gz", 151936, "qwen2")]
    [DataRow("smollm", "smollm.tokenizer.json.gz", 49152, "llama")]
    [DataRow("llama3_1", "pruned/llama3_1.tokenizer.json", 128256, "llama")]
    public void Golden_strings_become_the_golden_tokens(string golden, string tokenizer, int vocabulary, string modelType)
    {
        using var model = new TokenizerModel(SharedData.PathOf(["golden", "tokenizers", .. tokenizer.Split('/')]), vocabulary, modelType);
        using var llama = new LlamaCpp(Exported.File(folder, model.Path, "bf16"), vocabularyOnly: true);
        using var expected = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("golden", "tokenizers", $"{golden}.json")));
        var differing = new List<string>();
        foreach (var (text, entry) in Strings.Zip(expected.RootElement.GetProperty("cases").EnumerateArray()))
        {
            // Qwen's vocabulary has a piece of that text, which llama.cpp takes for a special token wherever it finds one.
            if (golden == "qwen3" && text.Contains("</s>", StringComparison.Ordinal))
                continue;
            // Decoded, a text is in NFC where the tokenizer brings it there; llama.cpp does not.
            Compare(llama, entry.GetProperty("decoded") is { ValueKind: JsonValueKind.String } normalized ? normalized.GetString()! : text, [.. entry.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())], differing);
        }
        Assert.IsEmpty(differing);
    }

    [TestMethod]
    [RequiresShared("models")]
    [DataRow("stories260K")]
    [DataRow("babyllama105")]
    [DataRow("tiny-reasoner/grpo")]
    public void Golden_strings_become_the_tokens_of_our_tokenizer(string name)
    {
        var model = SharedData.PathOf(["models", .. name.Split('/')]);
        Assert.IsGreaterThan(70, CompareWithOurs(model));
    }

    [TestMethod]
    [RequiresShared("models")]
    [DataRow(GemmaForm)]
    [DataRow(""" "normalizer": null, "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": false} """)]
    [DataRow(""" "normalizer": null, "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never", "split": false} """)]
    [DataRow(""" "normalizer": null, "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "add_prefix_space": true, "prepend_scheme": "first", "split": false} """)]
    public void Every_form_of_SentencePieces_spaces_is_understood(string form)
    {
        using var model = new EditedModel("stories260K");
        foreach (var (key, value) in JsonNode.Parse($"{{{form}}}")!.AsObject())
            model.Tokenizer[key] = value?.DeepClone();
        model.Save();

        // Metaspace puts a space only where there is none, and by "first" none behind special tokens; TA5212 says so.
        var isMeta = form.Contains("always", StringComparison.Ordinal) || form.Contains("first", StringComparison.Ordinal);
        bool IsOtherwise(string text) => isMeta && (text.StartsWith(' ') || text.StartsWith('▁') || text.Contains('<', StringComparison.Ordinal));
        Assert.AreEqual(Strings.Count(text => !IsOtherwise(text)), CompareWithOurs(model.Path, IsOtherwise));
        Assert.AreEqual(isMeta, Findings(model.Path).Contains("TA5212"));
    }

    [TestMethod]
    [RequiresShared("models")]
    public void Runs_of_spaces_as_Gemma_has_them_are_added_tokens_with_mixed_merges()
    {
        using var edited = new EditedModel("stories260K");
        foreach (var (key, value) in JsonNode.Parse($"{{{GemmaForm}}}")!.AsObject())
            edited.Tokenizer[key] = value?.DeepClone();
        var (vocabulary, merges) = (edited.Tokenizer["model"]!["vocab"]!, edited.Tokenizer["model"]!["merges"]!.AsArray());
        foreach (var (length, id) in ((int, int)[])[(2, 512), (3, 513), (4, 514)])
        {
            var content = new string('▁', length);
            vocabulary[content] = id;
            edited.Tokenizer["added_tokens"]!.AsArray().Add(new JsonObject { ["id"] = id, ["content"] = content, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = false });
        }
        foreach (var merge in (string[])["▁ ▁", "▁ ▁▁", "▁ ▁▁▁", "▁▁ ▁", "▁▁ ▁▁", "▁▁▁ ▁"])
            merges.Insert(0, merge);
        edited.Save();
        using var model = new TokenizerModel(edited["tokenizer.json"], 520, "llama");

        Assert.AreEqual(Strings.Count, CompareWithOurs(model.Path));
    }

    [TestMethod]
    [RequiresShared("models")]
    public void A_merge_that_only_llama_cpp_knows_is_warned_of()
    {
        using var model = new EditedModel("stories260K");
        var merges = model.Tokenizer["model"]!["merges"]!.AsArray();
        merges.RemoveAt(merges.Count - 1);
        model.Save();

        Assert.Contains("TA5212", Findings(model.Path));
        using var llama = new LlamaCpp(Exported.File(folder, model.Path, "bf16"), vocabularyOnly: true);
        CollectionAssert.AreNotEqual(HuggingFaceTokenizer.Load(model.Path).Encode("a kite", addSpecialTokens: false), llama.Tokens("a kite"));
    }

    [TestMethod]
    [RequiresShared("models")]
    public void A_vocabulary_that_lacks_one_byte_is_warned_of()
    {
        using var model = new EditedModel("stories260K");
        var vocabulary = model.Tokenizer["model"]!["vocab"]!.AsObject();
        vocabulary.Remove("<0xF3>");
        model.Save();

        Assert.Contains("TA5212", Findings(model.Path));
    }

    [TestMethod]
    [RequiresShared("models")]
    public void Special_tokens_that_take_spaces_along_do_so_as_in_Phi_3()
    {
        using var edited = new EditedModel("stories260K");
        var added = edited.Tokenizer["added_tokens"]!.AsArray();
        added[2]!["rstrip"] = true;
        added.Add(new JsonObject { ["id"] = 512, ["content"] = "<|endoftext|>", ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = true });
        edited.Save();
        using (var model = new TokenizerModel(edited["tokenizer.json"], 513, "llama"))
        {
            Assert.AreEqual(Strings.Count, CompareWithOurs(model.Path, ["once</s> upon </s>\n\n a<s> time", "</s>   ", "<unk> </s>Lily"]));
            Assert.DoesNotContain("TA5212", Findings(model.Path));
        }
        added[2]!["lstrip"] = true;
        edited.Save();
        using (var model = new TokenizerModel(edited["tokenizer.json"], 513, "llama"))
            Assert.Contains("TA5212", Findings(model.Path));
    }

    [TestMethod]
    [RequiresShared("models")]
    public void A_name_by_which_llama_cpp_would_look_for_tokens_of_Phi_3_is_written_otherwise()
    {
        var file = folder["model.gguf"];
        GgufExport.RunAsync(new GgufExportOptions { Model = SharedData.PathOf("models", "stories260K"), Output = file, Name = "my-Phi-3-like" }).GetAwaiter().GetResult();

        using var llama = new LlamaCpp(file);

        Assert.AreEqual("my-phi 3-like", llama.Metadata["general.name"]);
    }

    private IReadOnlyList<string> Findings(string model) =>
        [.. GgufExport.RunAsync(new GgufExportOptions { Model = model, Output = folder["again.gguf"] }).GetAwaiter().GetResult().Findings.Select(f => f.Code)];

    /// <summary>How many strings were compared: all but those with characters for which neither a token nor bytes stand.</summary>
    private int CompareWithOurs(string model, string[] further) => CompareWithOurs(model, null, further) - further.Length;

    private int CompareWithOurs(string model, Func<string, bool>? isOtherwise = null, params string[] further)
    {
        var tokenizer = HuggingFaceTokenizer.Load(model);
        using var llama = new LlamaCpp(Exported.File(folder, model, "bf16"), vocabularyOnly: true);
        var hasBytes = tokenizer.Encode("\u1234", addSpecialTokens: false).All(id => id != 0);
        var (differing, compared) = (new List<string>(), 0);
        foreach (var text in Strings.Concat(further))
        {
            var ids = tokenizer.Encode(text, addSpecialTokens: false);
            if ((!hasBytes && ids.Contains(0)) || isOtherwise?.Invoke(text) == true)
                continue;
            compared++;
            // As above; SentencePiece's tokenizers only decode without the first space.
            Compare(llama, model.Contains("tiny-reasoner", StringComparison.Ordinal) ? tokenizer.Decode(ids, skipSpecialTokens: false) : text, ids, differing);
        }
        Assert.IsEmpty(differing);
        return compared;
    }

    private static void Compare(LlamaCpp llama, string text, int[] expected, List<string> differing)
    {
        var found = llama.Tokens(text);
        if (!expected.SequenceEqual(found))
            differing.Add($"'{text}': {string.Join(' ', found)} instead of {string.Join(' ', expected)}");
    }

    private static List<string> ReadStrings()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("golden", "tokenizers", "strings.json")));
        return [.. document.RootElement.GetProperty("strings").EnumerateArray().Select(s => s.GetProperty("text").GetString()!)];
    }
}
