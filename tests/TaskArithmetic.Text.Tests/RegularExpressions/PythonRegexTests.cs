using TaskArithmetic.Text.RegularExpressions;

namespace TaskArithmetic.Text.Tests.RegularExpressions;

[TestClass]
public sealed class PythonRegexTests
{
    [TestMethod]
    [DataRow(@"\d+", "a1b22", "1|22")]
    [DataRow(@"(\d)(x)?", "1x2", "1,x|2,")]
    [DataRow(@"(?P<n>\d)(a)", "1a", "1,a")]
    [DataRow(@"(a)(?P<n>\d)", "a1", "a,1")]
    [DataRow(@"(?P<q>['""]).*?(?P=q)", "'a' \"b\"", "'|\"")]
    [DataRow(@"x*", "axx", "|xx|")]
    [DataRow(@"a{,2}b", "aaab", "aab")]
    [DataRow(@"[[a-c-]+", "x[a-b]", "[a-b")]
    [DataRow(@"[]x]+", "a]x", "]x")]
    [DataRow(@"\bcafé\b", "un café!", "café")]
    [DataRow(@"(a)|(b)", "ab", "a,|,b")]
    [DataRow(@"(x)?(?(1)y|z)", "xyz", "x|")]
    [DataRow(@"(?i)yes", "YES", "YES")]
    [DataRow(@"end\Z", "end\n", "")]
    [DataRow(@"end$", "end\n", "end")]
    [DataRow(@"\U0001F642", "a🙂", "🙂")]
    [DataRow(@"(\w)\1", "aab", "a")]
    [DataRow(@"(?#note)a", "a", "a")]
    public void Find_all_gives_what_python_gives(string pattern, string text, string expected)
    {
        var found = new PythonRegex(pattern).FindAll(text);
        Assert.AreEqual(expected, string.Join('|', found.Select(m => string.Join(',', m))));
    }

    [TestMethod]
    [DataRow("\u0301", 0, "a combining mark is no word character")]
    [DataRow("²", 1, "a superscript digit is one")]
    [DataRow("‿", 0, "of the connectors only the underscore is one")]
    [DataRow("_", 1, "the underscore is one")]
    public void Word_characters_are_those_of_isalnum(string text, int count, string why) =>
        Assert.HasCount(count, new PythonRegex(@"\w").FindAll(text), why);

    [TestMethod]
    public void The_separators_of_information_are_white_space() =>
        Assert.HasCount(4, new PythonRegex(@"\s").FindAll("\x1c\x1d\x1e\x1f"));

    [TestMethod]
    public void Escape_keeps_a_text_literal()
    {
        const string text = "a.b*(c) [d] #1 x-y";
        Assert.AreEqual(text, new PythonRegex(PythonRegex.Escape(text)).FindAll("<" + text + ">").Single()[0]);
    }

    [TestMethod]
    public void Replace_reads_pythons_group_references() =>
        Assert.AreEqual("$b-a c", new PythonRegex("(a)(b)").Replace("ab c", @"$\2-\g<1>", -1));

    [TestMethod]
    [DataRow("(")]
    [DataRow("[a")]
    [DataRow("(?a)x")]
    [DataRow("(?P=n)")]
    [DataRow("a\\")]
    public void A_pattern_that_cannot_be_used_is_refused(string pattern) => Assert.Throws<ArgumentException>(() => new PythonRegex(pattern));
}
