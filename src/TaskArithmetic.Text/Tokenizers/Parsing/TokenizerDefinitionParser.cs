using TaskArithmetic.Diagnostics;
using TaskArithmetic.Text.Tokenizers.AddedTokens;

namespace TaskArithmetic.Text.Tokenizers.Parsing;

/// <summary>Reads a <c>tokenizer.json</c> and refuses, all at once, whatever in it could not be followed exactly.</summary>
internal static class TokenizerDefinitionParser
{
    /// <exception cref="DiagnosticException">The file is unreadable, malformed or uses unsupported parts.</exception>
    public static TokenizerDefinition Parse(string file)
    {
        using var document = TokenizerJsonFile.Open(file);
        var problems = new List<Diagnostic>();
        var root = new TokenizerJsonNode(file, "$", document.RootElement, problems);
        if (root["version"].TextOrNull() is { } version && version != "1.0")
            problems.Add(TokenizerDiagnostics.UnsupportedOption(file, "$.version", $"version '{version}'", "only 1.0 is known. Use a newer version of this tool."));
        if (root["model"].IsAbsent)
            root["model"].Expected("the model of a tokenizer");
        var definition = new TokenizerDefinition(
            NormalizerParser.Parse(root["normalizer"]),
            PreTokenizerParser.Parse(root["pre_tokenizer"]),
            BpeModelParser.Parse(root["model"]),
            PostProcessorParser.Parse(root["post_processor"]),
            DecoderParser.Parse(root["decoder"]),
            root["added_tokens"].IsAbsent ? [] : [.. root["added_tokens"].Items().Select(ParseAddedToken)]);
        return problems.Count == 0 ? definition : throw new DiagnosticException(problems);
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
}
