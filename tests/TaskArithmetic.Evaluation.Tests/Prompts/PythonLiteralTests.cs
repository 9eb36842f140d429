using TaskArithmetic.Evaluation.Prompts;

namespace TaskArithmetic.Evaluation.Tests.Prompts;

[TestClass]
public sealed class PythonLiteralTests
{
    [TestMethod]
    [DataRow("['a', \"b's\"]", "['a', \"b's\"]")]
    [DataRow("[1, -2, 3.5, True, None]", "[1, -2, 3.5, True, None]")]
    [DataRow("('a',)", "('a',)")]
    [DataRow("(1)", "1")]
    [DataRow("{'a': [1, 2]}", "{'a': [1, 2]}")]
    [DataRow("['\\n\\u00e9\\x41', 'a' 'b']", "['\\néA', 'ab']")]
    [DataRow("[ 1 ]", "[1]")]
    [DataRow("[]", "[]")]
    public void A_literal_is_read_as_python_reads_it(string text, string expected) =>
        Assert.AreEqual(expected, PythonLiteral.Parse(text)?.ToString());

    [TestMethod]
    [DataRow("[ ]]")]
    [DataRow("[a, b]")]
    [DataRow("[007]")]
    [DataRow("[1 2]")]
    [DataRow("['a]")]
    [DataRow("")]
    public void What_is_no_literal_gives_nothing(string text) => Assert.IsNull(PythonLiteral.Parse(text));
}
