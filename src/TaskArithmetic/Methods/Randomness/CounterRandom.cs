using System.Text;

namespace TaskArithmetic.Methods.Randomness;

/// <summary>
/// Random numbers by index: a number depends on the seed, the tensor's name, the input and the index only, so that neither threads, chunks
/// nor machines change it.
/// </summary>
/// <remarks>
/// Word j of a stream is output j + 1 of the generator SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) that starts at the stream's key:
/// <c>mix(key + (j+1)·γ)</c>. The key is <c>mix(mix(mix(seed) ⊕ fnv1a(name)) + input·γ)</c> with FNV-1a of 64 bits over the name's UTF-8
/// bytes. An element takes half a word: the upper 32 bits of word e/2 for even indices e, the lower ones for odd.
/// </remarks>
internal readonly struct CounterRandom
{
    private const ulong Gamma = 0x9E37_79B9_7F4A_7C15;
    private readonly ulong key;

    /// <summary>The stream of one input of one tensor.</summary>
    public CounterRandom(long seed, string tensor, int input)
        : this(Mix(unchecked(Mix(Mix((ulong)seed) ^ Fnv1a(tensor)) + ((ulong)input * Gamma))))
    {
    }

    /// <summary>The stream of a key: SplitMix64 with that state.</summary>
    public CounterRandom(ulong key) => this.key = key;

    /// <summary>Number that a draw must be below for an event of this probability; 2³² where it is certain.</summary>
    public static ulong Threshold(double probability) => (ulong)Math.Round(Math.Clamp(probability, 0, 1) * 4294967296.0);

    /// <summary>A word of 64 random bits.</summary>
    public ulong Word(long index) => Mix(unchecked(key + (((ulong)index + 1) * Gamma)));

    /// <summary>The 32 random bits of an element.</summary>
    public uint Draw(long element) => (uint)(Word(element >> 1) >> ((element & 1) == 0 ? 32 : 0));

    /// <summary>The draws of a run of elements.</summary>
    /// <param name="first">Index in the tensor of the first.</param>
    /// <param name="draws">Receives one draw for each element.</param>
    public void Fill(long first, Span<uint> draws)
    {
        var i = 0;
        if ((first & 1) != 0 && draws.Length > 0)
            draws[i++] = Draw(first);
        var state = unchecked(key + ((ulong)((first + i) >> 1) * Gamma));
        for (; i + 1 < draws.Length; i += 2)
        {
            state = unchecked(state + Gamma);
            var word = Mix(state);
            draws[i] = (uint)(word >> 32);
            draws[i + 1] = (uint)word;
        }
        if (i < draws.Length)
            draws[i] = Draw(first + i);
    }

    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
            z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
            return z ^ (z >> 31);
        }
    }

    private static ulong Fnv1a(string text)
    {
        var hash = 0xCBF2_9CE4_8422_2325UL;
        foreach (var value in Encoding.UTF8.GetBytes(text))
            hash = unchecked((hash ^ value) * 0x100_0000_01B3);
        return hash;
    }
}
