using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Text.Jinja;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Tests.Jinja;

[TestClass]
public sealed class PythonLiteralTests
{
    [TestMethod]
    [DataRow("['a', \"b'c\", 'd\\n\\u00e9']", "['a', \"b'c\", 'd\\né']")]
    [DataRow(" [1, -2.5, True, None, (1,), (), {'k': [0x1f]}, ] ", "[1, -2.5, True, None, (1,), (), {'k': [31]}]")]
    [DataRow("1, 2", "(1, 2)")]
    [DataRow("('a' 'b')", "ab")]
    [DataRow("[ ]", "[]")]
    [DataRow("1_000", "1000")]
    [DataRow("(1)", "1")]
    [DataRow("['\\n\\u00e9\\x41', 'a' 'b']", "['\\néA', 'ab']")]
    [DataRow("[ 1 ]", "[1]")]
    public void A_literal_is_read(string text, string expected) => Assert.AreEqual(expected, PythonLiteral.Parse(text)?.ToString());

    [TestMethod]
    [DataRow("")]
    [DataRow("[a]")]
    [DataRow("[true]")]
    [DataRow("[1 2]")]
    [DataRow("[1, 2")]
    [DataRow("[(]")]
    [DataRow("[,]")]
    [DataRow("['a]")]
    [DataRow("{[]: 1}")]
    [DataRow("007")]
    [DataRow("[007]")]
    [DataRow("[ ]]")]
    [DataRow("1 + 1")]
    [DataRow("f(1)")]
    public void What_is_no_literal_is_null(string text) => Assert.IsNull(PythonLiteral.Parse(text));

    [TestMethod]
    public void A_list_that_a_template_prints_reads_back()
    {
        var printed = Template.Render("{{ ['it\\'s', '\"', 'a\\nb\\\\', '👋', 1.5, -3, none] }}");

        var list = Assert.IsInstanceOfType<PythonList>(PythonLiteral.Parse(printed));
        Assert.AreEqual("a\nb\\", list.Items[2].ToString());
        Assert.AreEqual(printed, list.ToString());
    }
}
