using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Text.Jinja;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Tests.Jinja;

[TestClass]
public sealed class SandboxTests
{
    [TestMethod]
    [DataRow("{{ [].append(1) }}", "SecurityError: access to attribute 'append' of 'list' object is unsafe.")]
    [DataRow("{{ {}.update({'a': 1}) }}", "SecurityError: access to attribute 'update' of 'dict' object is unsafe.")]
    [DataRow("{{ ''.__class__.__mro__ }}", "SecurityError: access to attribute '__class__' of 'str' object is unsafe.")]
    [DataRow("{{ '{0.__class__.x}'.format('a') }}", "UnsupportedError: a field of str.format that looks into its argument or is nested is not supported")]
    public void A_chat_template_can_neither_change_its_input_nor_leave_it(string source, string expected) => Assert.AreEqual(expected, Template.Fail(source));

    [TestMethod]
    public void A_task_template_may_append_to_a_list() =>
        Assert.AreEqual("[1, 2]", Template.Render("{% set _ = xs.append(2) %}{{ xs }}", """{"xs": [1]}""", Template.Task));

    [TestMethod]
    [DataRow("{{ 'a' * 10000000000 }}")]
    [DataRow("{{ [0] * 10000000000 }}")]
    [DataRow("{{ 2 ** 100000000 }}")]
    [DataRow("{{ '%1000000000d' % 1 }}")]
    [DataRow("{{ '{:1000000000}'.format(1) }}")]
    [DataRow("{{ 'a'|indent(2000000000, true) }}")]
    [DataRow("{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}")]
    [DataRow("{% for a in range(9999) %}{{ range(9999)|list|length }}{% endfor %}")]
    [DataRow("{% set ns = namespace(l=[1], m=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% set ns.m = [ns.m, ns.m] %}{% endfor %}{{ ns.l == ns.m }}")]
    [DataRow("{% set ns = namespace(l=(1,)) %}{% for i in range(60) %}{% set ns.l = (ns.l, ns.l) %}{% endfor %}{{ {ns.l: 1} }}")]
    [DataRow("{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l|tojson }}")]
    public void A_template_that_wants_too_much_is_stopped(string source)
    {
        var limited = Template.Chat with { Limits = new PythonLimits { MaxSteps = 200_000, MaxCharacters = 1_000_000 } };

        StringAssert.StartsWith(Template.Fail(source, options: limited), "LimitError: ");
    }

    [TestMethod]
    public void A_range_is_as_long_as_the_sandbox_of_Jinja2_allows()
    {
        Assert.AreEqual("100000", Template.Render("{{ range(100000)|length }}"));
        Assert.AreEqual("OverflowError: Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000).", Template.Fail("{{ range(100001) }}"));
    }

    [TestMethod]
    [DataRow("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "RecursionError")]
    [DataRow("{% set ns = namespace(l=[]) %}{% for i in range(50000) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}", "RecursionError")]
    [DataRow("{% set ns = namespace(g=[1]) %}{% for i in range(50000) %}{% set ns.g = ns.g|map('string') %}{% endfor %}{{ ns.g|list }}", "RecursionError")]
    public void Endless_recursion_is_an_error_not_a_crash(string source, string errorType) =>
        StringAssert.StartsWith(RunWithSmallStack(() => Template.Fail(source)), errorType + ": ");

    [TestMethod]
    [DataRow("(", "1", ")")]
    [DataRow("[", "", "]")]
    [DataRow("not ", "1", "")]
    [DataRow("-", "1", "")]
    [DataRow("1 if 1 else ", "1", "")]
    public void Deep_nesting_is_refused_at_parse(string open, string middle, string close)
    {
        var source = "{{ " + string.Concat(Enumerable.Repeat(open, 50_000)) + middle + string.Concat(Enumerable.Repeat(close, 50_000)) + " }}";

        Assert.AreEqual("LimitError: the template is nested too deeply", RunWithSmallStack(() => Template.Fail(source)));
    }

    [TestMethod]
    [DataRow("''", "|upper")]
    [DataRow("1", "+1")]
    [DataRow("a", "[0]")]
    public void A_long_chain_of_operations_is_an_error_not_a_crash(string start, string link) =>
        StringAssert.StartsWith(RunWithSmallStack(() => Template.Fail("{{ " + start + string.Concat(Enumerable.Repeat(link, 50_000)) + " }}")), "RecursionError: ");

    // The thread of a test host may have any stack; one megabyte is what worker threads have at least.
    private static string RunWithSmallStack(Func<string> action)
    {
        var result = "";
        var thread = new Thread(() => result = action(), 1 << 20);
        thread.Start();
        thread.Join();
        return result;
    }
}
