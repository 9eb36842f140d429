using System.Text;
using System.Text.Json;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Text.ChatTemplates;

namespace TaskArithmetic.Text.Tests.Mutations;

/// <summary>
/// Damaged chat templates and their configuration, from the file to a small conversation: each renders or is refused with a code, and takes no more
/// than a template may. <c>TASKARITHMETIC_MUTATIONS=20000</c> is the long form.
/// </summary>
[TestClass]
public sealed class ChatTemplateMutationTests
{
    private static readonly string[] Words =
    [
        "{{ messages }}", "{{ 'x' * 99999 }}", "{% for i in range(9999) %}", "{% endfor %}", "{% set ns.s = ns.s ~ ns.s %}", "{% set ns = namespace(s='xxxxxxxx', l=[1]) %}", "{% set ns.l = ns.l + ns.l %}",
        "|list", "|join(ns.s)", "|replace('x', 'xxxx')", ".split('x')", "|sort", "|unique", "|map('upper')", "|tojson", "|tojson(indent=999)", "|string", "|indent(999)", "|first",
        "|reverse", "|title", "|int", "|length", "|dictsort", "|sum", "|format(1)", "{{ '%9999d' % 1 }}", "{{ '{:9999}'.format(1) }}", "{{ 9 ** 999 }}", "{% macro m(x) %}{{ m(x) }}{% endmacro %}",
        "{{ m(1) }}", "{% set x %}", "{% endset %}", "{% call m(1) %}", "{% endcall %}", "{% filter upper %}", "{% endfilter %}", "{% raw %}", "{% endraw %}", "{% if ", "{% else %}", "{% endif %}", "{%- ", " -%}", "{# ", " #}", "loop.previtem",
        "messages[::-1]", "messages[0]['content']", " is defined", " in messages", "range(99999)|list", "raise_exception('x')", "strftime_now('%c')", "{{ [[[[", "not not not ", "((((", "'\\\\'", "\\ud83d\\ude00",
    ];

    [TestMethod]
    public void Every_damaged_template_renders_or_is_refused_with_a_code() =>
        new MutationRun("template", Render).Require(new Mutation([.. Templates()], Words), Mutation.Count(300));

    [TestMethod]
    public void Every_damaged_configuration_of_a_template_is_taken_or_refused_with_a_code() =>
        new MutationRun("template configuration", Read).Require(new Mutation([.. Templates().Select(Configuration)], Words), Mutation.Count(300));

    /// <summary>Damage mostly ends in the parser; these get past it.</summary>
    [TestMethod]
    public void Every_template_of_the_grammar_renders_or_fails_with_a_code() =>
        new MutationRun("random template", Render).Require(Enumerable.Range(0, Mutation.Count(500)).Select(i => ($"template {i}", new RandomTemplates(i).Make())));

    [TestMethod]
    public void What_was_found_stays_found()
    {
        new MutationRun("template corpus", Render).Require(MutationCorpus.Of("template"));
        new MutationRun("template configuration corpus", Read).Require(MutationCorpus.Of("template-configuration"));
    }

    private static IEnumerable<byte[]> Templates()
    {
        yield return "{{ bos_token }}{% for m in messages %}{{ '<|' ~ m['role'] ~ '|>\\n' + m.content|trim + eos_token }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"u8.ToArray();
        yield return """
            {%- set ns = namespace(index=0, s='xxxxxxxxxx', found=false) %}
            {%- if messages[0].role == 'system' %}{%- set system = messages[0]['content'] %}{%- set messages = messages[1:] %}{%- endif %}
            {%- macro show(m, last=false) -%}{{ m.role|upper ~ ': ' ~ m.content.split('</think>')[-1].lstrip('\n') }}{%- if not last %}{{ ', ' }}{% endif %}{%- endmacro %}
            {%- for m in messages %}
                {%- if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate, not ' ~ m.role) }}{%- endif %}
                {%- set ns.s = ns.s ~ m.content[:5] %}{%- set ns.index = ns.index + 1 %}
                {{- show(m, loop.last) }}
            {%- endfor %}
            {{- {'a': [1, 2.5, none, true], 'b': ns.s}|tojson(indent=2) }}{{ messages|map(attribute='content')|list|join('; ') }}{{ '%s of %d' % (ns.s, ns.index) }}
            """u8.ToArray();
        yield return "{% for i in range(60) %}{% for m in messages|sort(attribute='role')|map('list') %}{{ m|length }}{{ i * 2 ** 3 // 5 }}{% endfor %}{% endfor %}{{ '{:>8,.2f}'.format(1234.5) }}{{ messages|map(attribute='role')|unique|list }}"u8.ToArray();
    }

    private static byte[] Configuration(byte[] template) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        bos_token = "<s>",
        eos_token = new { content = "</s>" },
        additional_special_tokens = new[] { "<a>", "<b>" },
        chat_template = new[] { new { name = "default", template = Encoding.UTF8.GetString(template) }, new { name = "tool_use", template = "{{ tools }}" } },
    });

    private static void Render(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["chat_template.jinja"], bytes);
        RenderFrom(folder.Path);
    }

    private static void Read(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["tokenizer_config.json"], bytes);
        RenderFrom(folder.Path);
    }

    private static void RenderFrom(string folder)
    {
        var template = ChatTemplate.Load(folder);
        template.RenderConversation([new ChatMessage("system", "Be brief."), new ChatMessage("user", "Hi 😀 there"), new ChatMessage("assistant", "<think>x</think>\nHello")], continueFinalMessage: false);
    }
}
