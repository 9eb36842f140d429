using TaskArithmetic.Diagnostics;
using TaskArithmetic.Text.Tokenizers.Models;
using TaskArithmetic.Text.Tokenizers.Normalizers;

namespace TaskArithmetic.Text.Tokenizers.AddedTokens;

/// <summary>
/// The added tokens of a tokenizer. Ids follow the reference implementation: a token the model's vocabulary has keeps
/// that id; any other gets the next free one after it, whatever id the file gives it.
/// </summary>
internal sealed class AddedVocabulary
{
    // Characters of all added tokens together, which a trie holds one by one.
    private const int MostCharacters = 4 << 20;

    private readonly Dictionary<string, int> ids = [];
    private readonly SortedDictionary<int, AddedToken> tokens = [];
    private readonly HashSet<string> special = [];
    private readonly long highest = -1;

    public AddedVocabulary(IEnumerable<AddedToken> added, BpeModel model, INormalizer normalizer)
    {
        // Special tokens win over others of the same content, and earlier ones over later ones.
        var specialOnes = new List<AddedToken>();
        var otherOnes = new List<AddedToken>();
        foreach (var token in added.Where(token => token.Content.Length > 0))
        {
            if (token.IsSpecial && special.Add(token.Content))
                specialOnes.Add(token);
            if (ids.TryGetValue(token.Content, out var known) && tokens[known] == token)
                continue;
            var id = IdFor(token.Content, model);
            ids[token.Content] = id;
            highest = Math.Max(highest, id);
            tokens[id] = token;
            if (!special.Contains(token.Content))
                otherOnes.Add(token);
        }
        var inOrder = specialOnes.Concat(otherOnes).ToLookup(token => token.IsNormalized);
        Verbatim = Cutter(inOrder[false], content => content);
        Normalized = Cutter(inOrder[true], normalizer.Normalize);
    }

    /// <summary>Cuts out the tokens that are looked for in the text as it is given.</summary>
    public AddedTokenCutter Verbatim { get; }

    /// <summary>Cuts out the tokens that are looked for in the normalized text.</summary>
    public AddedTokenCutter Normalized { get; }

    /// <summary>The tokens by id, ascending.</summary>
    public IReadOnlyDictionary<int, AddedToken> Tokens => tokens;

    public int? TokenToId(string token) => ids.TryGetValue(token, out var id) ? id : null;

    public string? IdToToken(int id) => tokens.TryGetValue(id, out var token) ? token.Content : null;

    public bool IsSpecial(string token) => special.Contains(token);

    private int IdFor(string content, BpeModel model)
    {
        if (ids.TryGetValue(content, out var known))
            return known;
        if (model.TokenToId(content) is { } id)
            return id;
        var next = Math.Max(highest + 1, model.Vocabulary.Count);
        return next <= int.MaxValue ? (int)next : throw new DiagnosticException(TokenizerDiagnostics.NoIdLeft(content));
    }

    private AddedTokenCutter Cutter(IEnumerable<AddedToken> group, Func<string, string> contentOf)
    {
        AddedToken[] members = [.. group];
        var contents = new List<string>(members.Length);
        var length = 0L;
        foreach (var token in members)
        {
            contents.Add(contentOf(token.Content));
            if ((length += contents[^1].Length) > MostCharacters)
                throw new DiagnosticException(TokenizerDiagnostics.TextGrows(MostCharacters));
        }
        // The flags are those of the last token that took the id.
        return new([.. members.Select(token => (tokens[ids[token.Content]], ids[token.Content]))], contents);
    }
}
