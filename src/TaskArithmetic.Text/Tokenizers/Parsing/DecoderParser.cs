using TaskArithmetic.Text.Tokenizers.Decoders;
using TaskArithmetic.Text.Tokenizers.Patterns;

namespace TaskArithmetic.Text.Tokenizers.Parsing;

/// <summary>Reads the decoder of a tokenizer file.</summary>
internal static class DecoderParser
{
    // Parts of a sequence; those in use have a handful.
    private const int MostParts = 1_000;

    private static readonly IDecoder None = new DecoderSequence([]);

    /// <summary>The decoder, or null if the file has none and tokens are joined by spaces.</summary>
    public static IDecoder? Parse(TokenizerJsonNode node) => node.IsAbsent ? null : ParseKind(node);

    private static IDecoder ParseKind(TokenizerJsonNode node)
    {
        var kind = node["type"].Text();
        switch (kind)
        {
            case "Sequence": return new DecoderSequence([.. node["decoders"].Parts(MostParts).Select(ParseKind)]);
            case "ByteLevel": return new ByteLevelDecoder();
            case "Replace": return new ReplaceDecoder(new PatternReplacement(PatternParser.Parse(node["pattern"]), node["content"].Text()));
            case "ByteFallback": return new ByteFallbackDecoder();
            case "Fuse": return new FuseDecoder();
            case "Strip": return new StripDecoder(node["content"].Character(), node["start"].Integer(), node["stop"].Integer());
            case "Metaspace": return new MetaspaceDecoder(node["replacement"].Character(), MetaspaceParser.ParseScheme(node));
            case "WordPiece": return new WordPieceDecoder(node["prefix"].Text(), node["cleanup"].Flag());
            case "BPEDecoder": return ParseWordSuffix(node["suffix"]);
            case "": return None;
            default:
                node.Unsupported("decoder", kind, "Sequence, ByteLevel, Replace, ByteFallback, Fuse, Strip, Metaspace, WordPiece, BPEDecoder");
                return None;
        }
    }

    private static IDecoder ParseWordSuffix(TokenizerJsonNode node)
    {
        var problems = node.Problems.Count;
        var suffix = node.Text();
        if (suffix.Length > 0)
            return new WordSuffixDecoder(suffix);
        if (node.Problems.Count == problems)
            node.Expected("text that is not empty");
        return None;
    }
}
