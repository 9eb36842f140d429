using CsCheck;

namespace TaskArithmetic.Text.Tests.Tokenizers;

[TestClass]
public sealed class UnicodeNormalizerTests
{
    [TestMethod]
    [DataRow("e\u0301", "\u00E9", "e\u0301", "\u00E9", "e\u0301", DisplayName = "a letter and its accent")]
    [DataRow("\u1E69", "\u1E69", "s\u0323\u0307", "\u1E69", "s\u0323\u0307", DisplayName = "two accents")]
    [DataRow("s\u0307\u0323", "\u1E69", "s\u0323\u0307", "\u1E69", "s\u0323\u0307", DisplayName = "accents in the other order")]
    [DataRow("\u0323\u0307s", "\u0323\u0307s", "\u0323\u0307s", "\u0323\u0307s", "\u0323\u0307s", DisplayName = "accents without a letter")]
    [DataRow("\uAC01", "\uAC01", "\u1100\u1161\u11A8", "\uAC01", "\u1100\u1161\u11A8", DisplayName = "a Hangul syllable")]
    [DataRow("\uAC00\u11A8", "\uAC01", "\u1100\u1161\u11A8", "\uAC01", "\u1100\u1161\u11A8", DisplayName = "a Hangul syllable in parts")]
    [DataRow("\uFB01", "\uFB01", "\uFB01", "fi", "fi", DisplayName = "a ligature")]
    [DataRow("\u2126", "\u03A9", "\u03A9", "\u03A9", "\u03A9", DisplayName = "a singleton")]
    [DataRow("\u0958", "\u0915\u093C", "\u0915\u093C", "\u0915\u093C", "\u0915\u093C", DisplayName = "an excluded composite")]
    [DataRow("\u3392\u00BD", "\u3392\u00BD", "\u3392\u00BD", "MHz1\u20442", "MHz1\u20442", DisplayName = "compatibility characters")]
    public void Each_form_gives_the_text_of_the_standard(string text, string nfc, string nfd, string nfkc, string nfkd)
    {
        Assert.AreEqual(nfc, Normalizer("NFC")(text));
        Assert.AreEqual(nfd, Normalizer("NFD")(text));
        Assert.AreEqual(nfkc, Normalizer("NFKC")(text));
        Assert.AreEqual(nfkd, Normalizer("NFKD")(text));
    }

    [TestMethod]
    public void Forms_are_stable_and_agree_with_each_other()
    {
        Func<string, string> nfc = Normalizer("NFC"), nfd = Normalizer("NFD"), nfkc = Normalizer("NFKC"), nfkd = Normalizer("NFKD");

        UnicodeTexts.Any.Sample(text =>
        {
            var composed = nfc(text);
            var decomposed = nfd(text);
            return nfc(composed) == composed
                && nfd(decomposed) == decomposed
                && nfc(decomposed) == composed
                && nfd(composed) == decomposed
                && nfkc(composed) == nfkc(nfkd(text));
        });
    }

    private static Func<string, string> Normalizer(string form)
    {
        var tokenizer = (TinyTokenizer.Bytes with { Normalizer = $$"""{"type":"{{form}}"}""" }).Load();
        return text => tokenizer.Decode(tokenizer.Encode(text, false), false);
    }
}
