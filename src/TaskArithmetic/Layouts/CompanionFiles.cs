using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TaskArithmetic.Checkpoints;

namespace TaskArithmetic.Layouts;

/// <summary>
/// The files beside the weights: the target's, byte for byte, unless the output has another vocabulary, chat template or number of layers.
/// </summary>
/// <param name="target">The model that gives configuration and tokenizer.</param>
/// <param name="vocabulary">The vocabulary of the output; null for the target's.</param>
/// <param name="layers">Layers of the output where they are stacked, each with the layer of the target that it is like; null for the target's.</param>
/// <param name="template">The chat template of the output; null for that of the tokenizer's model.</param>
/// <param name="savesTemplate">Whether the template also becomes a file of its own, as it does where a tokenizer is saved again.</param>
internal sealed partial class CompanionFiles(Checkpoint target, VocabularyLayout? vocabulary, IReadOnlyList<int>? layers, string? template, bool savesTemplate)
{
    private const string TemplateFile = "chat_template.jinja";
    private const string TokenizerFile = "tokenizer.json";
    private const string TokenizerConfig = "tokenizer_config.json";

    private static readonly string[] LayerCounts = ["num_hidden_layers", "n_layer", "n_layers", "num_layers"];
    private static readonly string[] TokenIds = ["bos_token_id", "eos_token_id", "pad_token_id", "unk_token_id", "sep_token_id", "cls_token_id", "mask_token_id", "decoder_start_token_id", "forced_bos_token_id", "forced_eos_token_id"];

    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The folder that gives the tokenizer's files.</summary>
    private string TokenizerFolder => vocabulary?.TokenizerFolder ?? target.Path;

    /// <summary>The template that comes out; null for none.</summary>
    private string? Template => template ?? AnswerFormat.TemplateOf(TokenizerFolder);

    /// <summary>Names, relative to the output, in ordinal order.</summary>
    public IReadOnlyList<string> Names()
    {
        var names = CarriedFiles.Of(target.Path).Where(name => !IsTokenizers(name)).Concat(CarriedFiles.Of(TokenizerFolder).Where(IsTokenizers));
        if (savesTemplate && Template is not null)
            names = names.Append(TemplateFile);
        return [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>The bytes of a file.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public byte[] Read(string name)
    {
        if (name == TemplateFile && savesTemplate)
            return Encoding.UTF8.GetBytes(Template!);
        var bytes = CarriedFile.Read(IsTokenizers(name) ? TokenizerFolder : target.Path, name);
        return name switch
        {
            TokenizerFile when vocabulary is { Appended.Count: > 0 } => Edit(bytes, AddTokens),
            TokenizerConfig when template is not null => Edit(bytes, SetTemplate),
            "config.json" when vocabulary is { Tokens.Count: > 0 } || layers is not null => Edit(bytes, Describe),
            "generation_config.json" when vocabulary is { Tokens.Count: > 0 } => Edit(bytes, MoveTokenIds),
            _ => bytes,
        };
    }

    private static byte[] Edit(byte[] bytes, Func<JsonObject, bool> change) =>
        JsonNode.Parse(bytes) is JsonObject root && change(root) ? [.. JsonSerializer.SerializeToUtf8Bytes(root, Written), (byte)'\n'] : bytes;

    /// <summary>Tokens that another model adds keep its flags; all others match as plain text.</summary>
    private bool AddTokens(JsonObject root)
    {
        var added = root["added_tokens"] as JsonArray ?? [];
        foreach (var (token, id) in vocabulary!.Appended)
        {
            var flags = vocabulary.FlagsOf(token);
            added.Add(new JsonObject
            {
                ["id"] = id,
                ["content"] = token,
                ["single_word"] = Flag("single_word", false),
                ["lstrip"] = Flag("lstrip", false),
                ["rstrip"] = Flag("rstrip", false),
                ["normalized"] = Flag("normalized", true),
                ["special"] = Flag("special", false),
            });

            bool Flag(string name, bool usual) => flags?[name] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : usual;
        }
        if (added.Parent is null)
            root["added_tokens"] = added;
        return true;
    }

    private bool SetTemplate(JsonObject root)
    {
        // Where a template stands beside the configuration, readers look there; one in it must not say something else.
        if (!root.ContainsKey("chat_template"))
            return false;
        root["chat_template"] = template;
        return true;
    }

    private bool Describe(JsonObject root)
    {
        var changed = false;
        foreach (var part in root["text_config"] is JsonObject text ? new[] { root, text } : [root])
        {
            if (vocabulary is { Tokens.Count: > 0 } && part.ContainsKey("vocab_size"))
                (part["vocab_size"], changed) = (vocabulary.Rows, true);
            if (layers is null)
                continue;
            foreach (var name in LayerCounts.Where(part.ContainsKey))
                (part[name], changed) = (layers.Count, true);
            if (part["layer_types"] is JsonArray types && layers.All(l => l < types.Count))
                (part["layer_types"], changed) = (new JsonArray([.. layers.Select(l => types[l]?.DeepClone())]), true);
        }
        return MoveTokenIds(root) || changed;
    }

    /// <summary>Ids of special tokens follow their tokens into the new vocabulary.</summary>
    private bool MoveTokenIds(JsonObject root)
    {
        if (vocabulary is not { Tokens.Count: > 0 } || target.Tokenizer is not { } before)
            return false;
        var texts = before.Vocabulary.GroupBy(t => t.Value).ToDictionary(g => g.Key, g => g.First().Key);
        var changed = false;
        foreach (var name in TokenIds)
        {
            if (root[name] is JsonArray list)
            {
                var moved = list.Select(Moved).ToArray();
                changed |= !JsonNode.DeepEquals(list, new JsonArray([.. moved.Select(m => m?.DeepClone())]));
                root[name] = new JsonArray(moved);
            }
            else if (root[name] is JsonValue value && Moved(value) is { } id && !JsonNode.DeepEquals(id, value))
            {
                (root[name], changed) = (id, true);
            }
        }
        return changed;

        JsonNode? Moved(JsonNode? node) => node is JsonValue value && value.TryGetValue<long>(out var id) && texts.TryGetValue(id, out var token) && vocabulary.Tokens.TryGetValue(token, out var now)
            ? JsonValue.Create(now)
            : node?.DeepClone();
    }

    private static bool IsTokenizers(string name) => TokenizersName().IsMatch(name);

    [GeneratedRegex(@"\A(?:tokenizer.*|special_tokens_map\.json|added_tokens\.json|vocab\..*|.*-vocab\..*|merges\.txt|.*\.tiktoken|.*\.spm|.*sentencepiece.*|spiece\.model|normalizer\.json|tekken\.json|.*tokenizer.*\.model.*|chat_template.*|.*\.jinja)\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex TokenizersName();
}
