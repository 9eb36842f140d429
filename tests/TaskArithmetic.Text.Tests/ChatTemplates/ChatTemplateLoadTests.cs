using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Text.ChatTemplates;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Tests.ChatTemplates;

[TestClass]
public sealed class ChatTemplateLoadTests
{
    [TestMethod]
    public void A_template_and_its_special_tokens_are_found_in_tokenizer_config()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["tokenizer_config.json"],
            """{"bos_token": {"content": "<s>", "lstrip": false}, "eos_token": null, "chat_template": "{{ bos_token }}{{ eos_token }}{{ unk_token }}"}""");
        File.WriteAllText(folder["special_tokens_map.json"], """{"bos_token": "<x>", "eos_token": "</s>"}""");

        Assert.AreEqual("<s></s>", ChatTemplate.Load(folder.Path).Render(new ChatTemplateRequest([])));
    }

    [TestMethod]
    public void A_template_in_a_file_of_its_own_wins()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["tokenizer_config.json"], """{"chat_template": "config"}""");
        File.WriteAllText(folder["chat_template.jinja"], "file");
        Directory.CreateDirectory(folder["additional_chat_templates"]);
        File.WriteAllText(folder["additional_chat_templates", "rag.jinja"], "rag");

        var template = ChatTemplate.Load(folder.Path);

        Assert.AreEqual("file", template.Render(new ChatTemplateRequest([])));
        Assert.AreEqual("rag", template.Render(new ChatTemplateRequest([]) { TemplateName = "rag" }));
    }

    [TestMethod]
    public void Named_templates_are_chosen_by_tools_or_by_name()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["tokenizer_config.json"],
            """{"chat_template": [{"name": "default", "template": "plain"}, {"name": "tool_use", "template": "tools"}, {"name": "rag", "template": "rag"}]}""");
        var template = ChatTemplate.Load(folder.Path);
        var request = new ChatTemplateRequest([new ChatMessage("user", "Hi")]);

        Assert.AreEqual("plain", template.Render(request));
        Assert.AreEqual("tools", template.Render(request with { Tools = new PythonList([]) }));
        Assert.AreEqual("rag", template.Render(request with { Tools = new PythonList([]), TemplateName = "rag" }));
        var error = Assert.ThrowsExactly<DiagnosticException>(() => template.Render(request with { TemplateName = "math" }));
        Assert.AreEqual("the model has no chat template named 'math'; it has default, rag, tool_use. Name one of these.", error.Diagnostics[0].Message);
        Assert.AreEqual("TA2362", error.Diagnostics[0].Code);
    }

    [TestMethod]
    [DataRow("{}", "TA2360")]
    [DataRow("{", "TA2361")]
    [DataRow("[]", "TA2361")]
    [DataRow("""{"chat_template": 5}""", "TA2361")]
    [DataRow("""{"chat_template": [{"name": "default"}]}""", "TA2361")]
    [DataRow("""{"chat_template": "{% if %}"}""", "TA2350")]
    [DataRow("""{"chat_template": "{% include 'x' %}"}""", "TA2354")]
    public void A_folder_without_a_usable_template_is_refused(string config, string code)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["tokenizer_config.json"], config);

        var error = Assert.ThrowsExactly<DiagnosticException>(() => ChatTemplate.Load(folder.Path));

        Assert.AreEqual(code, error.Diagnostics[0].Code);
        StringAssert.Contains(error.Diagnostics[0].Message, folder.Path);
    }

    [TestMethod]
    [RequiresShared("models/tiny-reasoner/target")]
    public void The_templates_of_the_shared_models_load()
    {
        var request = new ChatTemplateRequest([new ChatMessage("user", "2+2?")]) { AddGenerationPrompt = true };

        Assert.AreEqual("<|im_start|>user\n2+2?<|im_end|>\n<|im_start|>assistant\n",
            ChatTemplate.Load(SharedData.PathOf("models", "tiny-reasoner", "target")).Render(request));
        StringAssert.StartsWith(ChatTemplate.Load(SharedData.PathOf("models", "smollm2-135m-instruct-q4_1")).Render(request),
            "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n<|im_start|>user\n2+2?");
    }
}
