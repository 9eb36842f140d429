using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Tests.Jinja;

[TestClass]
public sealed class StatementTests
{
    private const string Variables = """{"xs": [1, 2, 3], "d": {"b": 2, "a": 1}}""";

    [TestMethod]
    [DataRow("{% for x in xs %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }} {% endfor %}", "1032 2121 3210 ")]
    [DataRow("{% for x in xs %}{{ loop.first }}{{ loop.last }}{{ loop.length }};{% endfor %}", "TrueFalse3;FalseFalse3;FalseTrue3;")]
    [DataRow("{% for x in xs %}{{ loop.previtem }}<{{ x }}>{{ loop.nextitem }} {% endfor %}", "<1>2 1<2>3 2<3> ")]
    [DataRow("{% for x in xs %}{{ loop.cycle('a', 'b') }}{% endfor %}", "aba")]
    [DataRow("{% for x in xs if x != 2 %}{{ loop.index }}:{{ x }} {% endfor %}", "1:1 2:3 ")]
    [DataRow("{% for x in xs if x > 9 %}a{% else %}none{% endfor %}", "none")]
    [DataRow("{% for k, v in d.items() %}{{ k }}{{ v }}{% endfor %}", "b2a1")]
    [DataRow("{% for k in d %}{{ k }}{% endfor %}", "ba")]
    [DataRow("{% for x in xs %}{% if x == 2 %}{% continue %}{% endif %}{{ x }}{% endfor %}", "13")]
    [DataRow("{% for x in xs %}{% if x == 2 %}{% break %}{% endif %}{{ x }}{% else %}E{% endfor %}", "1")]
    [DataRow("{% for x in xs %}{% break %}{% else %}E{% endfor %}", "E")]
    [DataRow("{% for c in 'a👋' %}{{ c }}.{% endfor %}", "a.👋.")]
    [DataRow("{% for x in xs|select('odd') %}{{ loop.length }}{{ loop.last }} {% endfor %}", "2False 2True ")]
    public void Loops_know_where_they_are(string source, string expected) => Assert.AreEqual(expected, Template.Render(source, Variables));

    [TestMethod]
    [DataRow("{% set y = 0 %}{% for x in xs %}{% set y = y + x %}{{ y }}{% endfor %}{{ y }}", "1230")]
    [DataRow("{% set ns = namespace(y=0) %}{% for x in xs %}{% set ns.y = ns.y + x %}{% endfor %}{{ ns.y }}", "6")]
    [DataRow("{% if xs %}{% set z = 5 %}{% endif %}{{ z }}", "5")]
    [DataRow("{% set a, b = 1, 2 %}{{ a }}{{ b }}", "12")]
    [DataRow("{% set a %}x{{ 1 }}{% endset %}{{ a|length }}", "2")]
    [DataRow("{% set a | upper %}x{% endset %}{{ a }}", "X")]
    [DataRow("{% filter upper %}a{{ 'b' }}{% endfilter %}", "AB")]
    [DataRow("{% generation %}{% set a = 1 %}{{ a }}{% endgeneration %}{{ a }}", "1")]
    [DataRow("{% if false %}a{% elif xs %}b{% else %}c{% endif %}", "b")]
    public void Assignments_live_in_their_scope(string source, string expected) => Assert.AreEqual(expected, Template.Render(source, Variables));

    [TestMethod]
    [DataRow("{% macro m(a, b=2, c=a) %}{{ a }}{{ b }}{{ c }} {% endmacro %}{{ m(1) }}{{ m(b=5, a=4) }}", "121 454 ")]
    [DataRow("{% macro m() %}<{{ caller(1) }}>{% endmacro %}{% call(a) m() %}b{{ a }}{% endcall %}", "<b1>")]
    [DataRow("{% macro f(n) %}{{ 1 if n < 2 else n * f(n - 1)|int }}{% endmacro %}{{ f(10) }}", "3628800")]
    [DataRow("{% macro m() %}{{ x }}{% endmacro %}{% set x = 1 %}{{ m() }}", "1")]
    [DataRow("{% set x = 1 %}{% macro m() %}{% set x = 2 %}{{ x }}{% endmacro %}{{ m() }}{{ x }}", "21")]
    public void Macros_take_arguments_defaults_and_a_caller(string source, string expected) => Assert.AreEqual(expected, Template.Render(source, Variables));

    [TestMethod]
    public void A_template_leaves_the_values_it_was_given_as_they_were()
    {
        var template = TaskArithmetic.Text.Jinja.JinjaTemplate.Parse("{% set xs = xs + [4] %}{{ xs }}", Template.Chat);
        var list = new PythonList([1]);
        var variables = new Dictionary<string, PythonValue> { ["xs"] = list };

        Assert.AreEqual("[1, 4]", template.Render(variables));
        Assert.AreEqual("[1, 4]", template.Render(variables));
        Assert.AreEqual("[1]", list.ToString());
    }
}
