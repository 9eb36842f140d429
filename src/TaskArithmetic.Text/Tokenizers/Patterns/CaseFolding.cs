using System.Text;

namespace TaskArithmetic.Text.Tokenizers.Patterns;

/// <summary>
/// Simple case folding of code points. Foldings to several characters (ß to ss) are left out: they could only
/// matter for an expression that ignores the case of such a sequence.
/// </summary>
internal static class CaseFolding
{
    private static readonly Lazy<Dictionary<int, int[]>> Variants = new(FindVariants);

    /// <summary>The set with every code point that differs from a member in case only.</summary>
    public static CodePointSet Close(CodePointSet set) => CodePointSet.Of(
        set.Ranges.Concat(Variants.Value.Where(v => set.Contains(v.Key)).SelectMany(v => v.Value).Select(c => (c, c))));

    // The foldings of CaseFolding.txt that .NET's upper and lower case do not lead to.
    private static int Fold(int codePoint) => codePoint switch
    {
        0x017F => 's',
        0x1FD3 => 0x0390,
        0x1FE3 => 0x03B0,
        0xFB05 => 0xFB06,
        _ => Rune.ToLowerInvariant(Rune.ToUpperInvariant(new Rune(codePoint))).Value,
    };

    private static Dictionary<int, int[]> FindVariants()
    {
        var cased = new[] { "L", "Mn", "Nl", "So" }.SelectMany(name => UnicodeSets.Named(name)!.Ranges)
            .SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1));
        var variants = new Dictionary<int, int[]>();
        foreach (var group in cased.GroupBy(Fold).Where(group => group.Skip(1).Any()))
        {
            int[] members = [.. group];
            foreach (var member in members)
                variants[member] = members;
        }
        return variants;
    }
}
