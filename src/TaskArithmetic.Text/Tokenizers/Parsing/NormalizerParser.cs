namespace TaskArithmetic.Text.Tokenizers.Parsing;

/// <summary>Checks the normalizer of a tokenizer file and notes what it makes of texts.</summary>
internal static class NormalizerParser
{
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
                foreach (var part in node["normalizers"].Parts())
                    ParseKind(part, bound);
                break;
            // Longest decompositions: U+FB2C of three marks, U+1F82 of four, U+FDFA of eighteen characters.
            case "NFC": bound.Grow(1, 3, mixes: false); break;
            case "NFD": bound.Grow(1, 4, mixes: false); break;
            case "NFKC" or "NFKD": bound.Grow(1, 18, mixes: false); break;
            case "Lowercase": bound.Grow(1, 3, mixes: false); break;
            case "StripAccents" or "Nmt" or "": break;
            case "Strip": (_, _) = (node["strip_left"].Flag(), node["strip_right"].Flag()); break;
            case "BertNormalizer":
                (_, _, _, _) = (node["clean_text"].Flag(), node["handle_chinese_chars"].Flag(), node["lowercase"].Flag(), node["strip_accents"].FlagOrNull());
                bound.Grow(1, 36, mixes: false);
                break;
            // It runs on each piece of text between added tokens.
            case "Prepend": bound.Grow(1 + node["prepend"].Token().Length, 1 + node["prepend"].Token().Length); break;
            case "ByteLevel": bound.Grow(1, 3); break;
            case "Replace": ParseReplace(node, bound); break;
            default:
                node.Unsupported("normalizer", kind, "Sequence, NFC, NFD, NFKC, NFKD, Replace, Prepend, Lowercase, Strip, StripAccents, Nmt, BertNormalizer, ByteLevel");
                break;
        }
    }

    /// <summary>A replacement, which decoders have too.</summary>
    public static void ParseReplace(TokenizerJsonNode node, TextBound bound)
    {
        var least = PatternParser.Parse(node["pattern"], bound);
        var content = (double)node["content"].Text().Length;
        var factor = least > 0 ? Math.Max(1, content / least) : 1 + content;
        bound.Grow(factor, factor);
    }
}
