namespace TaskArithmetic.Text.Tests.Tokenizers;

/// <summary>The expected ids are those of the Rust library tokenizers 0.22.2.</summary>
[TestClass]
public sealed class AddedTokenTests
{
    private const string Vocabulary = """{" ":0,"a":1,"b":2,"<":3,">":4,"x":5,"A":6}""";

    [TestMethod]
    [DataRow("", "a <x> b", "1 0 7 0 2", DisplayName = "cut out of the text")]
    [DataRow("lstrip", "a <x> b", "1 7 0 2", DisplayName = "with the space before it")]
    [DataRow("rstrip", "a <x>  b", "1 0 7 2", DisplayName = "with the spaces after it")]
    [DataRow("lstrip rstrip", " <x> <x>b", "7 7 2", DisplayName = "with the spaces around it, once")]
    [DataRow("single_word", "a<x> <x> <x>b", "1 3 5 4 0 7 0 3 5 4 2", DisplayName = "only between words")]
    [DataRow("single_word", "<x>", "7", DisplayName = "alone")]
    public void Flags_decide_where_a_token_is_found(string flags, string text, string expected)
    {
        var tokenizer = new TinyTokenizer
        {
            Model = TinyTokenizer.Bpe(Vocabulary, "[]"),
            AddedTokens = $"[{TinyTokenizer.Added(7, "<x>", flags)}]",
        }.Load();

        Assert.AreEqual(expected, string.Join(' ', tokenizer.Encode(text, true)));
    }

    [TestMethod]
    public void The_leftmost_and_then_the_longest_token_wins()
    {
        var tokenizer = new TinyTokenizer
        {
            Model = TinyTokenizer.Bpe(Vocabulary, "[]"),
            AddedTokens = $"[{TinyTokenizer.Added(7, "<x")},{TinyTokenizer.Added(8, "<x>")},{TinyTokenizer.Added(9, "x>b")}]",
        }.Load();

        Assert.AreSequenceEqual([8, 2, 7, 1, 9], tokenizer.Encode("<x>b<xax>b", true));
    }

    [TestMethod]
    public void A_normalized_token_is_found_in_the_normalized_text_only()
    {
        var tokenizer = new TinyTokenizer
        {
            Normalizer = """{"type":"Lowercase"}""",
            Model = TinyTokenizer.Bpe(Vocabulary, "[]"),
            AddedTokens = $"[{TinyTokenizer.Added(7, "AB", "normalized")},{TinyTokenizer.Added(8, "XX")}]",
        }.Load();

        Assert.AreSequenceEqual([7, 7, 8, 5, 5], tokenizer.Encode("abABXXxx", true));
    }

    [TestMethod]
    public void A_token_takes_the_id_of_the_vocabulary_or_the_next_free_one()
    {
        var tokenizer = new TinyTokenizer
        {
            Model = TinyTokenizer.Bpe(Vocabulary, "[]"),
            AddedTokens = $"[{TinyTokenizer.Added(900, "a", "special")},{TinyTokenizer.Added(901, "new")},{TinyTokenizer.Added(902, "newer")}]",
        }.Load();

        Assert.AreEqual(1, tokenizer.TokenToId("a"));
        Assert.AreEqual(7, tokenizer.TokenToId("new"));
        Assert.AreEqual(8, tokenizer.TokenToId("newer"));
        Assert.AreEqual("newer", tokenizer.IdToToken(8));
        Assert.IsNull(tokenizer.IdToToken(900));
        Assert.AreEqual(9, tokenizer.VocabularySize);
        Assert.IsTrue(tokenizer.IsSpecial(1));
        Assert.IsFalse(tokenizer.IsSpecial(7));
    }

    [TestMethod]
    public void Templates_put_special_tokens_around_the_text_on_request()
    {
        var tokenizer = new TinyTokenizer
        {
            Model = TinyTokenizer.Bpe(Vocabulary, "[]"),
            PostProcessor = """
                {"type":"Sequence","processors":[
                  {"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true},
                  {"type":"BertProcessing","sep":["x",5],"cls":["A",6]},
                  {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"S","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],
                   "special_tokens":{"S":{"id":"S","ids":[3,4],"tokens":["<",">"]}}}]}
                """,
        }.Load();

        Assert.AreSequenceEqual([3, 4, 6, 1, 5], tokenizer.Encode("a", addSpecialTokens: true));
        Assert.AreSequenceEqual([1], tokenizer.Encode("a", addSpecialTokens: false));
    }
}
