using TaskArithmetic.Diagnostics;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Text.Tokenizers;

namespace TaskArithmetic.Text.Tests.Tokenizers;

[TestClass]
public sealed class RefusedTokenizerTests
{
    [TestMethod]
    public void A_folder_without_the_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["tokenizer.model"], "");

        var problem = Refusal(folder.Path);

        Assert.AreEqual("TA2300", problem.Code);
        Assert.Contains(folder.Path, problem.Message);
        Assert.Contains("SentencePiece", problem.Message);
    }

    [TestMethod]
    public void A_truncated_file_is_refused_with_its_line()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["tokenizer.json"], "{\n\"version\": \"1.0\",\n\"model\": {");

        var problem = Refusal(folder.Path);

        Assert.AreEqual("TA2302", problem.Code);
        Assert.Contains("line 3", problem.Message);
    }

    [TestMethod]
    public void That_there_is_no_model_is_one_problem() =>
        Assert.Contains("the model of a tokenizer", new TinyTokenizer { Model = "null" }.Problems().Single().Message);

    [TestMethod]
    [DataRow("model", """{"type":"Unigram","vocab":[["a",0.0]],"unk_id":1}""", "TA2303", "$.model.unk_id")]
    [DataRow("model", """{"type":"Unigram","vocab":[["a"]]}""", "TA2303", "$.model.vocab[0]")]
    [DataRow("model", """{"type":"Unigram","vocab":[["a",1e999]]}""", "TA2303", "$.model.vocab[0]")]
    [DataRow("model", """{"type":"WordPiece","vocab":{"a":0}}""", "TA2303", "$.model.continuing_subword_prefix")]
    [DataRow("model", """{"type":"WordPiece","unk_token":"a","continuing_subword_prefix":"##","max_input_chars_per_word":1001,"vocab":{"a":0}}""", "TA2303", "at most 1000")]
    [DataRow("model", """{"type":"WordLevel","vocab":{"a":0}}""", "TA2303", "$.model.unk_token")]
    [DataRow("model", """{"type":"CharLevel","vocab":{"a":0}}""", "TA2304", "'CharLevel'")]
    [DataRow("model", """{"type":"BPE","vocab":{"a":0,"b":0},"merges":[]}""", "TA2303", "an id that no token before it has")]
    [DataRow("model", """{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b"],"continuing_subword_prefix":"####"}""", "TA2307", "'####…'")]
    [DataRow("model", "null", "TA2303", "$.model")]
    [DataRow("model", """{"type":"BPE","merges":[]}""", "TA2303", "$.model.vocab")]
    [DataRow("model", """{"type":"BPE","vocab":{"a":0}}""", "TA2303", "$.model.merges")]
    [DataRow("model", """{"type":"BPE","vocab":{"a":-1},"merges":[]}""", "TA2303", "$.model.vocab.a")]
    [DataRow("model", """{"type":"BPE","vocab":{"\ud800":0},"merges":[]}""", "TA2303", "surrogate")]
    [DataRow("model", """{"type":"BPE","vocab":{"a":"0"},"merges":[]}""", "TA2303", "$.model.vocab.a")]
    [DataRow("model", """{"type":"BPE","vocab":{"a":0},"merges":["a a a"]}""", "TA2303", "$.model.merges[0]")]
    [DataRow("model", """{"type":"BPE","vocab":{"a":0},"merges":[["a"]]}""", "TA2303", "$.model.merges[0]")]
    [DataRow("model", """{"type":"BPE","vocab":{"a":0},"merges":["a a"]}""", "TA2307", "'aa'")]
    [DataRow("model", """{"type":"BPE","vocab":{"a":0,"ab":1},"merges":[["a","b"]]}""", "TA2307", "'b'")]
    [DataRow("model", """{"type":"BPE","vocab":{"a":0},"merges":[],"dropout":0.1}""", "TA2305", "dropout")]
    [DataRow("normalizer", """{"type":"Precompiled","precompiled_charsmap":""}""", "TA2304", "'Precompiled'")]
    [DataRow("normalizer", """{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Precompiled"}]}""", "TA2304", "$.normalizer.normalizers[1]")]
    [DataRow("normalizer", """{"type":"Replace","pattern":{"Regex":"(a)\\1"},"content":""}""", "TA2306", "character 5")]
    [DataRow("normalizer", """{"type":"Replace","pattern":" ","content":""}""", "TA2303", "$.normalizer.pattern")]
    [DataRow("normalizer", """{"type":"Prepend","prepend":"\ud800"}""", "TA2303", "surrogate")]
    [DataRow("normalizer", "[]", "TA2303", "$.normalizer.type")]
    [DataRow("pre_tokenizer", """{"type":"UnicodeScripts"}""", "TA2304", "'UnicodeScripts'")]
    [DataRow("pre_tokenizer", """{"type":"Split","pattern":{"String":" "},"behavior":"isolated","invert":false}""", "TA2303", "$.pre_tokenizer.behavior")]
    [DataRow("pre_tokenizer", """{"type":"Split","pattern":{"String":" "},"behavior":"Isolated"}""", "TA2303", "$.pre_tokenizer.invert")]
    [DataRow("pre_tokenizer", """{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","add_prefix_space":false}""", "TA2303", "add_prefix_space")]
    [DataRow("pre_tokenizer", """{"type":"Metaspace","replacement":"ab","prepend_scheme":"first"}""", "TA2303", "$.pre_tokenizer.replacement")]
    [DataRow("decoder", """{"type":"CTC","pad_token":"","word_delimiter_token":"","cleanup":true}""", "TA2304", "'CTC'")]
    [DataRow("decoder", """{"type":"Strip","content":"a","start":0,"stop":1}""", "TA2304", "'stop'")]
    [DataRow("added_tokens", """[{"id":0,"content":"a","single_word":false,"lstrip":false,"rstrip":true,"normalized":false,"special":false},{"id":1,"content":" ","single_word":false,"lstrip":true,"rstrip":false,"normalized":false,"special":true}]""", "TA2305", "lstrip of the token ' '")]
    [DataRow("post_processor", """{"type":"Other"}""", "TA2304", "'Other'")]
    [DataRow("post_processor", """{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],"special_tokens":{}}""", "TA2308", "'<s>'")]
    [DataRow("post_processor", """{"type":"TemplateProcessing","single":[{"Sequence":{"id":"B","type_id":0}}],"pair":[],"special_tokens":{}}""", "TA2303", "\"A\"")]
    [DataRow("added_tokens", """[{"id":0,"content":"x"}]""", "TA2303", "$.added_tokens[0].single_word")]
    public void A_part_that_cannot_be_followed_is_refused_by_name(string part, string json, string code, string named)
    {
        var problems = With(part, json).Problems();

        Assert.AreEqual(code, problems[0].Code);
        Assert.Contains(named, problems[0].Message);
        Assert.Contains("tokenizer.json", problems[0].Message);
    }

    [TestMethod]
    public void All_problems_are_reported_at_once()
    {
        var problems = new TinyTokenizer
        {
            Normalizer = """{"type":"Other"}""",
            PreTokenizer = """{"type":"UnicodeScripts"}""",
            Decoder = """{"type":"CTC"}""",
            Model = TinyTokenizer.Bpe("""{"a":0}""", """["a b","a c","a d","a e","a f","a g","a h"]"""),
        }.Problems();

        Assert.AreSequenceEqual(
            ["TA2304", "TA2304", "TA2307", "TA2307", "TA2307", "TA2307", "TA2307", "TA2307", "TA2304"],
            problems.Select(problem => problem.Code));
        Assert.Contains("2 further merges", problems[7].Message);
    }

    [TestMethod]
    public void A_damaged_configuration_is_refused_with_its_name()
    {
        var problems = new TinyTokenizer().Problems(("tokenizer_config.json", """{"bos_token":7,"add_bos_token":"yes","model_max_length":-1}"""));

        Assert.AreSequenceEqual(["TA2303", "TA2303", "TA2303"], problems.Select(problem => problem.Code));
        Assert.Contains("tokenizer_config.json: $.bos_token", problems[0].Message);
    }

    private static TinyTokenizer With(string part, string json) => part switch
    {
        "normalizer" => new() { Normalizer = json },
        "pre_tokenizer" => new() { PreTokenizer = json },
        "post_processor" => new() { PostProcessor = json },
        "decoder" => new() { Decoder = json },
        "added_tokens" => new() { AddedTokens = json },
        _ => new() { Model = json },
    };

    private static Diagnostic Refusal(string path) =>
        Assert.ThrowsExactly<DiagnosticException>(() => HuggingFaceTokenizer.Load(path)).Diagnostics.Single();
}
