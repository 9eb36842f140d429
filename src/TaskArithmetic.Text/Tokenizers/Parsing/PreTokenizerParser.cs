using System.Text;
using TaskArithmetic.Text.Tokenizers.Patterns;
using TaskArithmetic.Text.Tokenizers.PreTokenizers;

namespace TaskArithmetic.Text.Tokenizers.Parsing;

/// <summary>Reads the pre-tokenizer of a tokenizer file.</summary>
internal static class PreTokenizerParser
{
    // Parts of a sequence; those in use have a handful.
    private const int MostParts = 1_000;

    private static readonly IPreTokenizer None = new PreTokenizerSequence([]);

    public static IPreTokenizer Parse(TokenizerJsonNode node) => node.IsAbsent ? None : ParseKind(node);

    private static IPreTokenizer ParseKind(TokenizerJsonNode node)
    {
        var kind = node["type"].Text();
        switch (kind)
        {
            case "Sequence": return new PreTokenizerSequence([.. node["pretokenizers"].Parts(MostParts).Select(ParseKind)]);
            case "Split": return new SplitPreTokenizer(PatternParser.Parse(node["pattern"]), ParseBehavior(node["behavior"]), node["invert"].Flag());
            case "ByteLevel": return new ByteLevelPreTokenizer(node["add_prefix_space"].Flag(), node["use_regex"].Flag(whenAbsent: true));
            case "Digits": return new SplitPreTokenizer(new CharacterPattern(CharacterKinds.IsNumeric), node["individual_digits"].Flag() ? SplitBehavior.Isolated : SplitBehavior.Contiguous);
            case "Punctuation": return Punctuation(node["behavior"].IsAbsent ? SplitBehavior.Isolated : ParseBehavior(node["behavior"]));
            case "Whitespace": return new SplitPreTokenizer(new WordPattern(), SplitBehavior.Removed, invert: true);
            case "WhitespaceSplit": return AtWhiteSpace();
            case "BertPreTokenizer": return new PreTokenizerSequence([AtWhiteSpace(), Punctuation(SplitBehavior.Isolated)]);
            case "CharDelimiterSplit": return AtDelimiter(node["delimiter"].Character());
            case "Metaspace": return new MetaspacePreTokenizer(node["replacement"].Character(), MetaspaceParser.ParseScheme(node), node["split"].FlagOrNull() ?? true);
            case "": return None;
            default:
                node.Unsupported("pre-tokenizer", kind, "Sequence, Split, ByteLevel, Digits, Punctuation, Whitespace, WhitespaceSplit, BertPreTokenizer, CharDelimiterSplit, Metaspace");
                return None;
        }
    }

    private static SplitPreTokenizer AtWhiteSpace() => new(new CharacterPattern(Rune.IsWhiteSpace), SplitBehavior.Removed);

    private static SplitPreTokenizer AtDelimiter(Rune delimiter) => new(new CharacterPattern(rune => rune == delimiter), SplitBehavior.Removed);

    private static SplitPreTokenizer Punctuation(SplitBehavior behavior) => new(new CharacterPattern(CharacterKinds.IsPunctuation), behavior);

    private static SplitBehavior ParseBehavior(TokenizerJsonNode node)
    {
        switch (node.Text())
        {
            case "Removed": return SplitBehavior.Removed;
            case "Isolated": return SplitBehavior.Isolated;
            case "MergedWithPrevious": return SplitBehavior.MergedWithPrevious;
            case "MergedWithNext": return SplitBehavior.MergedWithNext;
            case "Contiguous": return SplitBehavior.Contiguous;
            case "": return SplitBehavior.Isolated;
            default:
                node.Expected("Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous");
                return SplitBehavior.Isolated;
        }
    }
}
