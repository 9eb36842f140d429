namespace TaskArithmetic.LanguageModels;

/// <summary>
/// Chooses the next token of one row, in the order transformers applies its processors: repetition penalty,
/// temperature, top-k, top-p.
/// </summary>
internal sealed class TokenSampler(GenerationSettings settings, int vocabularySize)
{
    private readonly float[] scores = new float[vocabularySize];
    private readonly int[] order = new int[vocabularySize];

    /// <summary>Chooses after the tokens seen so far.</summary>
    /// <param name="logits">Raw logits, [vocabulary].</param>
    /// <param name="seen">Distinct tokens of the prompt and the answer.</param>
    /// <param name="stream">The row's random stream.</param>
    /// <param name="step">Number of new tokens chosen before.</param>
    public int Next(ReadOnlySpan<float> logits, IReadOnlySet<int> seen, long stream, int step)
    {
        var penalised = settings.RepetitionPenalty != 1;
        if (settings.Temperature == 0 && !penalised)
            return TopLogits.ArgMax(logits);
        logits.CopyTo(scores);
        if (penalised)
            Penalise(seen);
        return settings.Temperature == 0 ? TopLogits.ArgMax(scores) : Sample(CounterBasedRandom.Uniform(settings.Seed, stream, step));
    }

    private void Penalise(IReadOnlySet<int> seen)
    {
        var penalty = (float)settings.RepetitionPenalty;
        foreach (var token in seen)
            scores[token] = scores[token] < 0 ? scores[token] * penalty : scores[token] / penalty;
    }

    private int Sample(double uniform)
    {
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        // Highest first, lower ids first among equals: the order must not depend on the sort's choices.
        order.AsSpan().Sort((a, b) => scores[b].CompareTo(scores[a]) is var byScore and not 0 ? byScore : a.CompareTo(b));

        var kept = settings.TopK > 0 ? Math.Min(settings.TopK, order.Length) : order.Length;
        var highest = scores[order[0]];
        var weights = new double[kept];
        var total = 0.0;
        for (var i = 0; i < kept; i++)
            total += weights[i] = Math.Exp((scores[order[i]] - highest) / settings.Temperature);

        var mass = 0.0;
        for (var i = 0; i < kept; i++)
        {
            mass += weights[i];
            if (mass >= settings.TopP * total)
                kept = i + 1;
        }
        return order[Draw(weights.AsSpan(0, kept), uniform * mass)];
    }

    private static int Draw(ReadOnlySpan<double> weights, double point)
    {
        for (var i = 0; i < weights.Length - 1; i++)
        {
            point -= weights[i];
            if (point < 0)
                return i;
        }
        return weights.Length - 1;
    }
}

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
