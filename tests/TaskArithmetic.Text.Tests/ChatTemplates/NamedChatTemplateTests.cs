using TaskArithmetic.TestSupport;
using TaskArithmetic.Text.ChatTemplates;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Tests.ChatTemplates;

/// <summary>The chat templates that a recipe can name, rendered.</summary>
[TestClass]
public sealed class NamedChatTemplateTests
{
    private static readonly ChatMessage[] Conversation = [new("system", "Be brief."), new("user", "One?"), new("assistant", "Two."), new("user", "Three?\n")];

    private static readonly Dictionary<string, PythonValue> Tokens = new() { ["bos_token"] = "<s>", ["eos_token"] = "</s>" };

    [TestMethod]
    [RequiresShared("golden/mergekit-yaml")]
    public void The_chatml_template_renders_as_that_of_mergekit()
    {
        var theirs = ChatTemplate.Parse(File.ReadAllText(SharedData.PathOf("golden/mergekit-yaml/cases/chat-template-chatml/expected/chat_template.jinja")), Tokens);
        foreach (var request in Requests())
            Assert.AreEqual(theirs.Render(request), Named("chatml").Render(request));
    }

    [TestMethod]
    [DataRow("chatml", "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nOne?<|im_end|>\n<|im_start|>assistant\nTwo.<|im_end|>\n<|im_start|>user\nThree?\n<|im_end|>\n<|im_start|>assistant\n")]
    [DataRow("alpaca", "Be brief.\n\n### Instruction:\nOne?\n\n### Response:\nTwo.\n\n### Instruction:\nThree?\n\n\n### Response:\n")]
    [DataRow("llama3", "<s><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nOne?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nTwo.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nThree?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n")]
    [DataRow("exaone", "[|system|]Be brief.[|endofturn|]\n[|user|]One?\n[|assistant|]Two.[|endofturn|]\n[|user|]Three?\n\n[|assistant|]")]
    public void A_conversation_is_written_in_the_models_format(string name, string expected) =>
        Assert.AreEqual(expected, Named(name).Render(new ChatTemplateRequest(Conversation) { AddGenerationPrompt = true }));

    [TestMethod]
    public void The_mistral_template_knows_two_roles()
    {
        Assert.AreEqual("<s>[INST] One? [/INST]Two.</s>[INST] Three?\n [/INST]", Named("mistral").Render(new ChatTemplateRequest(Conversation[1..]) { AddGenerationPrompt = true }));
        Assert.IsFalse(Named("mistral").TryRender(new ChatTemplateRequest(Conversation), out _, out var error));
        Assert.IsTrue(error.IsTemplateError);
    }

    [TestMethod]
    public void Every_name_has_a_template_and_no_name_is_taken_for_one()
    {
        foreach (var name in TaskArithmetic.Recipes.ChatTemplates.Names)
        {
            Assert.IsTrue(TaskArithmetic.Recipes.ChatTemplates.IsSource(TaskArithmetic.Recipes.ChatTemplates.TryFind(name)!));
            Assert.IsFalse(TaskArithmetic.Recipes.ChatTemplates.IsSource(name));
        }
        Assert.IsNull(TaskArithmetic.Recipes.ChatTemplates.TryFind("chatlm"));
    }

    private static ChatTemplate Named(string name) => ChatTemplate.Parse(TaskArithmetic.Recipes.ChatTemplates.TryFind(name)!, Tokens);

    private static IEnumerable<ChatTemplateRequest> Requests()
    {
        foreach (var last in Enumerable.Range(0, Conversation.Length + 1))
        {
            yield return new ChatTemplateRequest(Conversation[..last]) { AddGenerationPrompt = true };
            yield return new ChatTemplateRequest(Conversation[..last]);
        }
    }
}
