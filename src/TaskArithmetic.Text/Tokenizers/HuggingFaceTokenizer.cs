using System.Text;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Text.Tokenizers.Native;
using TaskArithmetic.Text.Tokenizers.Parsing;

namespace TaskArithmetic.Text.Tokenizers;

/// <summary>
/// The tokenizer of a <c>tokenizer.json</c>, computed by Hugging Face's Rust library tokenizers 0.22.2. That library ends the
/// process where it meets what it does not expect, so a file is checked before it gets there, and a text is bounded. Truncation
/// and padding settings in the file are ignored, as transformers does. All members are safe for concurrent use.
/// </summary>
internal sealed class HuggingFaceTokenizer
{
    private readonly TokenizerDefinition definition;
    private readonly TokenizerVocabulary vocabulary;
    private readonly ReferenceTokenizer reference;
    private readonly Lazy<string> identity;

    private HuggingFaceTokenizer(TokenizerDefinition definition, TokenizerVocabulary vocabulary, TokenizerConfiguration configuration, ReferenceTokenizer reference)
    {
        (this.definition, this.vocabulary, this.reference, Configuration) = (definition, vocabulary, reference, configuration);
        identity = new(() => TokenMeaningDigest.Compute(vocabulary, definition.Model.MergedIds(), definition.Model.Scores));
    }

    /// <summary>What the files beside <c>tokenizer.json</c> say: special tokens, limits, chat templates.</summary>
    public TokenizerConfiguration Configuration { get; }

    /// <summary>
    /// SHA-256, in lower-case hexadecimal, over vocabulary, merges and added tokens in a canonical form: equal for two files
    /// that differ in spelling only.
    /// </summary>
    public string Identity => identity.Value;

    /// <summary>How many tokens there are, added ones included. A model's embedding may have more rows.</summary>
    public int VocabularySize => vocabulary.Size;

    /// <summary>
    /// Loads the tokenizer of a model folder, or a <c>tokenizer.json</c> with the files beside it. The native library is fetched where
    /// <see cref="TokenizerLibrary.LoadAsync"/> was not called before.
    /// </summary>
    /// <param name="path">A model folder, or the path of the file.</param>
    /// <exception cref="DiagnosticException">
    /// TA2300–TA2313: there is no such file, it is unreadable or malformed, or it uses parts that are not supported; every problem is
    /// listed. TA0102–TA0122: the native library cannot be had.
    /// </exception>
    public static HuggingFaceTokenizer Load(string path)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, "tokenizer.json") : path;
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        if (!RegularFile.IsPresent(file))
            throw new DiagnosticException(TokenizerDiagnostics.NotFound(path, File.Exists(Path.Combine(folder, "tokenizer.model"))));
        using var document = TokenizerJsonFile.Open(file);
        var definition = TokenizerDefinitionParser.Parse(new TokenizerJsonNode(file, "$", document.RootElement, []));
        var vocabulary = new TokenizerVocabulary(definition.Model.Vocabulary, definition.Model.Pieces, definition.AddedTokens);
        var configuration = TokenizerConfigurationParser.Parse(folder, vocabulary.TokenToId);
        var reference = ReferenceTokenizer.Load(stream => TokenizerDefinitionWriter.Write(document.RootElement, definition, stream), file);
        return new(definition, vocabulary, configuration, reference);
    }

    /// <summary>The token ids of a text.</summary>
    /// <param name="text">Any text; half surrogate pairs count as U+FFFD. Special tokens written out in it become their ids.</param>
    /// <param name="addSpecialTokens">Whether to add what the file's post-processor adds, such as the token that begins a text.</param>
    /// <exception cref="DiagnosticException">
    /// TA2309: a character is unknown and so is the tokenizer's unknown token. TA2310, TA2311: the text is too long for the file's expressions and replacements.
    /// </exception>
    public int[] Encode(string text, bool addSpecialTokens)
    {
        ArgumentNullException.ThrowIfNull(text);
        definition.Encoding.Require(text);
        var ids = reference.Encode(WellFormed(text));
        var (before, after) = addSpecialTokens ? definition.Template : SpecialTokenTemplate.Empty;
        var result = new int[before.Length + ids.Length + after.Length];
        before.CopyTo(result);
        for (var i = 0; i < ids.Length; i++)
            result[before.Length + i] = (int)ids[i];
        after.CopyTo(result, before.Length + ids.Length);
        return result;
    }

    /// <summary>The text of token ids. Ids without a token are left out; bytes that are no UTF-8 become U+FFFD.</summary>
    /// <param name="ids">Token ids.</param>
    /// <param name="skipSpecialTokens">Whether to leave out special tokens.</param>
    /// <exception cref="DiagnosticException">TA2310, TA2311: the tokens' texts are too long for the file's expressions and replacements.</exception>
    public string Decode(IReadOnlyList<int> ids, bool skipSpecialTokens)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var known = new List<uint>(ids.Count);
        var length = 0L;
        foreach (var id in ids)
        {
            if (IdToToken(id) is not { } token || (skipSpecialTokens && vocabulary.IsSpecial(token)))
                continue;
            known.Add((uint)id);
            length += token.Length;
        }
        definition.Decoding.Require(0, length, known.Count);
        return reference.Decode([.. known]);
    }

    /// <summary>The id of a token, or null if there is no such token.</summary>
    public int? TokenToId(string token) => vocabulary.TokenToId(token);

    /// <summary>The token of an id, as the vocabulary spells it, or null if there is no such token.</summary>
    public string? IdToToken(int id) => vocabulary.IdToToken(id);

    /// <summary>Whether an id is that of a special token, which decoding may skip.</summary>
    public bool IsSpecial(int id) => IdToToken(id) is { } token && vocabulary.IsSpecial(token);

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
