using System.Globalization;
using System.Text;

namespace TaskArithmetic.Text.Tokenizers.Patterns;

/// <summary>The kinds of character that the reference implementation tells apart outside regular expressions.</summary>
internal static class CharacterKinds
{
    // The reference classifies with tables of Unicode 8: punctuation added or reclassified since is none to it.
    private static readonly CodePointSet PunctuationAfterUnicode8 = CodePointSet.Of(
        (0x61D, 0x61D), (0x9FD, 0x9FD), (0xA76, 0xA76), (0xC77, 0xC77), (0xC84, 0xC84), (0x1B4E, 0x1B4F), (0x1B7D, 0x1B7F),
        (0x2E43, 0x2E4F), (0x2E52, 0x2E5D), (0x10D6E, 0x10D6E), (0x10EAD, 0x10EAD), (0x10F55, 0x10F59), (0x10F86, 0x10F89),
        (0x113D4, 0x113D5), (0x113D7, 0x113D8), (0x1144B, 0x1144F), (0x1145A, 0x1145B), (0x1145D, 0x1145D), (0x11660, 0x1166C),
        (0x116B9, 0x116B9), (0x1183B, 0x1183B), (0x11944, 0x11946), (0x119E2, 0x119E2), (0x11A3F, 0x11A46), (0x11A9A, 0x11A9C),
        (0x11A9E, 0x11AA2), (0x11B00, 0x11B09), (0x11BE1, 0x11BE1), (0x11C41, 0x11C45), (0x11C70, 0x11C71), (0x11EF7, 0x11EF8),
        (0x11F43, 0x11F4F), (0x11FFF, 0x11FFF), (0x12FF1, 0x12FF2), (0x16D6D, 0x16D6F), (0x16E97, 0x16E9A), (0x16FE2, 0x16FE2),
        (0x1E5FF, 0x1E5FF), (0x1E95E, 0x1E95F));

    /// <summary>Rust's <c>char::is_numeric</c>: the general categories Nd, Nl and No.</summary>
    public static bool IsNumeric(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    /// <summary>ASCII punctuation and symbols, and the general categories P.</summary>
    public static bool IsPunctuation(Rune rune)
    {
        if (rune.IsAscii)
            return char.IsPunctuation((char)rune.Value) || char.IsSymbol((char)rune.Value);
        return (Rune.IsPunctuation(rune) && !PunctuationAfterUnicode8.Contains(rune.Value)) || rune.Value is 0x166D or 0x111C9;
    }

    /// <summary><c>\w</c> of Unicode Technical Standard 18: alphabetic, mark, decimal digit, connector or join control.</summary>
    public static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        <= UnicodeCategory.LetterNumber => true,
        UnicodeCategory.ConnectorPunctuation => true,
        _ => IsAlphabeticSymbol(rune.Value) || rune.Value is 0x200C or 0x200D,
    };

    /// <summary>Symbols with the property Other_Alphabetic: circled, squared and negative letters.</summary>
    public static bool IsAlphabeticSymbol(int codePoint) => codePoint
        is (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);
}
