using System.Text.Json;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Text.ChatTemplates;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Tests.ChatTemplates;

/// <summary>
/// One golden rendering: a model's template, a conversation, and the reference's text (or error) with the ids
/// that the model's tokenizer gives for the text without further special tokens.
/// </summary>
internal sealed record GoldenChat(string Name, string Model, ChatTemplate Template, ChatTemplateRequest Request, string? Text, string? Error, IReadOnlyList<int>? Ids)
{
    public static IEnumerable<GoldenChat> ReadAll()
    {
        var folder = SharedData.PathOf("golden", "chat");
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "conversations.json")));
        var requests = document.RootElement.GetProperty("conversations").EnumerateArray()
            .ToDictionary(c => c.GetProperty("name").GetString()!, ReadRequest);
        foreach (var source in Directory.EnumerateFiles(Path.Combine(folder, "templates"), "*.jinja").Order(StringComparer.Ordinal))
        {
            var model = Path.GetFileNameWithoutExtension(source);
            using var expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, model + ".json")));
            var tokens = ((PythonDictionary)PythonValue.FromJson(expected.RootElement.GetProperty("special"))).Entries
                .ToDictionary(e => e.Key.ToString(), e => e.Value);
            var template = ChatTemplate.Parse(File.ReadAllText(source), tokens, model);
            foreach (var golden in expected.RootElement.GetProperty("cases").EnumerateArray())
            {
                var name = golden.GetProperty("name").GetString()!;
                yield return new GoldenChat($"{model}/{name}", model, template, requests[name], ReadText(golden, "text"), ReadText(golden, "error"), ReadIds(golden));
            }
        }
    }

    private static ChatTemplateRequest ReadRequest(JsonElement conversation)
    {
        var settings = conversation.EnumerateObject().ToDictionary(p => p.Name, p => PythonValue.FromJson(p.Value));
        return new ChatTemplateRequest((PythonList)settings["messages"])
        {
            Tools = settings.GetValueOrDefault("tools"),
            AddGenerationPrompt = settings["add_generation_prompt"].IsTrue,
            Variables = settings.Where(s => s.Key is not ("name" or "messages" or "tools" or "add_generation_prompt")).ToDictionary(s => s.Key, s => s.Value),
        };
    }

    private static string? ReadText(JsonElement golden, string property) => golden.TryGetProperty(property, out var value) ? value.GetString() : null;

    private static int[]? ReadIds(JsonElement golden) =>
        golden.TryGetProperty("ids", out var ids) && ids.ValueKind == JsonValueKind.Array ? [.. ids.EnumerateArray().Select(id => id.GetInt32())] : null;
}
