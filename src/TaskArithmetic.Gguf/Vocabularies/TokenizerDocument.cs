using System.Text.Json;

namespace TaskArithmetic.Gguf.Vocabularies;

/// <summary>The parts of a <c>tokenizer.json</c> by the names that it gives them.</summary>
/// <exception cref="FormatException">Something has another form than the library tokenizers writes.</exception>
internal sealed class TokenizerDocument
{
    public TokenizerDocument(JsonElement root)
    {
        if (Member(root, "model") is not { ValueKind: JsonValueKind.Object } model)
            throw new FormatException("it has no object 'model'");
        Model = model;
        Normalizers = Steps(Member(root, "normalizer"), "normalizers");
        PreTokenizers = Steps(Member(root, "pre_tokenizer"), "pretokenizers");
        PostProcessors = Steps(Member(root, "post_processor"), "processors");
        if (TextOf(Model, "type") is not (null or "BPE"))
            return;
        if (Member(Model, "vocab") is { ValueKind: JsonValueKind.Object } vocabulary)
        {
            foreach (var token in vocabulary.EnumerateObject())
                Ids[token.Name] = token.Value.GetInt32();
        }
        if (Member(root, "added_tokens") is { ValueKind: JsonValueKind.Array } added)
        {
            foreach (var token in added.EnumerateArray())
            {
                AddedTokens[token.GetProperty("id").GetInt32()] = new(
                    token.GetProperty("content").GetString()!, Flag(token, "special", false), Flag(token, "rstrip", false), Flag(token, "lstrip", false) || Flag(token, "single_word", false));
            }
        }
        foreach (var (id, token) in AddedTokens)
            Ids[token.Content] = id;
        if (Member(Model, "merges") is { ValueKind: JsonValueKind.Array } merges)
            Merges = [.. merges.EnumerateArray().Select(Merge)];
    }

    public JsonElement Model { get; }

    public IReadOnlyList<JsonElement> Normalizers { get; }

    public IReadOnlyList<JsonElement> PreTokenizers { get; }

    public IReadOnlyList<JsonElement> PostProcessors { get; }

    /// <summary>Id of each token, added ones included.</summary>
    public Dictionary<string, int> Ids { get; } = new(StringComparer.Ordinal);

    /// <summary>Tokens that are found in a text before it is split, by id.</summary>
    public SortedDictionary<int, AddedToken> AddedTokens { get; } = [];

    public IReadOnlyList<(string Left, string Right)> Merges { get; } = [];

    public static JsonElement? Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string? TextOf(JsonElement json, string name) => Member(json, name)?.GetString();

    public static bool Flag(JsonElement json, string name, bool absent) => Member(json, name)?.GetBoolean() ?? absent;

    /// <summary>A part that is one step or a sequence of them, as a list.</summary>
    private static List<JsonElement> Steps(JsonElement? part, string sequence) => part switch
    {
        null => [],
        { } step when TextOf(step, "type") == "Sequence" => [.. step.GetProperty(sequence).EnumerateArray().SelectMany(inner => Steps(inner, sequence))],
        { } step => [step],
    };

    private static (string Left, string Right) Merge(JsonElement merge)
    {
        if (merge.ValueKind == JsonValueKind.Array && merge.GetArrayLength() == 2)
            return (merge[0].GetString()!, merge[1].GetString()!);
        var text = merge.GetString()!;
        var space = text.IndexOf(' ', 1);
        return space > 0 ? (text[..space], text[(space + 1)..]) : throw new FormatException($"the merge '{text}' is no pair");
    }
}

/// <summary>A token that is found in a text before it is split.</summary>
/// <param name="Content">Its text.</param>
/// <param name="IsSpecial">Whether it is none of the text.</param>
/// <param name="TakesSpacesAfter">Whether it takes the spaces behind it along.</param>
/// <param name="IsChoosy">Whether it takes those before it along, or only stands as a word of its own.</param>
internal sealed record AddedToken(string Content, bool IsSpecial, bool TakesSpacesAfter, bool IsChoosy);
