using System.Collections.Immutable;
using System.Globalization;

namespace TaskArithmetic.Text.Tokenizers.Parsing;

/// <summary>Reads the post-processor of a tokenizer file, as far as it concerns single texts.</summary>
internal static class PostProcessorParser
{
    // Special tokens around a text; there are one or two.
    private const int MostTokens = 1_000;

    public static SpecialTokenTemplate Parse(TokenizerJsonNode node) => node.IsAbsent ? SpecialTokenTemplate.Empty : ParseKind(node);

    private static SpecialTokenTemplate ParseKind(TokenizerJsonNode node)
    {
        var kind = node["type"].Text();
        switch (kind)
        {
            case "Sequence":
                return node["processors"].Parts().Select(ParseKind)
                    .Aggregate(SpecialTokenTemplate.Empty, (inner, outer) => Bounded(node, outer.Around(inner)));
            case "TemplateProcessing":
                return ParseTemplate(node["single"], ParseSpecialTokens(node["special_tokens"]));
            case "BertProcessing" or "RobertaProcessing":
                return new([ParseTokenPair(node["cls"])], [ParseTokenPair(node["sep"])]);
            case "ByteLevel" or "":
                // It only trims offsets, which are not kept.
                return SpecialTokenTemplate.Empty;
            default:
                node.Unsupported("post-processor", kind, "Sequence, TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel");
                return SpecialTokenTemplate.Empty;
        }
    }

    private static SpecialTokenTemplate ParseTemplate(TokenizerJsonNode node, Dictionary<string, ImmutableArray<int>> specialTokens)
    {
        List<int> before = [], after = [];
        var texts = 0;
        foreach (var piece in node.Parts())
        {
            if (!piece["Sequence"].IsAbsent)
            {
                texts++;
                if (piece["Sequence"]["id"].Text() != "A")
                    piece["Sequence"]["id"].Expected("\"A\", the only text a single template has");
                continue;
            }
            var token = piece["SpecialToken"]["id"].Text();
            if (specialTokens.TryGetValue(token, out var ids))
                (texts == 0 ? before : after).AddRange(ids);
            else
                piece.Problems.Add(TokenizerDiagnostics.UnknownTemplateToken(piece.File, piece.Where, token));
        }
        if (texts != 1)
            node.Expected("a template that holds the sequence \"A\" once");
        return Bounded(node, new([.. before], [.. after]));
    }

    private static SpecialTokenTemplate Bounded(TokenizerJsonNode node, SpecialTokenTemplate template)
    {
        if (template.Before.Length + template.After.Length <= MostTokens)
            return template;
        node.Expected(string.Create(CultureInfo.InvariantCulture, $"at most {MostTokens} special tokens around a text"));
        return SpecialTokenTemplate.Empty;
    }

    private static Dictionary<string, ImmutableArray<int>> ParseSpecialTokens(TokenizerJsonNode node)
    {
        var tokens = new Dictionary<string, ImmutableArray<int>>();
        foreach (var (name, value) in node.Members())
            tokens[name] = [.. value["ids"].Parts().Select(id => id.Integer())];
        return tokens;
    }

    private static int ParseTokenPair(TokenizerJsonNode node)
    {
        if (node.Length == 2)
            return node.Items().Last().Integer();
        node.Expected("a token and its id");
        return 0;
    }
}
