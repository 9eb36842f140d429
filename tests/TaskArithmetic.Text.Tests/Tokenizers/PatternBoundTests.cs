using System.Text.Json;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Text.Tokenizers;
using TaskArithmetic.Text.Tokenizers.Patterns;

namespace TaskArithmetic.Text.Tests.Tokenizers;

/// <summary>What regular expressions a tokenizer file may have, and on texts of which length.</summary>
[TestClass]
public sealed class PatternBoundTests
{
    [TestMethod]
    [DataRow(@"\p{L}+", "a\U0001D53E\U00020000b1", "a\U0001D53E\U00020000b|1", DisplayName = "astral letters are letters")]
    [DataRow(@"[^\s\p{L}]+", "1\U0001F600\U0010FFFF \U00010400", "1\U0001F600\U0010FFFF| \U00010400", DisplayName = "negated sets take astral characters whole")]
    [DataRow(@"(?i:'s|'t)", "it'\u017F I'T", "it|'\u017F| I|'T", DisplayName = "case folding reaches the long s")]
    [DataRow(@"a{2}?", "aaaaa", "aa|aa|a", DisplayName = "{n}? is an optional {n}")]
    [DataRow(@"a*", "baaab", "b|aaa|b", DisplayName = "empty matches cut nothing off")]
    [DataRow(@"^a|b$", "ab\nab\n", "a|b|\n|a|b|\n", DisplayName = "anchors hold at every line")]
    [DataRow(@"x(?i)a|b", "xA B xB b", "xA| B |xB| b", DisplayName = "options without a body reach over alternatives")]
    [DataRow(@"\p{N}{1,3}+", "12345\u00B2\u2167", "12345\u00B2\u2167", DisplayName = "{n,m}+ repeats")]
    [DataRow(@"[\p{L}&&[^\p{Han}]]+|\p{Han}+", "abc漢字d", "abc|漢字|d", DisplayName = "sets intersect")]
    [DataRow(@"\b\w+\b", "one, two\u00B2", "one|, |two\u00B2", DisplayName = "superscripts are word characters")]
    [DataRow(@"\R", "a\r\nb\nc\u2028", "a|\r\n|b|\n|c|\u2028", DisplayName = "any line end")]
    [DataRow(@"\h+", "xAf09g", "x|Af09|g", DisplayName = "hexadecimal digits")]
    [DataRow(@"[a\-z]+|[]x]", "a-z]xb", "a-z|]|x|b", DisplayName = "hyphens and brackets in brackets")]
    [DataRow(@"\d{,2}", "12345", "12|34|5", DisplayName = "an interval without a lower bound")]
    [DataRow(@"(?<!\d)\d{1,2}(?=(?:\d{2})*(?!\d))", "12345 678", "1|2345 |6|78", DisplayName = "lookaround")]
    [DataRow("[[:punct:]]", "a+b.c", "a|+|b|.|c", DisplayName = "POSIX punctuation holds symbols")]
    [DataRow(".", "a\nb", "a|\n|b", DisplayName = "the dot")]
    public void A_pattern_cuts_as_Oniguruma_does(string pattern, string text, string expected) =>
        Assert.AreEqual(expected, TinyTokenizer.Cut(Split(pattern), text, expected));

    [TestMethod]
    [DataRow("(a", "TA2306", "a group is not closed")]
    [DataRow("a)", "TA2306", "a closing parenthesis")]
    [DataRow("[a", "TA2306", "not closed")]
    [DataRow("*a", "TA2306", "nothing to repeat")]
    [DataRow(@"(a)\1", "TA2306", @"\1")]
    [DataRow(@"\X", "TA2306", @"\X")]
    [DataRow("(?~a)", "TA2306", "kind of group")]
    [DataRow("(?x) a", "TA2306", "kind of group")]
    [DataRow(@"\p{Klingon}", "TA2313", "invalid character property name {Klingon}")]
    [DataRow("[z-a]", "TA2313", "empty range")]
    public void What_cannot_be_followed_is_refused_with_the_reason(string pattern, string code, string reason)
    {
        var problem = new TinyTokenizer { PreTokenizer = Split(pattern) }.Problems().Single();

        Assert.AreEqual(code, problem.Code);
        Assert.Contains(reason, problem.Message);
    }

    [TestMethod]
    public void A_long_run_of_spaces_is_cut_in_linear_time()
    {
        var tokenizer = new TinyTokenizer
        {
            PreTokenizer = Split(@"\s*[\r\n]+|\s+(?!\S)|\s+"),
            Model = TinyTokenizer.Bpe("""{" ":0,"x":1}""", "[]"),
        }.Load();

        Assert.HasCount(1_000_001, tokenizer.Encode(new string(' ', 1_000_000) + "x", addSpecialTokens: false));
    }

    /// <summary>The patterns of families in use, from their tokenizer files, hold long documents.</summary>
    [TestMethod]
    [DataRow(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", DisplayName = "GPT-2")]
    [DataRow(@"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+", DisplayName = "Llama 3, Qwen")]
    [DataRow(@"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+", DisplayName = "o200k, Phi-4")]
    [DataRow(@"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+", DisplayName = "DeepSeek-V3")]
    public void The_patterns_in_use_hold_for_long_texts(string pattern) =>
        Assert.IsGreaterThan(500_000, PatternBound.LongestText(pattern, TextBound.Most));

    [TestMethod]
    public void A_text_too_long_for_a_pattern_is_refused_before_the_library_sees_it()
    {
        var tokenizer = new TinyTokenizer { PreTokenizer = Split(@"a*(?:bc|bd|be|bf)?x") }.Load();

        Assert.HasCount(100_000, tokenizer.Encode(new string('a', 100_000), false));
        var problem = Assert.ThrowsExactly<DiagnosticException>(() => tokenizer.Encode(new string('a', 3_000_000), false)).Diagnostics.Single();

        Assert.AreEqual("TA2310", problem.Code);
        Assert.Contains("3000000 characters", problem.Message);
    }

    private static string Split(string pattern) =>
        JsonSerializer.Serialize(new { type = "Split", pattern = new { Regex = pattern }, behavior = "Isolated", invert = false });
}
