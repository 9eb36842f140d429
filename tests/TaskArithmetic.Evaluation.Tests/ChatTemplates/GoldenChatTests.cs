using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Evaluation.ChatTemplates;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Evaluation.Tests.ChatTemplates;

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
}
