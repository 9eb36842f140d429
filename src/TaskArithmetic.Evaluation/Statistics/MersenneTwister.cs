namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>
/// CPython's <c>random.Random</c>: MT19937 (Matsumoto and Nishimura, 1998) seeded by <c>init_by_array</c>, and the
/// draws that lm-evaluation-harness takes from it. Equal seeds give equal draws in Python and here.
/// </summary>
internal sealed class MersenneTwister
{
    private const int Size = 624;
    private const int Offset = 397;

    private readonly uint[] state = new uint[Size];
    private int index = Size;

    /// <summary>Seeds as <c>random.Random(seed)</c> does with an integer: its magnitude, cut into 32-bit words.</summary>
    public MersenneTwister(long seed)
    {
        var magnitude = seed < 0 ? (ulong)-(seed + 1) + 1 : (ulong)seed;
        var high = (uint)(magnitude >> 32);
        Seed(high == 0 ? [(uint)magnitude] : [(uint)magnitude, high]);
    }

    /// <summary>32 random bits.</summary>
    public uint NextUInt32()
    {
        if (index == Size)
            Refill();
        var y = state[index++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >> 18);
    }

    /// <summary>A double in [0, 1) with 53 random bits: <c>random()</c>.</summary>
    public double NextDouble()
    {
        var high = NextUInt32() >> 5;
        var low = NextUInt32() >> 6;
        return (high * 67108864.0 + low) * (1.0 / 9007199254740992.0);
    }

    /// <summary>An integer in [0, <paramref name="bound"/>) without bias: <c>_randbelow_with_getrandbits</c>.</summary>
    public int Below(int bound)
    {
        var bits = 32 - int.LeadingZeroCount(bound);
        uint draw;
        do
            draw = NextUInt32() >> (32 - bits);
        while (draw >= (uint)bound);
        return (int)draw;
    }

    /// <summary>
    /// Indices of <paramref name="count"/> different items of <paramref name="population"/>, in selection order:
    /// <c>sample(range(population), count)</c>, which keeps a pool for small populations and rejects repeats in large ones.
    /// </summary>
    public int[] Sample(int population, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, population);
        var result = new int[count];
        if (population <= PoolLimit(count))
        {
            var pool = Enumerable.Range(0, population).ToArray();
            for (var i = 0; i < count; i++)
            {
                var j = Below(population - i);
                result[i] = pool[j];
                pool[j] = pool[population - i - 1];
            }
            return result;
        }
        var selected = new HashSet<int>();
        for (var i = 0; i < count; i++)
        {
            do
                result[i] = Below(population);
            while (!selected.Add(result[i]));
        }
        return result;
    }

    /// <summary>Fills <paramref name="indices"/> with draws from [0, <paramref name="population"/>), repeats allowed: <c>choices(range(population), k=…)</c>.</summary>
    public void Choices(int population, Span<int> indices)
    {
        for (var i = 0; i < indices.Length; i++)
            indices[i] = (int)(NextDouble() * population);
    }

    private static double PoolLimit(int count) =>
        count <= 5 ? 21 : 21 + Math.Pow(4, Math.Ceiling(Math.Log(count * 3) / Math.Log(4)));

    private void Seed(ReadOnlySpan<uint> key)
    {
        state[0] = 19650218;
        for (var i = 1; i < Size; i++)
            state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >> 30)) + (uint)i;
        int at = 1, word = 0;
        for (var k = Math.Max(Size, key.Length); k > 0; k--)
        {
            state[at] = (state[at] ^ ((state[at - 1] ^ (state[at - 1] >> 30)) * 1664525)) + key[word] + (uint)word;
            at = Advance(at);
            word = (word + 1) % key.Length;
        }
        for (var k = Size - 1; k > 0; k--)
        {
            state[at] = (state[at] ^ ((state[at - 1] ^ (state[at - 1] >> 30)) * 1566083941)) - (uint)at;
            at = Advance(at);
        }
        state[0] = 0x80000000;
    }

    private int Advance(int at)
    {
        if (++at < Size)
            return at;
        state[0] = state[Size - 1];
        return 1;
    }

    private void Refill()
    {
        for (var i = 0; i < Size; i++)
        {
            var y = (state[i] & 0x80000000) | (state[(i + 1) % Size] & 0x7fffffff);
            state[i] = state[(i + Offset) % Size] ^ (y >> 1) ^ ((y & 1) == 0 ? 0 : 0x9908b0dfu);
        }
        index = 0;
    }
}
