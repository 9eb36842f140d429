namespace TaskArithmetic.LanguageModels;

/// <summary>
/// Random numbers that are a function of (seed, stream, counter), so that a row draws the same ones in any batch:
/// the SplitMix64 finaliser (Steele, Lea and Flood, 2014) over the mixed key.
/// </summary>
internal static class CounterBasedRandom
{
    /// <summary>A number in [0, 1), uniform with 53 bits.</summary>
    public static double Uniform(long seed, long stream, long counter)
    {
        var key = Mix(Mix(Mix((ulong)seed) ^ (ulong)stream) ^ (ulong)counter);
        return (key >> 11) * (1.0 / (1UL << 53));
    }

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
