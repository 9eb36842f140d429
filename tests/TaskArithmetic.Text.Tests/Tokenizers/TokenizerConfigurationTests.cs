using TaskArithmetic.TestSupport;
using TaskArithmetic.Text.Tokenizers;

namespace TaskArithmetic.Text.Tests.Tokenizers;

[TestClass]
public sealed class TokenizerConfigurationTests
{
    [TestMethod]
    public void Roles_are_read_as_text_or_as_added_tokens_with_their_ids()
    {
        var configuration = new TinyTokenizer().Load(
            ("tokenizer_config.json", """{"bos_token":"a","eos_token":{"__type":"AddedToken","content":"abc","lstrip":false},"unk_token":null,"add_bos_token":true,"model_max_length":512,"tokenizer_class":"LlamaTokenizer","clean_up_tokenization_spaces":false}"""),
            ("special_tokens_map.json", """{"bos_token":"b","pad_token":{"content":"<pad>"},"unk_token":"<unk>"}""")).Configuration;

        Assert.AreEqual(new SpecialToken("a", 0), configuration.BosToken);
        Assert.AreEqual(new SpecialToken("abc", 4), configuration.EosToken);
        Assert.AreEqual(new SpecialToken("<pad>", null), configuration.PadToken);
        Assert.IsNull(configuration.UnkToken);
        Assert.IsTrue(configuration.AddBosToken);
        Assert.IsNull(configuration.AddEosToken);
        Assert.IsFalse(configuration.CleanUpTokenizationSpaces);
        Assert.AreEqual(512, configuration.ModelMaxLength);
        Assert.AreEqual("LlamaTokenizer", configuration.TokenizerClass);
        Assert.IsNull(configuration.ChatTemplate);
    }

    [TestMethod]
    public void A_length_without_limit_is_none()
    {
        var configuration = new TinyTokenizer().Load(("tokenizer_config.json", """{"model_max_length":1000000000000000019884624838656}""")).Configuration;

        Assert.IsNull(configuration.ModelMaxLength);
    }

    [TestMethod]
    public void Without_files_beside_it_nothing_is_configured()
    {
        var configuration = new TinyTokenizer().Load().Configuration;

        Assert.IsNull(configuration.EosToken);
        Assert.IsEmpty(configuration.ChatTemplates);
    }

    [TestMethod]
    public void Template_files_win_over_the_configuration()
    {
        const string named = """{"chat_template":[{"name":"default","template":"one"},{"name":"rag","template":"two"}]}""";

        var fromList = new TinyTokenizer().Load(("tokenizer_config.json", named)).Configuration;
        var fromText = new TinyTokenizer().Load(("tokenizer_config.json", """{"chat_template":"three"}""")).Configuration;
        var fromFile = new TinyTokenizer().Load(
            ("tokenizer_config.json", named), ("chat_template.jinja", "four"), ("additional_chat_templates/tool_use.jinja", "five")).Configuration;

        Assert.AreEqual("one", fromList.ChatTemplate);
        Assert.AreEqual("two", fromList.ChatTemplates["rag"]);
        Assert.AreEqual("three", fromText.ChatTemplate);
        Assert.AreEqual("four", fromFile.ChatTemplate);
        Assert.AreEqual("two", fromFile.ChatTemplates["rag"]);
        Assert.AreEqual("five", fromFile.ChatTemplates["tool_use"]);
    }

    [TestMethod]
    [RequiresShared("models/tiny-reasoner/target")]
    public void A_real_model_folder_is_read_whole()
    {
        var tokenizer = HuggingFaceTokenizer.Load(SharedData.PathOf("models", "tiny-reasoner", "target"));

        Assert.AreEqual(tokenizer.TokenToId("<|im_end|>"), tokenizer.Configuration.EosToken?.Id);
        Assert.Contains("<|im_start|>", tokenizer.Configuration.ChatTemplate!);
        Assert.AreEqual(509, tokenizer.VocabularySize);
    }

    [TestMethod]
    public void The_identity_follows_what_gives_ids_their_meaning()
    {
        var plain = new TinyTokenizer();
        string[] others =
        [
            (plain with { Model = plain.Model.Replace("\"c\":2", "\"d\":2", StringComparison.Ordinal).Replace("""["ab","c"]""", """["ab","d"]""", StringComparison.Ordinal).Replace("abc", "abd", StringComparison.Ordinal) }).Load().Identity,
            (plain with { Model = plain.Model.Replace("""["a b",["ab","c"]]""", """["a b"]""", StringComparison.Ordinal) }).Load().Identity,
            (plain with { AddedTokens = $"[{TinyTokenizer.Added(6, "x")}]" }).Load().Identity,
            (plain with { AddedTokens = $"[{TinyTokenizer.Added(6, "x", "special")}]" }).Load().Identity,
        ];

        Assert.AreEqual(plain.Load().Identity, (plain with { Normalizer = """{"type":"NFC"}""" }).Load().Identity);
        Assert.HasCount(5, others.Append(plain.Load().Identity).Distinct());
        Assert.MatchesRegex("^[0-9a-f]{64}$", plain.Load().Identity);
    }
}
