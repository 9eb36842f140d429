using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Text.ChatTemplates;
using TaskArithmetic.Text.Jinja;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Tests.ChatTemplates;

[TestClass]
public sealed class ChatTemplateTests
{
    private const string ChatMl = """
        {%- for message in messages %}
            {{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>\n' }}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- '<|im_start|>assistant\n' }}
        {%- endif %}
        """;

    [TestMethod]
    public void Messages_become_the_text_of_the_template()
    {
        var text = ChatTemplate.Parse(ChatMl).Render(new ChatTemplateRequest([new ChatMessage("user", "Hi")]) { AddGenerationPrompt = true });

        Assert.AreEqual("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n", text);
    }

    [TestMethod]
    public void What_is_not_given_is_none_and_further_variables_win_over_special_tokens()
    {
        var template = ChatTemplate.Parse("{{ tools is none }}{{ documents is none }}{{ add_generation_prompt }}{{ bos_token }}{{ enable_thinking }}",
            new Dictionary<string, PythonValue> { ["bos_token"] = "<s>" });

        Assert.AreEqual("TrueTrueFalse<s>", template.Render(new ChatTemplateRequest([])));
        Assert.AreEqual("TrueTrueFalse<b>False", template.Render(new ChatTemplateRequest([])
        {
            Variables = new Dictionary<string, PythonValue> { ["bos_token"] = "<b>", ["enable_thinking"] = false },
        }));
    }

    [TestMethod]
    public void The_date_is_the_one_that_is_given()
    {
        var template = ChatTemplate.Parse("{{ strftime_now('%d %b %Y, %A %H:%M:%S, day %j, %-d/%-m/%y, %I %p, week %V') }}", now: new DateTime(2024, 3, 5, 7, 8, 9));

        Assert.AreEqual("05 Mar 2024, Tuesday 07:08:09, day 065, 5/3/24, 07 AM, week 10", template.Render(new ChatTemplateRequest([])));
    }

    [TestMethod]
    public void A_template_that_refuses_its_messages_says_why()
    {
        var template = ChatTemplate.Parse("a\n{{ raise_exception('System role not supported') }}", name: "gemma.jinja");

        Assert.IsFalse(template.TryRender(new ChatTemplateRequest([]), out _, out var error));
        Assert.AreEqual("TemplateError", error.ErrorType);
        Assert.AreEqual("System role not supported", error.Reason);
        Assert.IsTrue(error.IsTemplateError);
        var thrown = Assert.ThrowsExactly<DiagnosticException>(() => template.Render(new ChatTemplateRequest([])));
        Assert.AreEqual("TA2351", thrown.Diagnostics[0].Code);
        Assert.AreEqual("template gemma.jinja, line 2: the template refuses its input: System role not supported. Change the messages or variables to what it accepts.",
            thrown.Diagnostics[0].Message);
        Assert.IsInstanceOfType<JinjaException>(thrown.InnerException);
    }

    [TestMethod]
    public void A_template_that_is_none_is_refused_when_it_is_parsed()
    {
        var error = Assert.ThrowsExactly<DiagnosticException>(() => ChatTemplate.Parse("{% for m in messages %}"));

        Assert.AreEqual("TA2350", error.Diagnostics[0].Code);
    }

    [TestMethod]
    [DataRow(ChatMl, "So far: 4", "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nSo far: 4")]
    [DataRow(ChatMl, "So far: ", "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nSo far: ")]
    [DataRow("{% for m in messages %}[{{ m.content|trim }}]{% endfor %}", "So far: ", "[Hi][So far:")]
    [DataRow("{% for m in messages %}[{{ m.content|trim }}]{% endfor %}", "So far:\n", "[Hi][So far:")]
    [DataRow("{% for m in messages %}[{{ m.content }}]{% endfor %}", "", "[Hi][")]
    public void A_final_message_is_continued_where_its_text_ends(string source, string final, string expected)
    {
        var request = new ChatTemplateRequest([new ChatMessage("user", "Hi"), new ChatMessage("assistant", final)]) { ContinueFinalMessage = true };

        Assert.AreEqual(expected, ChatTemplate.Parse(source).Render(request));
    }

    [TestMethod]
    public void The_last_text_block_of_a_final_message_is_continued()
    {
        using var messages = JsonDocument.Parse("""[{"role": "assistant", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}, {"type": "image"}]}]""");
        var template = ChatTemplate.Parse("{% for b in messages[0].content %}<{{ b.text }}>{% endfor %}");

        Assert.AreEqual("<a><b", template.Render(new ChatTemplateRequest((PythonList)PythonValue.FromJson(messages.RootElement)) { ContinueFinalMessage = true }));
    }

    [TestMethod]
    public void A_final_message_that_the_template_drops_cannot_be_continued()
    {
        var request = new ChatTemplateRequest([new ChatMessage("assistant", "x")]) { ContinueFinalMessage = true };

        var error = Assert.ThrowsExactly<DiagnosticException>(() => ChatTemplate.Parse("nothing of content").Render(request));

        Assert.AreEqual("TA2364", error.Diagnostics[0].Code);
    }
}
