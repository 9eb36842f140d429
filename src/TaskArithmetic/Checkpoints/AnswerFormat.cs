using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;

namespace TaskArithmetic.Checkpoints;

/// <summary>The format a model was taught to answer in: the tokens at which it stops, and its chat template.</summary>
/// <param name="EndTokens">Texts of the end tokens, in ordinal order; <c>id N</c> where no tokenizer gives the text. Empty where nothing says.</param>
/// <param name="ChatTemplateDigest">SHA-256, lower-case hex, of the default chat template, line ends and outer blanks aside; null where there is none.</param>
public sealed record AnswerFormat(IReadOnlyList<string> EndTokens, string? ChatTemplateDigest)
{
    /// <summary>
    /// Reads the format of a model folder, as transformers' generation does: generation_config.json decides, else config.json; the tokenizer's own
    /// end token counts as well.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="vocabulary">Texts of token ids where the model has no tokenizer of its own; null for none.</param>
    /// <exception cref="Diagnostics.DiagnosticException">TA2005, TA2008: a file is damaged.</exception>
    public static AnswerFormat Of(Checkpoint model, TokenizerIdentity? vocabulary = null)
    {
        if (!model.IsFolder)
            return new AnswerFormat([], null);
        var tokenizer = ReadObject(model.Path, "tokenizer_config.json", CheckpointDiagnostics.MalformedTokenizer);
        var generation = ReadObject(model.Path, "generation_config.json", CheckpointDiagnostics.MalformedConfig);
        var ids = generation?["eos_token_id"] ?? (model.Config?.Raw("eos_token_id") is { } raw ? JsonNode.Parse(raw) : null);
        var texts = (model.Tokenizer ?? vocabulary)?.Vocabulary.GroupBy(t => t.Value).ToDictionary(g => g.Key, g => g.First().Key);
        var ends = Numbers(ids).Select(id => texts?.GetValueOrDefault(id) ?? string.Create(CultureInfo.InvariantCulture, $"id {id}"));
        // Without a vocabulary the ids stay numbers, beside which the tokenizer's text would look like another token.
        if (texts is not null && TextOf(tokenizer?["eos_token"]) is { } own)
            ends = ends.Append(own);
        return new AnswerFormat([.. ends.Distinct().Order(StringComparer.Ordinal)], Digest(Template(model.Path, tokenizer)));
    }

    /// <summary>The default chat template of a model folder; null where it has none.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">TA2008: a file is damaged.</exception>
    public static string? TemplateOf(string folder) => Template(folder, ReadObject(folder, "tokenizer_config.json", CheckpointDiagnostics.MalformedTokenizer));

    private static string? Template(string folder, JsonObject? tokenizer)
    {
        var file = Path.Combine(folder, "chat_template.jinja");
        if (RegularFile.IsPresent(file))
        {
            try
            {
                return RegularFile.ReadText(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw CheckpointDiagnostics.MalformedTokenizer(file, e.Message, e);
            }
        }
        var template = ReadObject(folder, "chat_template.json", CheckpointDiagnostics.MalformedTokenizer)?["chat_template"] ?? tokenizer?["chat_template"];
        // Several named templates stand in a list; the default one is used unless another is asked for.
        return template is JsonArray named
            ? named.OfType<JsonObject>().Where(t => TextOf(t["name"]) == "default").Select(t => TextOf(t["template"])).FirstOrDefault()
            : TextOf(template);
    }

    private static string? Digest(string? template) => template is null
        ? null
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(template.ReplaceLineEndings("\n").Trim())));

    private static IEnumerable<long> Numbers(JsonNode? node) => node switch
    {
        JsonArray array => array.SelectMany(Numbers),
        JsonValue value when value.TryGetValue<long>(out var id) => [id],
        _ => [],
    };

    /// <summary>A token is written as its text, or as an object that holds it.</summary>
    private static string? TextOf(JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonObject token => TextOf(token["content"]),
        _ => null,
    };

    private static JsonObject? ReadObject(string folder, string name, Func<string, string, Exception?, Exception> malformed)
    {
        var path = Path.Combine(folder, name);
        if (!RegularFile.IsPresent(path))
            return null;
        try
        {
            // A JsonObject only meets a name that stands twice when it is asked for one.
            using var json = JsonFile.Read(path, options: new JsonDocumentOptions { AllowDuplicateProperties = false });
            return json.RootElement.ValueKind == JsonValueKind.Object ? JsonObject.Create(json.RootElement.Clone()) : throw malformed(path, "it is not a JSON object", null);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw malformed(path, e.Message, e);
        }
    }
}
