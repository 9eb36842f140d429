using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Text.Tokenizers.Parsing;

/// <summary>What is known of a tokenizer file beside what the library makes of it.</summary>
/// <param name="Model">Its model.</param>
/// <param name="AddedTokens">Its added tokens, in file order.</param>
/// <param name="Template">The ids around a text.</param>
/// <param name="Encoding">How long a text may be to be encoded.</param>
/// <param name="Decoding">How long the texts of tokens may be to be decoded.</param>
internal sealed record TokenizerDefinition(
    TokenizerModel Model, IReadOnlyList<AddedToken> AddedTokens, SpecialTokenTemplate Template, TextBound Encoding, TextBound Decoding);

/// <summary>
/// Reads a <c>tokenizer.json</c> and refuses, all at once, what the library would refuse or not survive, and what it would do
/// differently each time.
/// </summary>
internal static class TokenizerDefinitionParser
{
    // Characters of all added tokens together, which an automaton holds one by one.
    private const int MostAddedCharacters = 4 << 20;

    /// <exception cref="DiagnosticException">TA2303–TA2312.</exception>
    public static TokenizerDefinition Parse(TokenizerJsonNode root)
    {
        if (root["version"].TextOrNull() is { } version && version != "1.0")
            root.Problems.Add(TokenizerDiagnostics.UnsupportedOption(root.File, "$.version", $"version '{version}'", "only 1.0 is known. Use a newer version of this tool."));
        TextBound normalizing = new(), encoding = new(), decoding = new();
        NormalizerParser.Parse(root["normalizer"], normalizing);
        if (root.Problems.Count == 0)
            NormalizerParser.Parse(root["normalizer"], encoding);
        PreTokenizerParser.Parse(root["pre_tokenizer"], encoding);
        var model = ModelParser.Parse(root["model"]);
        var template = PostProcessorParser.Parse(root["post_processor"]);
        DecoderParser.Parse(root["decoder"], decoding);
        AddedToken[] added = root["added_tokens"].IsAbsent ? [] : [.. root["added_tokens"].Items().Select(ParseAddedToken)];
        RefuseStrippingSpace(root, added);
        if (root.Problems.Count > 0)
            throw new DiagnosticException([.. root.Problems]);
        BoundAddedTokens(added, normalizing);
        return new(model, added, template, encoding, decoding);
    }

    private static AddedToken ParseAddedToken(TokenizerJsonNode node)
    {
        // Checked although ids follow from the vocabulary: a file without it is no tokenizer file.
        node["id"].Integer();
        return new(
            node["content"].Token(),
            node["single_word"].Flag(),
            node["lstrip"].Flag(),
            node["rstrip"].Flag(),
            node["normalized"].Flag(),
            node["special"].Flag());
    }

    /// <summary>
    /// Where one token has swallowed the white space after it, the library can find another in that very space; if that one
    /// swallows space before it as well, it would begin behind its own end, and the process ends. A run of such tokens alone
    /// takes the square of its length.
    /// </summary>
    private static void RefuseStrippingSpace(TokenizerJsonNode root, AddedToken[] added)
    {
        foreach (var group in added.Where(token => token.Content.Length > 0).GroupBy(token => token.IsNormalized))
        {
            var mayBecomeSpace = group.Key && !root["normalizer"].IsAbsent && group.Any(token => token.RightStrip);
            if (group.FirstOrDefault(token => token.LeftStrip && (mayBecomeSpace || char.IsWhiteSpace(token.Content[0]))) is { } token)
            {
                root.Problems.Add(TokenizerDiagnostics.UnsupportedOption(root.File, "$.added_tokens", $"lstrip of the token '{token.Content}'",
                    "where it begins with white space and follows a token with rstrip, the tokenizer library ends the process. Set lstrip to false."));
            }
        }
    }

    private static void BoundAddedTokens(AddedToken[] added, TextBound normalizing)
    {
        if (added.Sum(token => (long)token.Content.Length) > MostAddedCharacters)
            throw new DiagnosticException(TokenizerDiagnostics.TextGrows(MostAddedCharacters));
        // The library normalizes them when it loads.
        var normalized = added.Where(token => token.IsNormalized).Sum(token => (long)token.Content.Length);
        normalizing.Require(normalized, added.Any(token => token.IsNormalized && !System.Text.Ascii.IsValid(token.Content)) ? normalized : 0);
    }
}
