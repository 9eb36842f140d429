using TaskArithmetic.Text.Tokenizers.Patterns;
using TaskArithmetic.Text.Tokenizers.PreTokenizers;

namespace TaskArithmetic.Text.Tests.Tokenizers;

/// <summary>The expected cuts are those of the Rust library tokenizers 0.22.2 with Oniguruma.</summary>
[TestClass]
public sealed class OnigurumaPatternTests
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
    public void A_pattern_cuts_as_Oniguruma_does(string pattern, string text, string expected)
    {
        var split = new SplitPreTokenizer(new OnigurumaPattern(pattern), SplitBehavior.Isolated);

        var cut = split.PreTokenize(new(text, [new TextSegment(0, text.Length, true)]));

        Assert.AreEqual(expected, string.Join('|', cut.Segments.Select(segment => cut[segment].ToString())));
    }

    [TestMethod]
    [DataRow("(a", "a group is not closed")]
    [DataRow("a)", "a closing parenthesis")]
    [DataRow("[a", "not closed")]
    [DataRow("*a", "nothing to repeat")]
    [DataRow(@"(a)\1", @"\1")]
    [DataRow(@"\X", @"\X")]
    [DataRow(@"\p{Klingon}", "Klingon")]
    [DataRow("[[:alpha:]]", "alpha")]
    [DataRow("[z-a]", "ends before it begins")]
    [DataRow("(?~a)", "kind of group")]
    [DataRow("(?x) a", "kind of group")]
    public void What_cannot_be_followed_is_refused_with_the_reason(string pattern, string reason)
    {
        var problem = Assert.ThrowsExactly<PatternException>(() => new OnigurumaPattern(pattern));

        Assert.Contains(reason, problem.Message);
    }

    [TestMethod]
    public void A_long_run_of_spaces_is_cut_in_linear_time()
    {
        var pattern = new OnigurumaPattern(@"\s*[\r\n]+|\s+(?!\S)|\s+");
        var text = new string(' ', 2_000_000) + "x";
        var spans = new List<PatternSpan>();

        pattern.Cut(text, spans);

        Assert.AreSequenceEqual([new(0, 1_999_999, true), new(1_999_999, 1, true), new(2_000_000, 1, false)], spans);
    }
}
