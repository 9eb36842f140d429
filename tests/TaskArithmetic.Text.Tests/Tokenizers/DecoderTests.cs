namespace TaskArithmetic.Text.Tests.Tokenizers;

[TestClass]
public sealed class DecoderTests
{
    private const string Vocabulary = """{"▁▁a":0,"▁aac":1,"aaa":2,"##b":3," .":4,"b</w>":5,"<0xC3>":6,"<0xA9>":7,"Ġx":8,"Ã":9,"©":10,"日":11,"a b":12}""";

    [TestMethod]
    [DataRow("null", "0 2", "▁▁a aaa", DisplayName = "no decoder: spaces between")]
    [DataRow("""{"type":"Fuse"}""", "0 2", "▁▁aaaa", DisplayName = "Fuse")]
    [DataRow("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""", "0 1", "a aac", DisplayName = "Metaspace")]
    [DataRow("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"never","split":true}""", "0 1", "  a aac", DisplayName = "Metaspace, never prepended")]
    [DataRow("""{"type":"Replace","pattern":{"String":"a"},"content":"$1"}""", "0 1", "▁▁$1▁$1$1c", DisplayName = "Replace takes its content literally")]
    [DataRow("""{"type":"Replace","pattern":{"Regex":"a+"},"content":"o"}""", "0 1", "▁▁o▁oc", DisplayName = "Replace by expression")]
    [DataRow("""{"type":"Strip","content":"a","start":2,"stop":0}""", "0 1 2", "▁▁a▁aaca", DisplayName = "Strip")]
    [DataRow("""{"type":"WordPiece","prefix":"##","cleanup":true}""", "2 3 4", "aaab .", DisplayName = "WordPiece")]
    [DataRow("""{"type":"BPEDecoder","suffix":"</w>"}""", "5 2 5", "b aaab", DisplayName = "BPEDecoder")]
    [DataRow("""{"type":"ByteFallback"}""", "6 7 2 6 2 7 6", "éaaa\uFFFDaaa\uFFFD\uFFFD", DisplayName = "ByteFallback")]
    [DataRow("""{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}""", "8 9 10 9 11 12", " xé\uFFFD日a b", DisplayName = "ByteLevel")]
    [DataRow("""{"type":"Sequence","decoders":[{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":"é","start":1,"stop":0}]}""", "6 7 2", "aaa", DisplayName = "Sequence")]
    public void Each_kind_gives_the_text_of_its_rule(string decoder, string ids, string expected)
    {
        var tokenizer = new TinyTokenizer { Decoder = decoder, Model = TinyTokenizer.Bpe(Vocabulary, "[]") }.Load();

        Assert.AreEqual(expected, tokenizer.Decode([.. ids.Split(' ').Select(int.Parse)], skipSpecialTokens: false));
    }

    [TestMethod]
    public void Ids_without_a_token_are_left_out_and_special_ones_on_request()
    {
        var tokenizer = new TinyTokenizer
        {
            Decoder = """{"type":"Fuse"}""",
            Model = TinyTokenizer.Bpe(Vocabulary, "[]"),
            AddedTokens = $"[{TinyTokenizer.Added(13, "<end>", "special")}]",
        }.Load();

        Assert.AreEqual("aaa<end>", tokenizer.Decode([2, 99, -1, 13], skipSpecialTokens: false));
        Assert.AreEqual("aaa", tokenizer.Decode([2, 99, -1, 13], skipSpecialTokens: true));
    }
}
