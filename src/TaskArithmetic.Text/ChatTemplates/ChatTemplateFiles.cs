using System.Text.Json;
using TaskArithmetic.Files;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.ChatTemplates;

/// <summary>What a model folder says about its chat templates and special tokens.</summary>
internal sealed record ChatTemplateFiles(IReadOnlyList<NamedTemplate> Templates, IReadOnlyDictionary<string, PythonValue> SpecialTokens)
{
    private static readonly string[] TokenNames =
        ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token", "additional_special_tokens"];

    private static readonly JsonDocumentOptions JsonOptions = new() { AllowTrailingCommas = true };

    public static ChatTemplateFiles Read(string folder)
    {
        using var config = ReadJson(Path.Combine(folder, "tokenizer_config.json"));
        using var map = ReadJson(Path.Combine(folder, "special_tokens_map.json"));
        var tokens = new Dictionary<string, PythonValue>(StringComparer.Ordinal);
        foreach (var name in TokenNames)
        {
            if ((FindToken(config, name) ?? FindToken(map, name)) is { } token)
                tokens[name] = token;
        }
        return new ChatTemplateFiles(FindTemplates(folder, config), tokens);
    }

    private static List<NamedTemplate> FindTemplates(string folder, JsonDocument? config)
    {
        var templates = new List<NamedTemplate>();
        var main = Path.Combine(folder, "chat_template.jinja");
        if (RegularFile.IsPresent(main))
            templates.Add(new NamedTemplate("default", ReadText(main), main));
        var additional = Path.Combine(folder, "additional_chat_templates");
        if (Directory.Exists(additional))
        {
            foreach (var file in Guard(additional, () => Directory.GetFiles(additional, "*.jinja")).Order(StringComparer.Ordinal))
                templates.Add(new NamedTemplate(Path.GetFileNameWithoutExtension(file), ReadText(file), file));
        }
        if (templates.Count > 0)
            return templates;
        if (config is not null)
            templates.AddRange(InConfig(Path.Combine(folder, "tokenizer_config.json"), config.RootElement));
        return templates;
    }

    /// <summary><c>chat_template</c>: a text, or a list of objects with <c>name</c> and <c>template</c>.</summary>
    private static IEnumerable<NamedTemplate> InConfig(string file, JsonElement config)
    {
        if (!config.TryGetProperty("chat_template", out var value))
            return [];
        return value.ValueKind switch
        {
            JsonValueKind.Null => [],
            JsonValueKind.String => [new NamedTemplate("default", value.GetString()!, $"{file}, chat_template")],
            JsonValueKind.Array => value.EnumerateArray().Select(entry => Named(file, entry)).ToList(),
            _ => throw ChatTemplateDiagnostics.BadFile(file, $"chat_template is {value.ValueKind}, neither a text nor a list of templates"),
        };
    }

    private static NamedTemplate Named(string file, JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object
        && entry.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
        && entry.TryGetProperty("template", out var template) && template.ValueKind == JsonValueKind.String
            ? new NamedTemplate(name.GetString()!, template.GetString()!, $"{file}, chat_template '{name.GetString()}'")
            : throw ChatTemplateDiagnostics.BadFile(file, "an entry of the list chat_template lacks the texts 'name' and 'template'");

    private static PythonValue? FindToken(JsonDocument? document, string name)
    {
        if (document is null || !document.RootElement.TryGetProperty(name, out var value))
            return null;
        return value.ValueKind == JsonValueKind.Array ? new PythonList(value.EnumerateArray().Select(Token).OfType<PythonValue>()) : Token(value);
    }

    // A token is its text, or an object that describes the added token.
    private static PythonValue? Token(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Object when value.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String => content.GetString(),
        _ => (PythonValue?)null,
    };

    private static JsonDocument? ReadJson(string file)
    {
        if (!RegularFile.IsPresent(file))
            return null;
        var document = Guard(file, () => JsonFile.Read(file, options: JsonOptions));
        if (document.RootElement.ValueKind == JsonValueKind.Object)
            return document;
        document.Dispose();
        throw ChatTemplateDiagnostics.BadFile(file, "it is no JSON object");
    }

    private static string ReadText(string file) => Guard(file, () => RegularFile.ReadText(file));

    private static T Guard<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (JsonException e)
        {
            throw ChatTemplateDiagnostics.BadFile(file, $"it is no JSON: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ChatTemplateDiagnostics.BadFile(file, e.Message, e);
        }
    }
}
