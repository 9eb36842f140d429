namespace TaskArithmetic.Text.Tokenizers.Parsing;

/// <summary>Checks the decoder of a tokenizer file and notes what it makes of the tokens' texts.</summary>
internal static class DecoderParser
{
    public static void Parse(TokenizerJsonNode node, TextBound bound)
    {
        // Without a decoder tokens are joined by spaces.
        if (node.IsAbsent)
            bound.GrowEach();
        else
            ParseKind(node, bound);
    }

    private static void ParseKind(TokenizerJsonNode node, TextBound bound)
    {
        var kind = node["type"].Text();
        switch (kind)
        {
            case "Sequence":
                foreach (var part in node["decoders"].Parts())
                    ParseKind(part, bound);
                break;
            case "Replace": NormalizerParser.ParseReplace(node, bound); break;
            case "Strip":
                node["content"].Character();
                node["start"].Integer();
                if (node["stop"].Integer() > 0)
                    node.Unsupported("option", "stop", "0, since the library ends the process where a token is shorter");
                break;
            case "Metaspace": MetaspaceParser.Parse(node); break;
            case "WordPiece":
                (_, _) = (node["prefix"].Text(), node["cleanup"].Flag());
                bound.GrowEach();
                break;
            case "BPEDecoder":
                if (node["suffix"].Element.ValueKind == System.Text.Json.JsonValueKind.String && node["suffix"].Text().Length == 0)
                    node["suffix"].Expected("text that is not empty");
                else
                    node["suffix"].Text();
                break;
            // A byte that is no text becomes one character.
            case "ByteLevel" or "ByteFallback" or "Fuse" or "": break;
            default:
                node.Unsupported("decoder", kind, "Sequence, ByteLevel, Replace, ByteFallback, Fuse, Strip, Metaspace, WordPiece, BPEDecoder");
                break;
        }
    }
}
