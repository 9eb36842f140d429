using System.Text;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Text.ChatTemplates;

namespace TaskArithmetic.Text.Tests.Jinja;

/// <summary>
/// Every way in which a template makes much of little: stopped before it takes five seconds or 300 MB.
/// </summary>
[TestClass]
public sealed class MemoryTests
{
    private const string Doubling = "{% set ns=namespace(s='xxxxxxxxxx') %}{% for i in range(60) %}{% set ns.s = OPERATION %}{% endfor %}{{ ns.s|length }}";

    private const string Long = "{% set s = 'xy ' * 2500000 %}";

    private static readonly string[] Doublings =
    [
        "ns.s ~ ns.s", "ns.s + ns.s", "ns.s * 2", "[ns.s, ns.s]|join", "''.join([ns.s, ns.s])", "ns.s.replace('x', 'xx')", "ns.s|replace('x', 'xx')", "ns.s.replace('', 'x')", "'%s%s' % (ns.s, ns.s)", "'%s%s'|format(ns.s, ns.s)",
        "'{}{}'.format(ns.s, ns.s)", "'{0}{0}'.format(ns.s)", "ns.s.join([ns.s, ns.s])", "ns.s|list|join('xx')",
        "ns.s|indent(ns.s|length, true)", "[ns.s, ns.s]|string", "[ns.s, ns.s]|tojson", "{'a': ns.s, 'b': ns.s}|tojson", "[1, 2, 3]|tojson(separators=(ns.s, ns.s))", "[1, 2]|tojson(indent=ns.s)",
        "[[[[1]]]]|tojson(indent=ns.s)", "(ns.s ~ '<')|escape ~ ns.s", "('<' * (ns.s|length))|e|string", "strftime_now('%c' * (ns.s|length))", "(ns.s ~ ns.s)|title", "[ns.s, ns.s]|sum(start='') if false else ns.s ~ ns.s", "(ns.s ~ 'ŉ' * (ns.s|length))|upper",
        "m(ns.s)", "(ns.s, ns.s)|string", "{ns.s: ns.s}|string", "[ns.s, ns.s]|map('upper')|join", "[ns.s, ns.s]|map('string')|list|string", "ns.s.splitlines()|join ~ ns.s", "ns.s.partition('y')|join(ns.s)", "ns.s.split('x')|join('xx')",
    ];

    private static readonly string[] Lists =
    [
        "{% set ns=namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = ns.l + ns.l %}{% endfor %}", "{% set ns=namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = ns.l * 2 %}{% endfor %}",
        "{% set ns=namespace(l=(1,)) %}{% for i in range(60) %}{% set ns.l = ns.l + ns.l %}{% endfor %}", "{% set ns=namespace(l=[]) %}{% for i in range(1000) %}{% set ns.l = [ns.l, range(100000)|list] %}{% endfor %}",
        "{% set ns=namespace(l=[]) %}{% for i in range(1000) %}{% set ns.l = [ns.l, range(100000)|map('string')|list] %}{% endfor %}",
        "{% set ns=namespace(l=[]) %}{% for i in range(1000) %}{% set ns.l = [ns.l, range(100000)|sort] %}{% endfor %}", "{% set ns=namespace(l=[]) %}{% for i in range(1000) %}{% set ns.l = [ns.l, range(100000)|unique|list] %}{% endfor %}",

        "{% set ns=namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}", "{% set ns=namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l|string|length }}",
        "{% set ns=namespace(l=[1], m=[]) %}{% for i in range(20) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{% for i in range(1000) %}{% set ns.m = [ns.m, ns.l|string] %}{% endfor %}",
        "{% set ns=namespace(m=[]) %}{% for i in range(100000) %}{% for j in range(100000) %}{% set ns.m = [ns.m] %}{% endfor %}{% endfor %}", "{% set ns=namespace(m={}) %}{% for i in range(100000) %}{% for j in range(100000) %}{% set ns.m = {i: ns.m} %}{% endfor %}{% endfor %}",
        "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}", "{% for a in range(100000) %}{{ messages[0].content * 1000 }}{% endfor %}",
        Long + "{{ s|list|length }}", Long + "{{ s.split(' ')|length }}", Long + "{{ s.split()|length }}", Long + "{{ s.rsplit()|length }}", Long + "{{ s.rsplit('x')|length }}", Long + "{{ s.replace(' ', '\n').splitlines()|length }}", Long + "{{ s|reverse|length }}", Long + "{% for c in s %}{% endfor %}",
        Long + "{{ s|sort }}", Long + "{{ s|map('upper')|list }}", Long + "{{ s|unique|list }}", Long + "{{ s|last }}", Long + "{{ s|join(s) }}", Long + "{{ s.join(s) }}", Long + "{{ s|min }}",
        Long + "{% set a, b = s, s %}{{ a == b }}{% for i in range(100000) %}{% if a ~ 'x' == b ~ 'x' %}{% endif %}{% endfor %}", Long + "{% set d = {s: 1} %}{% for i in range(100000) %}{{ d[s] }}{% endfor %}", Long + "{% for i in range(100000) %}{{ s.count('xyz') }}{% endfor %}",
        Long + "{% set t = s[:3000000] ~ 'z' %}{% for i in range(100000) %}{{ s.find(t) }}{{ t in s }}{% endfor %}", "{% set s = 'a' * 4000000 %}{% set t = 'a' * 1000000 ~ 'b' %}{% for i in range(100000) %}{{ s.find(t) }}{{ t in s }}{{ s.replace(t, '')|length }}{{ s.split(t)|length }}{% endfor %}",
        "{% set n = 2 ** 16000 %}{% for i in range(100000) %}{% for j in range(100000) %}{% set m = n * 3 // 7 %}{% endfor %}{% endfor %}", "{% set n = 2 ** 16000 %}{% for i in range(100000) %}{% set m = '%d%d' % (n, n) ~ '{:d}'.format(n) %}{% endfor %}",
        "{% for i in range(100000) %}{% set m = '{:010000,d}'.format(1) %}{% endfor %}", "{% for i in range(100000) %}{% set m = '%.9999f' % 0.1 %}{% endfor %}", "{% for i in range(100000) %}{{ ('9' * 4300)|int }}{% endfor %}",
        "{% set ns=namespace(l=[]) %}{% for i in range(1000) %}{% set ns.l = [ns.l, ('\U0001F600' * 1000000)[5]] %}{% endfor %}",
    ];

