using System.Globalization;
using System.Text;

namespace TaskArithmetic.Diagnostics;

/// <summary>
/// The one way in which texts of others (names of tensors and files, values of metadata, answers of models) are printed: what a terminal
/// would obey or a reader could not see becomes visible text, such as <c>\u001b</c>.
/// </summary>
internal static class Printable
{
    private const int MostQuoted = 200;

    /// <summary>
    /// The text in one line: controls, line breaks, invisible and bidirectional format characters and halves of surrogate pairs as
    /// <c>\uXXXX</c> (<c>\UXXXXXXXX</c> beyond the basic plane), all else as it is.
    /// </summary>
    public static string Of(string text) => Spell(text, keepsLines: false);

    /// <summary>As <see cref="Of"/>, tabs and line breaks kept: for blocks of text in reports, XML among them.</summary>
    public static string Block(string text) => Spell(text, keepsLines: true);

    private static string Spell(string text, bool keepsLines)
    {
        var at = FirstHidden(text);
        if (at < 0)
            return text;
        var visible = new StringBuilder(text, 0, at, text.Length + 16);
        while (at < text.Length)
        {
            var whole = Rune.TryGetRuneAt(text, at, out var rune);
            if (whole && (!IsHidden(rune) || (keepsLines && text[at] is '\t' or '\n' or '\r')))
                visible.Append(text, at, rune.Utf16SequenceLength);
            else
                visible.Append(whole && !rune.IsBmp ? $"\\U{rune.Value:x8}" : $"\\u{(int)text[at]:x4}");
            at += whole ? rune.Utf16SequenceLength : 1;
        }
        return visible.ToString();
    }

    /// <summary>The beginning of a text that may be of any length, to be quoted in a message.</summary>
    public static string Start(string text) => text.Length <= MostQuoted ? text : text[..MostQuoted] + "…";

    /// <summary>As <see cref="Of"/>, for a text whose lines stand below each other: each line on its own.</summary>
    public static IEnumerable<string> Lines(string text) => text.ReplaceLineEndings("\n").Split('\n').Select(Of);

    private static int FirstHidden(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is >= ' ' and <= '~')
                continue;
            if (!Rune.TryGetRuneAt(text, i, out var rune) || IsHidden(rune))
                return i;
            i += rune.Utf16SequenceLength - 1;
        }
        return -1;
    }

    // The last two of every plane are no characters, and XML refuses them.
    private static bool IsHidden(Rune rune) => (rune.Value & 0xFFFE) == 0xFFFE || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
