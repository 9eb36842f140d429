using CsCheck;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Text.Tests.Tokenizers;

[TestClass]
public sealed class RoundTripTests
{
    [TestMethod]
    public void A_byte_level_tokenizer_gives_any_text_back()
    {
        var tokenizer = TinyTokenizer.Bytes.Load();

        UnicodeTexts.Any.Sample(text => tokenizer.Decode(tokenizer.Encode(text, true), false) == text);
    }

    [TestMethod]
    [RequiresShared("models/tiny-reasoner/target")]
    public void A_trained_tokenizer_with_NFC_gives_the_composed_text_back()
    {
        var tokenizer = GoldenTokenizer.Load("models", "tiny-reasoner", "target");
        var composing = (TinyTokenizer.Bytes with { Normalizer = """{"type":"NFC"}""" }).Load();

        UnicodeTexts.Any.Sample(text => tokenizer.Decode(tokenizer.Encode(text, true), false) == composing.Decode(composing.Encode(text, true), false));
    }

    [TestMethod]
    public void Half_a_surrogate_pair_counts_as_the_replacement_character()
    {
        var tokenizer = TinyTokenizer.Bytes.Load();

        Assert.AreEqual("a\uFFFDb\U0001F600", tokenizer.Decode(tokenizer.Encode("a\uD83Db\U0001F600", true), false));
    }

    [TestMethod]
    [DataRow("""{"type":"Sequence","normalizers":[{"type":"Strip","strip_left":true,"strip_right":true},{"type":"Lowercase"},{"type":"Prepend","prepend":">"}]}""", " A\u0130 ", ">ai\u0307")]
    [DataRow("""{"type":"Replace","pattern":{"Regex":"\\s+"},"content":"_"}""", "a \n b", "a_b")]
    [DataRow("""{"type":"Replace","pattern":{"String":" "},"content":"_"}""", "a  b", "a__b")]
    [DataRow("""{"type":"NFKC"}""", "ﬁ①", "fi1")]
    [DataRow("""{"type":"NFKD"}""", "é", "e\u0301")]
    [DataRow("""{"type":"Prepend","prepend":">"}""", "", "")]
    public void Normalizers_rewrite_the_text_before_it_is_encoded(string normalizer, string text, string expected)
    {
        var tokenizer = (TinyTokenizer.Bytes with { Normalizer = normalizer }).Load();

        Assert.AreEqual(expected, tokenizer.Decode(tokenizer.Encode(text, true), false));
    }
}