    [TestMethod]
    public void Texts_that_grow_are_stopped() =>
        new MutationRun("growing text", Refused).Require(Doublings.Select(o => (o, Encoding.UTF8.GetBytes("{% macro m(x) %}{{ x }}{{ x }}{% endmacro %}" + Doubling.Replace("OPERATION", o)))));

    [TestMethod]
    public void Lists_that_grow_and_endless_work_stay_within_time_and_memory() =>
        new MutationRun("growing list", Render).Require(Lists.Select(t => (t, Encoding.UTF8.GetBytes(t))));

    [TestMethod]
    public void A_template_of_many_megabytes_is_refused_unread()
    {
        var finding = Assert.ThrowsExactly<TaskArithmetic.Diagnostics.DiagnosticException>(() => ChatTemplate.Parse(new string('x', 2 << 20))).Diagnostics.Single();

        Assert.AreEqual("TA2355", finding.Code);
    }

    [TestMethod]
    public void A_long_conversation_is_within_the_limits()
    {
        var template = ChatTemplate.Parse("{% set ns = namespace(s='') %}{% for m in messages %}{% set ns.s = ns.s ~ '<' ~ m.role ~ '>' ~ m.content.strip() %}{% endfor %}{{ ns.s }}");
        var text = string.Concat(Enumerable.Repeat("word ", 400));

        // Two hundred messages, added up one after another: some twenty million characters in all.
        var rendered = template.RenderConversation([.. Enumerable.Range(0, 100).Select(i => new ChatMessage(i % 2 == 0 ? "user" : "assistant", text))], continueFinalMessage: false);

        Assert.AreEqual(100 * (text.Length - 1 + 8), rendered.Length, 300);
    }

    private static void Render(byte[] bytes) =>
        ChatTemplate.Parse(Encoding.UTF8.GetString(bytes)).Render(new ChatTemplateRequest([new ChatMessage("user", "Hello")]));

    /// <summary>Renders, and turns a template that was not refused into a failure.</summary>
    private static void Refused(byte[] bytes)
    {
        var template = ChatTemplate.Parse(Encoding.UTF8.GetString(bytes));
        var request = new ChatTemplateRequest([new ChatMessage("user", "Hello")]);
        Assert.IsFalse(template.TryRender(request, out _, out var error), "nothing stopped it");
        Assert.AreEqual("TA2355", error.Diagnostic.Code, error.Message);
        throw new TaskArithmetic.Diagnostics.DiagnosticException(error.Diagnostic, error);
    }
}
