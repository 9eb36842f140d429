using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TaskArithmetic.Text.Tests.Jinja;

[TestClass]
public sealed class ExpressionTests
{
    private const string Variables = """
        {"s": "Hello, World", "u": "Zü 👋x", "l": [3, 1, 2], "d": {"a": 1, "items": 5}, "n": null, "t": true, "f": 2.5,
         "big": 123456789012345678901234567890, "nest": [[1, [2]], {"x": {"y": 7}}]}
        """;

    [TestMethod]
    [DataRow("n", "None")]
    [DataRow("t", "True")]
    [DataRow("[1, 'a', none, 2.0, (1,), {'k': \"it's\"}]", "[1, 'a', None, 2.0, (1,), {'k': \"it's\"}]")]
    [DataRow("['\\u200b\\n\\x7f👋\"\\'']", "['\\u200b\\n\\x7f👋\"\\'']")]
    [DataRow("1e16", "1e+16")]
    [DataRow("1e15", "1000000000000000.0")]
    [DataRow("0.00001", "1e-05")]
    [DataRow("0.1 + 0.2", "0.30000000000000004")]
    [DataRow("-0.0", "-0.0")]
    [DataRow("range(1, 9, 3)", "range(1, 9, 3)")]
    [DataRow("d.items()", "dict_items([('a', 1), ('items', 5)])")]
    public void Values_print_as_in_Python(string expression, string expected) => AssertValue(expression, expected);

    [TestMethod]
    [DataRow("7 // 2 ~ ' ' ~ -7 // 2 ~ ' ' ~ 7 % -3", "3 -4 -2")]
    [DataRow("7 / 2", "3.5")]
    [DataRow("big * big", "15241578753238836750495351562536198787501905199875019052100")]
    [DataRow("big * 1.5", "1.851851835185185e+29")]
    [DataRow("2 ** 3 ** 2", "64")]
    [DataRow("-2 ** 2", "4")]
    [DataRow("1 + true", "2")]
    [DataRow("'ab' * 2 + 'c'", "ababc")]
    [DataRow("[1] + [2] * 2", "[1, 2, 2]")]
    [DataRow("1 ~ none ~ 'x'", "1Nonex")]
    [DataRow("(1 + 2) ~ 'a' == '3a'", "True")]
    [DataRow("'%s is %d and %.2f%%' % ('a', 3, 2.5)", "a is 3 and 2.50%")]
    public void Operators_follow_Python(string expression, string expected) => AssertValue(expression, expected);

    [TestMethod]
    [DataRow("1 < 2 < 3", "True")]
    [DataRow("1 < 3 < 2", "False")]
    [DataRow("1 == 1.0 == true", "True")]
    [DataRow("'a' < 'b' and [1, 2] < [1, 3]", "True")]
    [DataRow("'ell' in s and 3 in l and 'a' in d and 9 not in l", "True")]
    [DataRow("[] or 'x'", "x")]
    [DataRow("l and 0", "0")]
    [DataRow("not n", "True")]
    [DataRow("'yes' if l else 'no'", "yes")]
    [DataRow("'yes' if n", "")]
    [DataRow("s is string and 5 is odd and 6 is divisibleby 3 and d is mapping and l is sequence and n is none", "True")]
    [DataRow("missing is defined or d.zz is defined", "False")]
    [DataRow("t is number and t is not integer", "True")]
    [DataRow("2 is in l and 3 is gt 2 and s is not upper", "True")]
    public void Comparisons_and_tests_follow_Python(string expression, string expected) => AssertValue(expression, expected);

    [TestMethod]
    [DataRow("s[0] ~ s[-1] ~ s[1:4] ~ s[::-1]", "HdelldlroW ,olleH")]
    [DataRow("u[3] ~ u[-2:] ~ u|length", "👋👋x5")]
    [DataRow("u[::-1]", "x👋 üZ")]
    [DataRow("l[::-1]", "[2, 1, 3]")]
    [DataRow("l[5]", "")]
    [DataRow("nest[0][1][0] ~ nest.0.1.0 ~ nest[1].x.y ~ nest[1]['x']['y']", "2277")]
    [DataRow("d.a ~ d['a'] ~ d['items']", "115")]
    [DataRow("d.get('a') ~ d.get('z') ~ d.get('z', 4)", "1None4")]
    [DataRow("range(10)[2:8:3]|list", "[2, 5]")]
    [DataRow("'x' 'y' \"z\"", "xyz")]
    public void Items_attributes_and_slices_are_found(string expression, string expected) => AssertValue(expression, expected);

    [TestMethod]
    [DataRow("'  a  b c '.split(none, 1)", "['a', 'b c ']")]
    [DataRow("'a,b,,c'.split(',') + 'a,b'.rsplit(',', 1)", "['a', 'b', '', 'c', 'a', 'b']")]
    [DataRow("'a\\nb\\r\\nc'.splitlines()", "['a', 'b', 'c']")]
    [DataRow("'xxhixx'.strip('x') ~ 'xxhi'.lstrip('x') ~ 'hixx'.rstrip('x')", "hihihi")]
    [DataRow("s.find('o') ~ s.find('o', 5) ~ s.rfind('o') ~ s.find('q') ~ s.count('l')", "488-13")]
    [DataRow("s.startswith(('x', 'He')) ~ s.endswith('ld')", "TrueTrue")]
    [DataRow("s.replace('l', 'L', 1) ~ s.upper() ~ s.title()", "HeLlo, WorldHELLO, WORLDHello, World")]
    [DataRow("\"they're\".title() ~ \"they're\"|title", "They'ReThey're")]
    [DataRow("'straße'.upper() ~ 'ΑΣ'.lower() ~ 'ﬁ'.title()", "STRASSEαςFi")]
    [DataRow("s.partition(', ')", "('Hello', ', ', 'World')")]
    [DataRow("'-'.join(['a', 'b'])", "a-b")]
    [DataRow("'{} {1}'.format(1, 2) if false else '{0}-{x:>4}'.format(1, x='z')", "1-   z")]
    [DataRow("'{:,.2f} {:05d}'.format(1234567.891, 42)", "1,234,567.89 00042")]
    [DataRow("'12'.isdigit() ~ '²'.isdigit() ~ 'a1'.isalnum() ~ ' '.isspace()", "TrueTrueTrueTrue")]
    public void Text_has_the_methods_of_str(string expression, string expected) => AssertValue(expression, expected);

    private static void AssertValue(string expression, string expected) =>
        Assert.AreEqual(expected, Template.Render("{{ " + expression + " }}", Variables));
}
