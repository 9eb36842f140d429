namespace TaskArithmetic.Text.Tokenizers.Parsing;

/// <summary>Checks the pre-tokenizer of a tokenizer file and notes what it makes of texts.</summary>
internal static class PreTokenizerParser
{
    /// <summary>The expression that ByteLevel brings along, GPT-2's.</summary>
    private const string Words = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    public static void Parse(TokenizerJsonNode node, TextBound bound)
    {
        if (!node.IsAbsent)
            ParseKind(node, bound);
    }

    private static void ParseKind(TokenizerJsonNode node, TextBound bound)
    {
        var kind = node["type"].Text();
        switch (kind)
        {
            case "Sequence":
                foreach (var part in node["pretokenizers"].Parts())
                    ParseKind(part, bound);
                break;
            case "Split":
                PatternParser.Parse(node["pattern"], bound);
                ParseBehavior(node["behavior"]);
                node["invert"].Flag();
                break;
            case "ByteLevel":
                if (node["use_regex"].Flag(whenAbsent: true))
                    PatternParser.See(node, Words, bound);
                var factor = node["add_prefix_space"].Flag() ? 2 : 1;
                bound.Grow(factor, 3 * factor);
                break;
            case "Metaspace":
                MetaspaceParser.Parse(node);
                node["split"].FlagOrNull();
                bound.Grow(2, 2);
                break;
            case "Digits": node["individual_digits"].Flag(); break;
            case "CharDelimiterSplit": node["delimiter"].Character(); break;
            case "Punctuation":
                if (!node["behavior"].IsAbsent)
                    ParseBehavior(node["behavior"]);
                break;
            case "Whitespace" or "WhitespaceSplit" or "BertPreTokenizer" or "": break;
            default:
                node.Unsupported("pre-tokenizer", kind, "Sequence, Split, ByteLevel, Digits, Punctuation, Whitespace, WhitespaceSplit, BertPreTokenizer, CharDelimiterSplit, Metaspace");
                break;
        }
    }

    private static void ParseBehavior(TokenizerJsonNode node)
    {
        if (node.Text() is not ("Removed" or "Isolated" or "MergedWithPrevious" or "MergedWithNext" or "Contiguous"))
            node.Expected("Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous");
    }
}
