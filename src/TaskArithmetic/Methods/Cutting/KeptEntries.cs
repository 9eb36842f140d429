using System.Runtime.InteropServices;

namespace TaskArithmetic.Methods.Cutting;

/// <summary>Which entries survived, remembered from a pass as one bit each, so that a costly choice is made once.</summary>
internal sealed class KeptEntries : IMeasure, ISparsification
{
    private readonly List<ulong> words = [];
    private long firstWord = -1;

    /// <inheritdoc/>
    /// <remarks>Runs join in their order.</remarks>
    public bool IsExact => false;

    /// <summary>Notes the run of survivors that begins at this index; what is zero need not be noted.</summary>
    public void Append(long index, ReadOnlySpan<float> survivors)
    {
        if (survivors.IsEmpty)
            return;
        if (firstWord < 0)
            firstWord = index >> 6;
        var end = (int)(((index + survivors.Length - 1) >> 6) - firstWord) + 1;
        while (words.Count < end)
            words.Add(0);
        var mine = CollectionsMarshal.AsSpan(words);
        var bits = MemoryMarshal.Cast<float, uint>(survivors);
        for (var place = index - (firstWord << 6); !bits.IsEmpty; place += 64 - (place & 63))
        {
            var length = (int)Math.Min(64 - (place & 63), bits.Length);
            var word = 0UL;
            for (var i = 0; i < length; i++)
                word |= (ulong)(-(long)(bits[i] & int.MaxValue) >>> 63) << i;
            mine[(int)(place >> 6)] |= word << (int)(place & 63);
            bits = bits[length..];
        }
    }

    /// <inheritdoc/>
    public void Add(IMeasure other)
    {
        var kept = (KeptEntries)other;
        if (kept.words.Count == 0)
            return;
        if (firstWord < 0)
            firstWord = kept.firstWord;
        // Two runs may meet within a word.
        var shared = (int)(firstWord + words.Count - kept.firstWord);
        if (shared == 1)
            words[^1] |= kept.words[0];
        words.AddRange(CollectionsMarshal.AsSpan(kept.words)[shared..]);
    }

    /// <inheritdoc/>
    public void Keep(ReadOnlySpan<float> values, long first, Span<float> destination)
    {
        var mine = CollectionsMarshal.AsSpan(words);
        var bits = MemoryMarshal.Cast<float, uint>(values);
        var output = MemoryMarshal.Cast<float, uint>(destination)[..bits.Length];
        var place = first - (firstWord << 6);
        for (var i = 0; i < bits.Length; i++)
        {
            output[i] = bits[i] & (uint)-(int)((mine[(int)(place >> 6)] >> (int)(place & 63)) & 1);
            place++;
        }
    }
}
