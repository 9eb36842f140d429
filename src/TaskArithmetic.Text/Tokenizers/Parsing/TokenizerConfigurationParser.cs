using System.Text.Json;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;

namespace TaskArithmetic.Text.Tokenizers.Parsing;

/// <summary>Reads the files beside a <c>tokenizer.json</c>.</summary>
internal static class TokenizerConfigurationParser
{
    /// <exception cref="DiagnosticException">A file is unreadable or malformed.</exception>
    public static TokenizerConfiguration Parse(string folder, Func<string, int?> tokenToId)
    {
        var problems = new List<Diagnostic>();
        using var configurationFile = OpenIfPresent(Path.Combine(folder, "tokenizer_config.json"));
        using var mapFile = OpenIfPresent(Path.Combine(folder, "special_tokens_map.json"));
        var configuration = Root(folder, "tokenizer_config.json", configurationFile, problems);
        var map = Root(folder, "special_tokens_map.json", mapFile, problems);
        var result = new TokenizerConfiguration
        {
            BosToken = ParseToken("bos_token", configuration, map, tokenToId),
            EosToken = ParseToken("eos_token", configuration, map, tokenToId),
            PadToken = ParseToken("pad_token", configuration, map, tokenToId),
            UnkToken = ParseToken("unk_token", configuration, map, tokenToId),
            AddBosToken = configuration["add_bos_token"].FlagOrNull(),
            AddEosToken = configuration["add_eos_token"].FlagOrNull(),
            CleanUpTokenizationSpaces = configuration["clean_up_tokenization_spaces"].FlagOrNull(),
            ModelMaxLength = ParseLength(configuration["model_max_length"]),
            TokenizerClass = configuration["tokenizer_class"].TextOrNull(),
            ChatTemplates = ParseChatTemplates(folder, configuration["chat_template"]),
        };
        return problems.Count == 0 ? result : throw new DiagnosticException(problems);
    }

    private static JsonDocument? OpenIfPresent(string file) => RegularFile.IsPresent(file) ? TokenizerJsonFile.Open(file) : null;

    private static TokenizerJsonNode Root(string folder, string name, JsonDocument? document, List<Diagnostic> problems)
    {
        var root = new TokenizerJsonNode(Path.Combine(folder, name), "$", document?.RootElement ?? default, problems);
        if (document is not null && root.Element.ValueKind != JsonValueKind.Object)
            root.Expected("an object");
        return root;
    }

    // A role is text or a serialized added token. That the configuration gives it as null means there is none.
    private static SpecialToken? ParseToken(string role, TokenizerJsonNode configuration, TokenizerJsonNode map, Func<string, int?> tokenToId)
    {
        var node = configuration[role].Element.ValueKind == JsonValueKind.Undefined ? map[role] : configuration[role];
        if (node.IsAbsent)
            return null;
        var text = node.Element.ValueKind == JsonValueKind.Object ? node["content"].Text() : node.Text();
        return new(text, tokenToId(text));
    }

    private static int? ParseLength(TokenizerJsonNode node)
    {
        if (node.IsAbsent)
            return null;
        if (node.Element.ValueKind == JsonValueKind.Number && node.Element.GetDouble() is > 0 and var length)
            return length <= int.MaxValue ? (int)length : null;
        node.Expected("a number above 0");
        return null;
    }

    private static Dictionary<string, string> ParseChatTemplates(string folder, TokenizerJsonNode node)
    {
        var templates = new Dictionary<string, string>();
        if (node.Element.ValueKind == JsonValueKind.Array)
        {
            foreach (var named in node.Items())
                templates[named["name"].Text()] = named["template"].Text();
        }
        else if (node.TextOrNull() is { } template)
        {
            templates[TokenizerConfiguration.DefaultChatTemplate] = template;
        }
        var main = Path.Combine(folder, "chat_template.jinja");
        if (RegularFile.IsPresent(main))
            templates[TokenizerConfiguration.DefaultChatTemplate] = Read(main);
        var additional = Path.Combine(folder, "additional_chat_templates");
        foreach (var file in FilesIn(additional))
            templates[Path.GetFileNameWithoutExtension(file)] = Read(file);
        return templates;
    }

    private static string[] FilesIn(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? Directory.GetFiles(folder, "*.jinja") : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(TokenizerDiagnostics.Unreadable(folder, e.Message), e);
        }
    }

    private static string Read(string file)
    {
        try
        {
            // The reference opens templates as text, where every line end becomes a line feed.
            return RegularFile.ReadText(file).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(TokenizerDiagnostics.Unreadable(file, e.Message), e);
        }
    }
}
