using System.Collections;
using System.Text;

namespace TaskArithmetic.Text.Tokenizers.Normalizers;

/// <summary>NFC, NFD, NFKC and NFKD by the algorithms of Unicode Standard Annex 15, over the data of Unicode 9.0.</summary>
internal sealed class UnicodeNormalizer : INormalizer
{
    private const int SyllableBase = 0xAC00, LeadingBase = 0x1100, VowelBase = 0x1161, TrailingBase = 0x11A7;
    private const int LeadingCount = 19, VowelCount = 21, TrailingCount = 28;
    private const int SyllableCount = LeadingCount * VowelCount * TrailingCount;

    private readonly UnicodeNormalizationData data = UnicodeNormalizationData.Instance;
    private readonly bool isCompatible;
    private readonly bool composes;

    // Code points that may change in, or be changed by, this form; a text without any is already normal.
    private readonly BitArray active = new(0x110000);

    public UnicodeNormalizer(UnicodeForm form)
    {
        isCompatible = form is UnicodeForm.Nfkc or UnicodeForm.Nfkd;
        composes = form is UnicodeForm.Nfc or UnicodeForm.Nfkc;
        foreach (var c in data.Combining.Concat(data.Decomposable(isCompatible)))
            active[c] = !composes || data.CombiningClass(c) != 0 || Recompose(c) != c;
        foreach (var c in composes ? data.SecondsOfCompositions : [])
            active[c] = true;
        for (var c = 0; c < SyllableCount && !composes; c++)
            active[SyllableBase + c] = true;
        for (var c = VowelBase; c < TrailingBase + TrailingCount && composes; c++)
            active[c] = true;
    }

    public string Normalize(string text)
    {
        if (IsNormal(text))
            return text;
        var codePoints = Decompose(text);
        Reorder(codePoints);
        if (composes)
            Compose(codePoints);
        var result = new StringBuilder(text.Length);
        foreach (var c in codePoints)
            result.Append(new Rune(c).ToString());
        return result.ToString();
    }

    private bool IsNormal(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (active[rune.Value])
                return false;
        }
        return true;
    }

    // What a single code point becomes; itself if its decomposition composes back to it.
    private int Recompose(int codePoint)
    {
        var parts = new List<int>();
        Decompose(codePoint, parts);
        Reorder(parts);
        Compose(parts);
        return parts.Count == 1 ? parts[0] : -1;
    }

    private List<int> Decompose(string text)
    {
        var result = new List<int>(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
            Decompose(rune.Value, result);
        return result;
    }

    private void Decompose(int codePoint, List<int> result)
    {
        var syllable = codePoint - SyllableBase;
        if (syllable is >= 0 and < SyllableCount)
        {
            result.Add(LeadingBase + (syllable / (VowelCount * TrailingCount)));
            result.Add(VowelBase + (syllable % (VowelCount * TrailingCount) / TrailingCount));
            if (syllable % TrailingCount != 0)
                result.Add(TrailingBase + (syllable % TrailingCount));
        }
        else if (codePoint < 0x80 || data.Decomposition(codePoint, isCompatible) is not { } parts)
        {
            result.Add(codePoint);
        }
        else
        {
            foreach (var part in parts)
                Decompose(part, result);
        }
    }

    // The canonical ordering algorithm: a stable sort of each run of marks by combining class.
    private void Reorder(List<int> codePoints)
    {
        for (var start = 0; start < codePoints.Count; start++)
        {
            var end = start;
            var inOrder = true;
            for (byte last = 0; end < codePoints.Count && data.CombiningClass(codePoints[end]) is > 0 and var order; end++, last = order)
                inOrder &= last <= order;
            if (!inOrder)
            {
                var run = codePoints[start..end].OrderBy(data.CombiningClass).ToArray();
                run.CopyTo(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(codePoints)[start..end]);
            }
            start = end;
        }
    }

    // The canonical composition algorithm: a character joins the last starter unless a mark of its class or above stands between.
    private void Compose(List<int> codePoints)
    {
        var starter = -1;
        var lastClass = 0;
        var kept = 0;
        foreach (var c in codePoints.ToArray())
        {
            var order = data.CombiningClass(c);
            var isAdjacent = kept == starter + 1;
            if (starter >= 0 && (isAdjacent || lastClass < order) && ComposePair(codePoints[starter], c) is >= 0 and var composite)
            {
                codePoints[starter] = composite;
                continue;
            }
            if (order == 0)
                starter = kept;
            lastClass = order;
            codePoints[kept++] = c;
        }
        codePoints.RemoveRange(kept, codePoints.Count - kept);
    }

    private int ComposePair(int first, int second)
    {
        int leading = first - LeadingBase, vowel = second - VowelBase;
        if (leading is >= 0 and < LeadingCount && vowel is >= 0 and < VowelCount)
            return SyllableBase + (((leading * VowelCount) + vowel) * TrailingCount);
        int syllable = first - SyllableBase, trailing = second - TrailingBase;
        if (syllable is >= 0 and < SyllableCount && syllable % TrailingCount == 0 && trailing is > 0 and < TrailingCount)
            return first + trailing;
        return data.Composition(first, second);
    }
}
