using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Text.ChatTemplates;
using TaskArithmetic.Text.Tests.Tokenizers;
using TaskArithmetic.Text.Tokenizers;

namespace TaskArithmetic.Text.Tests.ChatTemplates;

[TestClass]
[RequiresShared("golden/chat")]
public sealed class GoldenChatTests
{
    [TestMethod]
    public void Every_golden_conversation_renders_to_the_text_or_the_error_of_the_reference()
    {
        var mismatches = new List<string>();
        var compared = 0;
        foreach (var golden in GoldenChat.ReadAll())
        {
            var rendered = golden.Template.TryRender(golden.Request, out var text, out var error);
            compared++;
            if (golden.Error is { } expectedError)
            {
                if (rendered || !(expectedError.Contains(error!.Reason, StringComparison.Ordinal)))
                    mismatches.Add($"{golden.Name}: expected the error {expectedError}, got {(rendered ? text : error!.Message)}");
            }
            else if (!rendered || text != golden.Text)
                mismatches.Add($"{golden.Name}: expected {JsonSerializer.Serialize(golden.Text)}, got {(rendered ? JsonSerializer.Serialize(text) : error!.Message)}");
        }

        Assert.IsEmpty(mismatches, string.Join(Environment.NewLine, mismatches));
        Assert.IsGreaterThanOrEqualTo(32, compared);
    }

    [TestMethod]
    [RequiresShared("golden/tokenizers")]
    public void Every_golden_conversation_has_the_token_ids_of_the_reference()
    {
        // Qwen 2.5's ids were recorded with the tokenizer of Qwen 3, which has its vocabulary.
        var tokenizers = new Dictionary<string, HuggingFaceTokenizer>
        {
            ["qwen3"] = GoldenTokenizer.Load("golden", "tokenizers", "qwen3.tokenizer.json.gz"),
            ["smollm2"] = GoldenTokenizer.Load("golden", "tokenizers", "smollm.tokenizer.json.gz"),
            ["llama3_1"] = GoldenTokenizer.Load("golden", "tokenizers", "pruned", "llama3_1.tokenizer.json"),
        };
        tokenizers["qwen2_5"] = tokenizers["qwen3"];
        var compared = new HashSet<string>();
        var mismatches = new List<string>();
        foreach (var golden in GoldenChat.ReadAll().Where(g => g.Ids is not null && tokenizers.ContainsKey(g.Model)))
        {
            golden.Template.TryRender(golden.Request, out var text, out _);
            var ids = tokenizers[golden.Model].Encode(text!, addSpecialTokens: false);
            compared.Add(golden.Model);
            if (!ids.AsSpan().SequenceEqual([.. golden.Ids!]))
                mismatches.Add($"{golden.Name}: [{string.Join(' ', ids)}] instead of [{string.Join(' ', golden.Ids!)}]");
        }

        Assert.IsEmpty(mismatches, string.Join(Environment.NewLine, mismatches));
        Assert.HasCount(tokenizers.Count, compared);
    }
}
