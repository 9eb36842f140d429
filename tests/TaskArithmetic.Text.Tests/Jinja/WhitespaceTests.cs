using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Text.Jinja;

namespace TaskArithmetic.Text.Tests.Jinja;

[TestClass]
public sealed class WhitespaceTests
{
    [TestMethod]
    [DataRow("a  {{- 1 -}}  b", "a1b")]
    [DataRow("a  {{ 1 }}  b", "a  1  b")]
    [DataRow("a\n  {% if true %}\n  b\n  {% endif %}\nc", "a\n  b\nc")]
    [DataRow("a\n  {%+ if true +%}\n  b\n  {% endif %}\nc", "a\n  \n  b\nc")]
    [DataRow("a {% if true %} b {% endif %} c", "a  b  c")]
    [DataRow("a\n  {# note #}\nb", "a\nb")]
    [DataRow("a {#- note -#} b", "ab")]
    [DataRow("  {{ 1 }}\n", "  1")]
    [DataRow("a\r\nb\rc", "a\nb\nc")]
    [DataRow("a {%- raw -%} {{ x }} {%- endraw -%} b", "a{{ x }}b")]
    [DataRow("{% raw %}{% if %}{% endraw %}", "{% if %}")]
    [DataRow("{{ 1 }}\n\n", "1\n")]
    [DataRow("{%- set x -%}\n  hi\n{%- endset -%}\n[{{ x }}]", "[hi]")]
    public void Chat_templates_trim_and_strip_blocks(string source, string expected) =>
        Assert.AreEqual(expected, Template.Render(source));

    [TestMethod]
    [DataRow("a\n  {% if true %}\n  b\n  {% endif %}\nc", "a\n  \n  b\n  \nc")]
    [DataRow("x\n", "x\n")]
    [DataRow("{{ 1 }}{# c #}\n", "1\n")]
    public void Task_templates_keep_all_white_space(string source, string expected) =>
        Assert.AreEqual(expected, Template.Render(source, options: Template.Task));

    [TestMethod]
    public void The_default_environment_drops_one_trailing_line_break() =>
        Assert.AreEqual("x\n", Template.Render("x\n\n", options: new JinjaOptions()));
}
