using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Recipes;

/// <summary>Reads what a mergekit file says of tokenizer and chat template.</summary>
internal static class MergeKitTokenizer
{
    private static readonly string[] TokenKinds = ["model_token", "zero"];

    /// <summary>The vocabulary of the output; null where the file says nothing.</summary>
    /// <param name="root">The document.</param>
    /// <param name="source">The value of <c>tokenizer_source</c>.</param>
    /// <param name="section">The value of <c>tokenizer</c>.</param>
    /// <param name="places">Learns where tokens stand.</param>
    public static RecipeTokenizer? Read(MergeKitPlace root, MergeKitPlace? source, MergeKitPlace? section, Dictionary<RecipePlace, string> places)
    {
        if (source is not null && section is not null)
        {
            root.Findings.Add(MergeKitDiagnostics.KeyMissing(section.Where, root.File, $"tokenizer stands beside tokenizer_source (line {source.Line}), and only one of them can count. Keep one"));
            return null;
        }
        if (section is null)
            return source is not null && ReadModel(source) is { } model ? new RecipeTokenizer(model) : null;
        var entries = section.Entries("a mapping with the tokenizer's source", "source", "tokens", "pad_to_multiple_of");
        if (!entries.TryGetValue("source", out var from) || from.IsNull)
        {
            root.Findings.Add(MergeKitDiagnostics.KeyMissing(section.Where, root.File, "the key 'source' is missing. Write base, union or a model"));
            return null;
        }
        return ReadModel(from) is not { } known ? null : new RecipeTokenizer(known)
        {
            Tokens = entries.TryGetValue("tokens", out var tokens) && !tokens.IsNull ? ReadTokens(tokens, places) : new Dictionary<string, TokenSource>(),
            PadToMultipleOf = entries.TryGetValue("pad_to_multiple_of", out var pad) && !pad.IsNull ? ReadInteger(pad, 1) : null,
        };
    }

    /// <summary>The chat template: <c>auto</c>, a name, or Jinja.</summary>
    public static string? ReadTemplate(MergeKitPlace place)
    {
        if (!place.TryText("a template's name or text", out var text))
            return null;
        if (ChatTemplates.IsSource(text) || text == ChatTemplates.Auto || ChatTemplates.Names.Contains(text))
            return text;
        var known = ChatTemplates.Names.Prepend(ChatTemplates.Auto).ToList();
        place.Findings.Add(MergeKitDiagnostics.BadTokenizer(place.Where, place.File, $"there is no chat template '{Printable.Start(text)}'. {(NearestName.Find(text, known) is { } nearest ? $"Did you mean '{nearest}'? " : "")}Write one of {string.Join(", ", known)}, or the text of a Jinja template"));
        return null;
    }

    /// <summary>What findings about a token call it.</summary>
    public static string PlaceOf(string token) => $"tokenizer.tokens.{token}";

    private static string? ReadModel(MergeKitPlace place)
    {
        if (MergeKitModel.Read(place) is not { } model)
            return null;
        if (model.Adapter is null)
            return model.Path;
        place.Findings.Add(MergeKitDiagnostics.NotSupported(place.Where, place.File, "the tokenizer of a model with an adapter is that model's. Leave the adapter out"));
        return null;
    }

    private static Dictionary<string, TokenSource> ReadTokens(MergeKitPlace place, Dictionary<RecipePlace, string> places)
    {
        var tokens = new Dictionary<string, TokenSource>(StringComparer.Ordinal);
        foreach (var (token, value) in place.Entries("a mapping of tokens to their sources"))
        {
            places[new RecipePlace(Parameter: PlaceOf(token))] = value.Where;
            var entries = value.Entries("a mapping with the token's source", "source", "force");
            var force = entries.TryGetValue("force", out var forced) && !forced.IsNull && ReadFlag(forced);
            if (!entries.TryGetValue("source", out var source) || source.IsNull)
                place.Findings.Add(MergeKitDiagnostics.KeyMissing(value.Where, place.File, "the key 'source' is missing. Write a model, or a mapping with kind: model_token or kind: zero"));
            else if (ReadSource(source) is { } read)
                tokens[token] = read with { Force = force };
        }
        return tokens;
    }

    private static TokenSource? ReadSource(MergeKitPlace place)
    {
        if (place.Node is not MergeKitMap map || map["kind"] is null)
            return ReadModel(place) is { } model ? new TokenSource { Model = model } : null;
        var entries = place.Entries("a token's source", "kind", "model", "token", "token_id");
        var kind = entries["kind"].Text;
        if (kind == "zero")
            return new TokenSource { Zero = true };
        if (kind != "model_token")
        {
            place.Findings.Add(MergeKitDiagnostics.BadTokenizer(entries["kind"].Where, place.File, $"a token's row comes from {string.Join(" or ", TokenKinds)}, not from '{Printable.Start(kind ?? "nothing")}'. Write one of them"));
            return null;
        }
        var token = entries.TryGetValue("token", out var text) && !text.IsNull && text.TryText("a token", out var said) ? said : null;
        int? id = entries.TryGetValue("token_id", out var number) && !number.IsNull ? ReadInteger(number, 0) : null;
        if (!entries.TryGetValue("model", out var from) || token is null == id is null)
        {
            place.Findings.Add(MergeKitDiagnostics.KeyMissing(place.Where, place.File, "a model_token needs model, and one of token and token_id. Complete it"));
            return null;
        }
        return ReadModel(from) is { } path ? new TokenSource { Model = path, Token = token, TokenId = id } : null;
    }

    private static int? ReadInteger(MergeKitPlace place, int least)
    {
        if (place.Node is MergeKitText { IsNull: false, Integer: { } number } && number >= least)
            return number;
        place.Refuse($"a whole number from {least}");
        return null;
    }

    private static bool ReadFlag(MergeKitPlace place)
    {
        if (place.Node is MergeKitText text && text.Scalar.AsFlag() is { } flag)
            return flag;
        place.Refuse("true or false");
        return false;
    }
}
