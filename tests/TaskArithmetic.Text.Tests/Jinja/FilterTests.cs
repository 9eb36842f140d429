using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Text.Jinja;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Tests.Jinja;

[TestClass]
public sealed class FilterTests
{
    private const string Variables = """
        {"s": "Hello World", "l": [3, 1, 2], "ls": ["b", "A", "c"], "d": {"b": "<é>", "a": [1, 2.5, null, true]},
         "msgs": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": null, "x": 1}, {"role": "user", "content": "yo"}]}
        """;

    [TestMethod]
    [DataRow("d|tojson", """{"b": "<é>", "a": [1, 2.5, null, true]}""")]
    [DataRow("{'a': [1, {}], 'b': []}|tojson(indent=2)", "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}")]
    [DataRow("d|tojson(separators=(',', ':'), sort_keys=true, ensure_ascii=true)", """{"a":[1,2.5,null,true],"b":"<\u00e9>"}""")]
    [DataRow("'\\u2028\\x7f\\t\"'|tojson", "\"\u2028\u007f\\t\\\"\"")]
    [DataRow("{1: 2, none: 3, true: 4, 2.5: 1}|tojson", """{"1": 4, "null": 3, "2.5": 1}""")]
    public void Chat_templates_write_plain_JSON(string expression, string expected) => AssertValue(expression, expected);

    [TestMethod]
    public void Task_templates_write_sorted_HTML_safe_JSON() =>
        Assert.AreEqual("""{"a": [1, 2.5, null, true], "b": "\u003c\u00e9\u003e"}""", Template.Render("{{ d|tojson }}", Variables, Template.Task));

    [TestMethod]
    [DataRow("l|sort ~ l|sort(reverse=true) ~ ls|sort ~ ls|sort(case_sensitive=true)", "[1, 2, 3][3, 2, 1]['A', 'b', 'c']['A', 'b', 'c']")]
    [DataRow("l|first ~ l|last ~ l|max ~ l|min ~ l|sum ~ l|length", "323163")]
    [DataRow("l|join('-') ~ l|reverse|join ~ s|reverse", "3-1-2213dlroW olleH")]
    [DataRow("msgs|map(attribute='role')|join(',')", "user,assistant,user")]
    [DataRow("msgs|map(attribute='x', default=0)|list", "[0, 1, 0]")]
    [DataRow("ls|map('upper')|list", "['B', 'A', 'C']")]
    [DataRow("msgs|selectattr('role', 'equalto', 'user')|list|length", "2")]
    [DataRow("msgs|rejectattr('content')|map(attribute='role')|list", "['assistant']")]
    [DataRow("l|select('>', 1)|list ~ l|reject('odd')|list", "[3, 2][2]")]
    [DataRow("[1, 1.0, true, 2]|unique|list", "[1, 2]")]
    [DataRow("d|items|map('first')|list ~ d|dictsort|map('first')|list", "['b', 'a']['a', 'b']")]
    public void Sequences_are_filtered_as_in_Jinja2(string expression, string expected) => AssertValue(expression, expected);

    [TestMethod]
    [DataRow("missing|default('x') ~ ''|default('y') ~ ''|d('z', true)", "xz")]
    [DataRow("' a '|trim ~ s|upper ~ s|replace('o', '0', 1) ~ 'ab'|capitalize", "aHELLO WORLDHell0 WorldAb")]
    [DataRow("'a\\n\\nb'|indent(2, true)", "  a\n\n  b")]
    [DataRow("'3.7'|int ~ 'x'|int(9) ~ '0x1f'|int(base=16) ~ '1e3'|float", "39311000.0")]
    [DataRow("2.5|round ~ 3.5|round ~ 2.675|round(2) ~ 7|round", "2.04.02.677")]
    [DataRow("-3|abs ~ '%s-%s'|format(1, 2)", "31-2")]
    [DataRow("'<a>'|e ~ '<a>'|safe ~ ('<a>'|safe + '<b>')", "&lt;a&gt;<a><a>&lt;b&gt;")]
    public void Values_are_filtered_as_in_Jinja2(string expression, string expected) => AssertValue(expression, expected);

    [TestMethod]
    public void A_lazy_filter_gives_its_items_once()
    {
        const string Source = "{% set g = [1, 2]|map('string') %}{{ 'x' if g }}{{ g|list }}{{ g|list }}";

        Assert.AreEqual("x['1', '2'][]", Template.Render(Source));
    }

    [TestMethod]
    public void A_program_can_add_a_filter_with_arguments_by_place_and_by_name()
    {
        var options = Template.Task with
        {
            Filters = new Dictionary<string, Func<PythonArguments, PythonValue>>
            {
                ["repeat"] = a => string.Concat(Enumerable.Repeat(a.Positional[0].ToString(), (int)((PythonInteger)a.Find(1, "times")!).Value)),
            },
        };

        Assert.AreEqual("abab|ababab", Template.Render("{{ 'ab'|repeat(2) }}|{{ 'ab'|repeat(times=3) }}", options: options));
    }

    private static void AssertValue(string expression, string expected) =>
        Assert.AreEqual(expected, Template.Render("{{ " + expression + " }}", Variables));
}
