using TaskArithmetic.Text.Tokenizers.Normalizers;
using TaskArithmetic.Text.Tokenizers.Patterns;

namespace TaskArithmetic.Text.Tokenizers.Parsing;

/// <summary>Reads the normalizer of a tokenizer file.</summary>
internal static class NormalizerParser
{
    // Parts of a sequence; those in use have a handful.
    private const int MostParts = 1_000;

    private static readonly INormalizer None = new NormalizerSequence([]);

    public static INormalizer Parse(TokenizerJsonNode node) => node.IsAbsent ? None : ParseKind(node);

    private static INormalizer ParseKind(TokenizerJsonNode node)
    {
        var kind = node["type"].Text();
        switch (kind)
        {
            case "Sequence": return new NormalizerSequence([.. node["normalizers"].Parts(MostParts).Select(ParseKind)]);
            case "NFC": return new UnicodeNormalizer(UnicodeForm.Nfc);
            case "NFD": return new UnicodeNormalizer(UnicodeForm.Nfd);
            case "NFKC": return new UnicodeNormalizer(UnicodeForm.Nfkc);
            case "NFKD": return new UnicodeNormalizer(UnicodeForm.Nfkd);
            case "Replace": return new ReplaceNormalizer(new PatternReplacement(PatternParser.Parse(node["pattern"]), node["content"].Text()));
            case "Prepend": return new PrependNormalizer(node["prepend"].Text());
            case "Lowercase": return new LowercaseNormalizer();
            case "Strip": return new StripNormalizer(node["strip_left"].Flag(), node["strip_right"].Flag());
            case "ByteLevel": return new ByteLevelNormalizer();
            case "": return None;
            default:
                node.Unsupported("normalizer", kind, "Sequence, NFC, NFD, NFKC, NFKD, Replace, Prepend, Lowercase, Strip, ByteLevel");
                return None;
        }
    }
}
