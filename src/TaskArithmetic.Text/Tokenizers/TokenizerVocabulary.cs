namespace TaskArithmetic.Text.Tokenizers;

/// <summary>A token found in the text itself, before the model sees it.</summary>
/// <param name="Content">The text it stands for.</param>
/// <param name="SingleWord">Whether it only counts where no word character touches it.</param>
/// <param name="LeftStrip">Whether it swallows white space before it.</param>
/// <param name="RightStrip">Whether it swallows white space after it.</param>
/// <param name="IsNormalized">Whether it is looked for, normalized, in the normalized text.</param>
/// <param name="IsSpecial">Whether decoding may skip it.</param>
internal sealed record AddedToken(string Content, bool SingleWord, bool LeftStrip, bool RightStrip, bool IsNormalized, bool IsSpecial);

/// <summary>
/// Tokens and their ids as the reference library gives them: an added token that the model's vocabulary has keeps that id; any
/// other gets the next number after the vocabulary's, whatever id the file gives it.
/// </summary>
internal sealed class TokenizerVocabulary
{
    private readonly IReadOnlyDictionary<string, int> model;
    private readonly Dictionary<int, string> texts;
    private readonly Dictionary<string, int> addedIds = [];
    private readonly SortedDictionary<int, AddedToken> added = [];
    private readonly HashSet<string> special = [];

    /// <param name="model">The model's tokens.</param>
    /// <param name="pieces">They by id, where a list may name one twice; empty where none is.</param>
    /// <param name="addedTokens">The added tokens, in file order.</param>
    public TokenizerVocabulary(IReadOnlyDictionary<string, int> model, IReadOnlyList<string> pieces, IEnumerable<AddedToken> addedTokens)
    {
        this.model = model;
        Size = Math.Max(model.Count, pieces.Count);
        texts = new(model.Count);
        foreach (var (token, id) in model)
            texts[id] = token;
        // Encoding gives the last of equal pieces, and decoding knows the ids of all.
        for (var id = 0; id < pieces.Count; id++)
            texts[id] = pieces[id];
        foreach (var token in addedTokens.Where(token => token.Content.Length > 0))
        {
            if (token.IsSpecial)
                special.Add(token.Content);
            var id = TokenToId(token.Content) ?? Size++;
            addedIds[token.Content] = id;
            added[id] = token;
        }
    }

    /// <summary>How many tokens there are.</summary>
    public int Size { get; }

    /// <summary>The model's tokens.</summary>
    public IReadOnlyDictionary<string, int> Model => model;

    /// <summary>The added tokens by id, ascending; of several with one content the last.</summary>
    public IReadOnlyDictionary<int, AddedToken> Added => added;

    public int? TokenToId(string token) => addedIds.TryGetValue(token, out var id) || model.TryGetValue(token, out id) ? id : null;

    public string? IdToToken(int id) => added.TryGetValue(id, out var token) ? token.Content : texts.GetValueOrDefault(id);

    public bool IsSpecial(string token) => special.Contains(token);
}
