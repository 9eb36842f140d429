using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace TaskArithmetic.Text.Python;

/// <summary>
/// Changes of case as CPython's <c>str</c> does them: with the one-to-many mappings of Unicode's SpecialCasing.txt,
/// which .NET leaves out, and the final form of the Greek sigma.
/// </summary>
internal static class LetterCase
{
    // Each entry is a letter followed by its capitals.
    private static readonly FrozenDictionary<Rune, string> ManyCapitals = (
        "\u00dfSS \u0149\u02bcN \u01f0J\u030c \u0390\u0399\u0308\u0301 \u03b0\u03a5\u0308\u0301 \u0587\u0535\u0552 \u1e96H\u0331 \u1e97T\u0308 \u1e98W\u030a \u1e99Y\u030a " +
        "\u1e9aA\u02be \u1f50\u03a5\u0313 \u1f52\u03a5\u0313\u0300 \u1f54\u03a5\u0313\u0301 \u1f56\u03a5\u0313\u0342 \u1f80\u1f08\u0399 \u1f81\u1f09\u0399 \u1f82\u1f0a\u0399 " +
        "\u1f83\u1f0b\u0399 \u1f84\u1f0c\u0399 \u1f85\u1f0d\u0399 \u1f86\u1f0e\u0399 \u1f87\u1f0f\u0399 \u1f88\u1f08\u0399 \u1f89\u1f09\u0399 \u1f8a\u1f0a\u0399 \u1f8b\u1f0b\u0399 " +
        "\u1f8c\u1f0c\u0399 \u1f8d\u1f0d\u0399 \u1f8e\u1f0e\u0399 \u1f8f\u1f0f\u0399 \u1f90\u1f28\u0399 \u1f91\u1f29\u0399 \u1f92\u1f2a\u0399 \u1f93\u1f2b\u0399 \u1f94\u1f2c\u0399 " +
        "\u1f95\u1f2d\u0399 \u1f96\u1f2e\u0399 \u1f97\u1f2f\u0399 \u1f98\u1f28\u0399 \u1f99\u1f29\u0399 \u1f9a\u1f2a\u0399 \u1f9b\u1f2b\u0399 \u1f9c\u1f2c\u0399 \u1f9d\u1f2d\u0399 " +
        "\u1f9e\u1f2e\u0399 \u1f9f\u1f2f\u0399 \u1fa0\u1f68\u0399 \u1fa1\u1f69\u0399 \u1fa2\u1f6a\u0399 \u1fa3\u1f6b\u0399 \u1fa4\u1f6c\u0399 \u1fa5\u1f6d\u0399 \u1fa6\u1f6e\u0399 " +
        "\u1fa7\u1f6f\u0399 \u1fa8\u1f68\u0399 \u1fa9\u1f69\u0399 \u1faa\u1f6a\u0399 \u1fab\u1f6b\u0399 \u1fac\u1f6c\u0399 \u1fad\u1f6d\u0399 \u1fae\u1f6e\u0399 \u1faf\u1f6f\u0399 " +
        "\u1fb2\u1fba\u0399 \u1fb3\u0391\u0399 \u1fb4\u0386\u0399 \u1fb6\u0391\u0342 \u1fb7\u0391\u0342\u0399 \u1fbc\u0391\u0399 \u1fc2\u1fca\u0399 \u1fc3\u0397\u0399 " +
        "\u1fc4\u0389\u0399 \u1fc6\u0397\u0342 \u1fc7\u0397\u0342\u0399 \u1fcc\u0397\u0399 \u1fd2\u0399\u0308\u0300 \u1fd3\u0399\u0308\u0301 \u1fd6\u0399\u0342 " +
        "\u1fd7\u0399\u0308\u0342 \u1fe2\u03a5\u0308\u0300 \u1fe3\u03a5\u0308\u0301 \u1fe4\u03a1\u0313 \u1fe6\u03a5\u0342 \u1fe7\u03a5\u0308\u0342 \u1ff2\u1ffa\u0399 " +
        "\u1ff3\u03a9\u0399 \u1ff4\u038f\u0399 \u1ff6\u03a9\u0342 \u1ff7\u03a9\u0342\u0399 \u1ffc\u03a9\u0399 \ufb00FF \ufb01FI \ufb02FL \ufb03FFI \ufb04FFL \ufb05ST \ufb06ST " +
        "\ufb13\u0544\u0546 \ufb14\u0544\u0535 \ufb15\u0544\u053b \ufb16\u054e\u0546 \ufb17\u0544\u053d")
        .Split(' ').ToFrozenDictionary(entry => entry.EnumerateRunes().First(), entry => entry[1..]);

