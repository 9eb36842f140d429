using System.Text;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Text.Tokenizers.AddedTokens;
using TaskArithmetic.Text.Tokenizers.Models;
using TaskArithmetic.Text.Tokenizers.Parsing;
using TaskArithmetic.Text.Tokenizers.PreTokenizers;

namespace TaskArithmetic.Text.Tokenizers;

/// <summary>
/// The tokenizer of a <c>tokenizer.json</c>, with the ids and texts that Hugging Face's Rust library tokenizers 0.22
/// gives. Byte-pair encodings of every flavour are supported; whatever could not be followed exactly is refused when
/// the file is loaded. Truncation and padding settings in the file are ignored, as transformers does. All members are
/// safe for concurrent use.
/// </summary>
internal sealed class HuggingFaceTokenizer
{
    private readonly TokenizerDefinition definition;
    private readonly AddedVocabulary added;
    private readonly Lazy<string> identity;

    private HuggingFaceTokenizer(TokenizerDefinition definition, string folder)
    {
        this.definition = definition;
        added = new(definition.AddedTokens, definition.Model, definition.Normalizer);
        Configuration = TokenizerConfigurationParser.Parse(folder, TokenToId);
        identity = new(() => TokenizerIdentity.Compute(definition.Model, added));
        VocabularySize = definition.Model.Vocabulary.Count + added.Tokens.Values.Count(token => definition.Model.TokenToId(token.Content) is null);
    }

    /// <summary>What the files beside <c>tokenizer.json</c> say: special tokens, limits, chat templates.</summary>
    public TokenizerConfiguration Configuration { get; }

    /// <summary>
    /// SHA-256, in lower-case hexadecimal, over vocabulary, merges and added tokens in a canonical form: equal for two files
    /// that differ in spelling only.
    /// </summary>
    public string Identity => identity.Value;

    /// <summary>How many tokens there are, added ones included. A model's embedding may have more rows.</summary>
    public int VocabularySize { get; }

    /// <summary>Loads the tokenizer of a model folder, or a <c>tokenizer.json</c> with the files beside it.</summary>
    /// <param name="path">A model folder, or the path of the file.</param>
    /// <exception cref="DiagnosticException">
    /// TA2300–TA2308: there is no such file, it is unreadable or malformed, or it uses parts that are not supported; every problem is listed.
    /// </exception>
    public static HuggingFaceTokenizer Load(string path)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, "tokenizer.json") : path;
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        if (!RegularFile.IsPresent(file))
            throw new DiagnosticException(TokenizerDiagnostics.NotFound(path, File.Exists(Path.Combine(folder, "tokenizer.model"))));
        return new(TokenizerDefinitionParser.Parse(file), folder);
    }

    /// <summary>The token ids of a text.</summary>
    /// <param name="text">Any text; half surrogate pairs count as U+FFFD. Special tokens written out in it become their ids.</param>
    /// <param name="addSpecialTokens">Whether to add what the file's post-processor adds, such as the token that begins a text.</param>
    /// <exception cref="DiagnosticException">TA2309: a character is unknown and so is the tokenizer's unknown token.</exception>
    public int[] Encode(string text, bool addSpecialTokens)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>(16 + (text.Length / 3));
        if (addSpecialTokens)
            ids.AddRange(definition.Template.Before.AsSpan());
        EncodeText(WellFormed(text), ids);
        if (addSpecialTokens)
            ids.AddRange(definition.Template.After.AsSpan());
        return [.. ids];
    }

    /// <summary>The text of token ids. Ids without a token are left out; bytes that are no UTF-8 become U+FFFD.</summary>
    /// <param name="ids">Token ids.</param>
    /// <param name="skipSpecialTokens">Whether to leave out special tokens.</param>
    public string Decode(IReadOnlyList<int> ids, bool skipSpecialTokens)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var tokens = new List<string>(ids.Count);
        foreach (var id in ids)
        {
            if (IdToToken(id) is { } token && !(skipSpecialTokens && added.IsSpecial(token)))
                tokens.Add(token);
        }
        return definition.Decoder is { } decoder ? string.Concat(decoder.Decode(tokens)) : string.Join(' ', tokens);
    }

    /// <summary>The id of a token, or null if there is no such token.</summary>
    public int? TokenToId(string token) => added.TokenToId(token) ?? definition.Model.TokenToId(token);

    /// <summary>The token of an id, as the vocabulary spells it, or null if there is no such token.</summary>
    public string? IdToToken(int id) => added.IdToToken(id) ?? definition.Model.IdToToken(id);

    /// <summary>Whether an id is that of a special token, which decoding may skip.</summary>
    public bool IsSpecial(int id) => IdToToken(id) is { } token && added.IsSpecial(token);

    // Added tokens are cut out twice: as they are written, then, in what is left, as the normalizer writes them.
    private void EncodeText(string text, List<int> ids)
    {
        var word = new BpeWord();
        foreach (var piece in added.Verbatim.Cut(text))
        {
            if (piece.Id is { } id)
            {
                ids.Add(id);
                continue;
            }
            var normalized = definition.Normalizer.Normalize(text.Substring(piece.Start, piece.Length));
            foreach (var part in added.Normalized.Cut(normalized))
            {
                if (part.Id is { } partId)
                    ids.Add(partId);
                else
                    EncodeWords(normalized.Substring(part.Start, part.Length), piece.Start == 0 && part.Start == 0, word, ids);
            }
        }
    }

    private void EncodeWords(string text, bool isAtStart, BpeWord word, List<int> ids)
    {
        var words = definition.PreTokenizer.PreTokenize(new(text, [new TextSegment(0, text.Length, isAtStart)]));
        foreach (var segment in words.Segments)
            definition.Model.Encode(words[segment], word, ids);
    }

    private static string WellFormed(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            return text;
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            result.Append(rune.ToString());
        return result.ToString();
    }
}
