using System.Text.Json.Nodes;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Layouts;
using TaskArithmetic.Recipes;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Layouts;

[TestClass]
[RequiresShared("golden/mergekit-yaml")]
public sealed class CompanionFilesTests
{
    private static readonly string Sft = SharedData.PathOf("golden/mergekit-yaml/models/llama-sft-bf16");
    private static readonly string Chat = SharedData.PathOf("golden/mergekit-yaml/models/llama-chat-bf16");

    [TestMethod]
    public void Files_are_the_targets_byte_for_byte_where_nothing_asks_for_others()
    {
        using var model = Checkpoint.Open(Sft);
        var files = new CompanionFiles(model, null, null, null, savesTemplate: false);
        CollectionAssert.AreEqual(CarriedFiles.Of(Sft).ToArray(), files.Names().ToArray());
        foreach (var name in files.Names())
            CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(Sft, name)), files.Read(name), name);
    }

    [TestMethod]
    public void A_stack_of_layers_is_counted_and_each_keeps_its_kind()
    {
        using var folder = Copy(Sft, config => config["layer_types"] = new JsonArray("full", "sliding", "full", "sliding"));
        using var model = Checkpoint.Open(folder.Path);
        var config = Json(new CompanionFiles(model, null, [0, 1, 1, 2, 3, 3], null, savesTemplate: false), "config.json");
        Assert.AreEqual(6, config["num_hidden_layers"]!.GetValue<int>());
        CollectionAssert.AreEqual(new[] { "full", "sliding", "sliding", "full", "sliding", "sliding" }, config["layer_types"]!.AsArray().Select(t => t!.GetValue<string>()).ToArray());
    }

    [TestMethod]
    public void Special_tokens_follow_their_texts_into_another_vocabulary()
    {
        using var folder = Copy(Sft, config => config["eos_token_id"] = new JsonArray(2, 45));
        using var model = Checkpoint.Open(folder.Path);
        using var chat = Checkpoint.Open(Chat);
        var vocabulary = Vocabulary(new RecipeTokenizer(Chat), [new(folder.Path, model), new(Chat, chat)]);
        var files = new CompanionFiles(model, vocabulary, null, null, savesTemplate: true);
        var config = Json(files, "config.json");
        Assert.AreEqual(64, config["vocab_size"]!.GetValue<int>());
        // 'the' is token 45 of one vocabulary and 58 of the other.
        CollectionAssert.AreEqual(new[] { 2, 58 }, config["eos_token_id"]!.AsArray().Select(t => t!.GetValue<int>()).ToArray());
        CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(Chat, "tokenizer.json")), files.Read("tokenizer.json"));
        StringAssert.Contains(System.Text.Encoding.UTF8.GetString(files.Read("chat_template.jinja")), "<|im_start|>");
    }

    [TestMethod]
    public void A_union_appends_what_is_missing_by_model_and_id_with_the_flags_of_added_tokens()
    {
        using var model = Checkpoint.Open(Sft);
        using var chat = Checkpoint.Open(Chat);
        var vocabulary = Vocabulary(new RecipeTokenizer("union") { Tokens = new Dictionary<string, TokenSource> { ["brandnew"] = new() { Zero = true } }, PadToMultipleOf = 16 }, [new(Sft, model), new(Chat, chat)]);
        Assert.AreEqual(80, vocabulary.Rows);
        var added = Json(new CompanionFiles(model, vocabulary, null, null, savesTemplate: true), "tokenizer.json")["added_tokens"]!.AsArray();
        CollectionAssert.AreEqual(
            new[] { "<unk>", "<s>", "</s>", "as", "re", "es", "he", "we", "of", "ha", "ll", "<|im_start|>", "<|im_end|>", "<tool>", "brandnew" },
            added.Select(t => t!["content"]!.GetValue<string>()).ToArray());
        CollectionAssert.AreEqual(Enumerable.Range(62, 12).ToArray(), added.Skip(3).Select(t => t!["id"]!.GetValue<int>()).ToArray());
        Assert.IsTrue(added[11]!["special"]!.GetValue<bool>());
        Assert.IsFalse(added[13]!["special"]!.GetValue<bool>());
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["tokenizer.json"], new CompanionFiles(model, vocabulary, null, null, savesTemplate: true).Read("tokenizer.json"));
        CollectionAssert.AreEquivalent(vocabulary.Tokens.ToArray(), TokenizerIdentity.Read(folder.Path)!.Vocabulary.ToArray());
    }

    [TestMethod]
    public void A_template_stands_in_a_file_of_its_own_and_the_configuration_says_nothing_else()
    {
        using var model = Checkpoint.Open(Sft);
        var files = new CompanionFiles(model, null, null, "{{ 'mine' }}", savesTemplate: true);
        Assert.AreEqual("{{ 'mine' }}", System.Text.Encoding.UTF8.GetString(files.Read("chat_template.jinja")));
        Assert.AreEqual("{{ 'mine' }}", Json(files, "tokenizer_config.json")["chat_template"]!.GetValue<string>());
    }

    [TestMethod]
    public void Auto_takes_the_template_that_most_models_have()
    {
        using var sft = Checkpoint.Open(Sft);
        using var chat = Checkpoint.Open(Chat);
        using var code = Checkpoint.Open(SharedData.PathOf("golden/mergekit-yaml/models/llama-code-bf16"));
        using var plain = Checkpoint.Open(SharedData.PathOf("golden/mergekit-yaml/models/llama-base-bf16"));
        var auto = new Recipe { ChatTemplate = "auto" };
        Assert.AreEqual(AnswerFormat.TemplateOf(Sft), ChatTemplateChoice.Of(auto, [plain, chat, sft, code], []));
        Assert.AreEqual(AnswerFormat.TemplateOf(Chat), ChatTemplateChoice.Of(auto, [chat, sft], []));
        var findings = new List<Diagnostic>();
        Assert.IsNull(ChatTemplateChoice.Of(auto, [plain], findings));
        Assert.AreEqual("TA1034", findings.Single().Code);
        Assert.IsNull(ChatTemplateChoice.Of(auto with { ChatTemplate = "chatlm" }, [plain], findings));
        Assert.AreEqual("TA2088", findings[^1].Code);
    }

    [TestMethod]
    public void A_vocabulary_without_a_tokenizer_is_refused()
    {
        using var folder = Copy(Sft, _ => { });
        File.Delete(folder["tokenizer.json"]);
        using var model = Checkpoint.Open(folder.Path);
        using var chat = Checkpoint.Open(Chat);
        var findings = new List<Diagnostic>();
        Assert.IsNull(VocabularyLayout.Of(new RecipeTokenizer("union"), [new(folder.Path, model), new(Chat, chat)], 0, true, findings));
        Assert.AreEqual("TA2093", findings[0].Code);
        findings.Clear();
        Assert.IsNull(VocabularyLayout.Common([new(folder.Path, model), new(Chat, chat)], 0, findings));
        Assert.AreEqual("TA2094", findings[0].Code);
    }

    private static VocabularyLayout Vocabulary(RecipeTokenizer tokenizer, IReadOnlyList<VocabularyModel> models)
    {
        var findings = new List<Diagnostic>();
        var vocabulary = VocabularyLayout.Of(tokenizer, models, 0, true, findings);
        Assert.IsEmpty(findings);
        return vocabulary!;
    }

    private static TemporaryFolder Copy(string model, Action<JsonObject> change)
    {
        var folder = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(model))
            File.Copy(file, folder[Path.GetFileName(file)]);
        var config = JsonNode.Parse(File.ReadAllBytes(folder["config.json"]))!.AsObject();
        change(config);
        File.WriteAllText(folder["config.json"], config.ToJsonString());
        return folder;
    }

    private static JsonObject Json(CompanionFiles files, string name) => JsonNode.Parse(files.Read(name))!.AsObject();
}