    public static string Upper(string text) => Map(text, (_, rune) => Capitals(rune));

    public static string Lower(string text) => Map(text, (i, rune) => Small(text, i, rune));

    /// <summary><c>str.capitalize</c>: the first letter large, all others small.</summary>
    public static string Capitalize(string text) => Map(text, (i, rune) => i == 0 ? TitleForm(rune) : Small(text, i, rune));

    /// <summary><c>str.title</c>: letters after a non-letter large, all others small.</summary>
    public static string Title(string text)
    {
        var afterLetter = false;
        return Map(text, (i, rune) =>
        {
            var mapped = afterLetter ? Small(text, i, rune) : TitleForm(rune);
            afterLetter = IsCased(rune);
            return mapped;
        });
    }

    public static bool IsUpper(string text) => text.EnumerateRunes().Any(IsCased) && text.EnumerateRunes().All(r => !IsCased(r) || Rune.IsUpper(r));

    public static bool IsLower(string text) => text.EnumerateRunes().Any(IsCased) && text.EnumerateRunes().All(r => !IsCased(r) || Rune.IsLower(r));

    private static string Map(string text, Func<int, Rune, string> map)
    {
        var result = new StringBuilder(text.Length);
        var i = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            result.Append(map(i, rune));
            i += rune.Utf16SequenceLength;
        }
        return result.ToString();
    }

    private static bool IsCased(Rune rune) =>
        Rune.IsUpper(rune) || Rune.IsLower(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.TitlecaseLetter;

    private static string Capitals(Rune rune) => ManyCapitals.TryGetValue(rune, out var many) ? many : SimpleUpper(rune).ToString();

    // .NET keeps these two apart from their ASCII capitals; Unicode does not.
    private static Rune SimpleUpper(Rune rune) => rune.Value switch
    {
        '\u0131' => new Rune('I'),
        '\u017f' => new Rune('S'),
        _ => Rune.ToUpperInvariant(rune),
    };

    private static string Small(string text, int i, Rune rune) => rune.Value switch
    {
        '\u03a3' => IsFinal(text, i) ? "\u03c2" : "\u03c3",
        '\u0130' => "i\u0307",
        '\u2126' => "\u03c9",
        '\u212a' => "k",
        '\u212b' => "\u00e5",
        _ => Rune.ToLowerInvariant(rune).ToString(),
    };

    private static string TitleForm(Rune rune) => rune.Value switch
    {
        >= 0x1c4 and <= 0x1cc => ((char)(0x1c5 + (rune.Value - 0x1c4) / 3 * 3)).ToString(),
        >= 0x1f1 and <= 0x1f3 => "\u01f2",
        >= 0x10d0 and <= 0x10ff => rune.ToString(),
        // Ligatures: only the first letter of the expansion is large.
        0xdf or 0x587 or (>= 0xfb00 and <= 0xfb17) when ManyCapitals.TryGetValue(rune, out var many) => many[..1] + Lower(many[1..]),
        _ when SimpleUpper(rune) is var upper && upper != rune => upper.ToString(),
        _ => IsTitleLetter(rune) ? rune.ToString() : Capitals(rune),
    };

    private static bool IsTitleLetter(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.TitlecaseLetter;

    private static bool IsFinal(string text, int i)
    {
        var before = text[..i].EnumerateRunes().Reverse().FirstOrDefault(r => !IsCaseIgnorable(r));
        var after = text[(i + 1)..].EnumerateRunes().FirstOrDefault(r => !IsCaseIgnorable(r));
        return IsCased(before) && !IsCased(after);
    }

    private static bool IsCaseIgnorable(Rune rune) => rune.Value is '\'' or '.' or ':' or '^' or '`' or 0xa8 or 0xad or 0xb7 or 0x2019
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.Format or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;
}
