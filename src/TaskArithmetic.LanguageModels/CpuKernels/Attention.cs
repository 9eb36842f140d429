namespace TaskArithmetic.LanguageModels.CpuKernels;

/// <summary>Attention of new tokens of one sequence over its memory, for the query heads that share a key/value head.</summary>
/// <typeparam name="TFormat">How the memory is stored.</typeparam>
internal static unsafe class Attention<TFormat>
    where TFormat : struct, IWeightFormat
{
    [ThreadStatic]
    private static PinnedBuffer? scores;

    /// <summary>Puts softmax(q·Kᵀ/√d)·V in the place of each query q, for the query heads of a group and the tokens of a block.</summary>
    /// <param name="memory">The sequence's memory, which holds the block's keys and values already.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="head">The key/value head.</param>
    /// <param name="width">Head dimension.</param>
    /// <param name="group">Query heads of a token.</param>
    /// <param name="queries">[tokens, group, width].</param>
    /// <param name="sight">What the block's tokens see.</param>
    public static void Attend(SequenceMemory memory, int layer, int head, int width, int group, float* queries, in TokenSight sight)
    {
        int start = sight.Start(0), slots = sight.Last(sight.Tokens - 1) + 1 - start, count = sight.Tokens * group;
        scores ??= new PinnedBuffer();
        scores.Reserve(count * slots);
        var keys = memory.Keys(layer, head) + (long)start * width * TFormat.Bytes;
        MatrixProduct<TFormat>.Multiply(keys, (long)width * TFormat.Bytes, width, queries, width, count, 0, slots, scores.Pointer, slots);
        for (var token = 0; token < sight.Tokens; token++)
        {
            for (var query = token * group; query < (token + 1) * group; query++)
            {
                var row = scores.Slice(query * slots, slots);
                var (first, end) = (sight.Start(token) - start, sight.Last(token) + 1 - start);
                sight.Hide(token, row[first..end], first + start);
                row[..first].Clear();
                VectorFunctions.Softmax(row[first..end], 1 / MathF.Sqrt(width));
                row[end..].Clear();
            }
        }
        var values = memory.Values(layer, head) + (long)start * TFormat.Bytes;
        MatrixProduct<TFormat>.Multiply(values, (long)memory.Slots * TFormat.Bytes, slots, scores.Pointer, slots, count, 0, width, queries, width);
    }
}

/// <summary>What the tokens of a block see: slots up to their own, from their window on, of the context and their own branch.</summary>
/// <param name="FirstSlot">Slot of the block's first token.</param>
/// <param name="Tokens">Tokens in the block.</param>
/// <param name="Window">The layer's sliding window, or null.</param>
/// <param name="Positions">Positions of the sequence's slots where branches make them differ from the slots; else null.</param>
/// <param name="Branches">Branches of the sequence's slots, null likewise.</param>
internal readonly record struct TokenSight(int FirstSlot, int Tokens, int? Window, int[]? Positions, int[]? Branches)
{
    /// <summary>The first slot to look at. Where branches differ all are looked at, and hidden one by one.</summary>
    public int Start(int token) => Branches is null && Window is { } window ? Math.Max(0, FirstSlot + token + 1 - window) : 0;

    /// <summary>The token's own slot.</summary>
    public int Last(int token) => FirstSlot + token;

    /// <summary>Hides the slots of other branches, and beyond the window, behind a score that softmax makes 0.</summary>
    public void Hide(int token, Span<float> scores, int slot)
    {
        if (Branches is null)
            return;
        var self = FirstSlot + token;
        for (var i = 0; i < scores.Length; i++)
        {
            var other = slot + i;
            if ((Branches[other] != 0 && Branches[other] != Branches[self]) || Positions![self] - Positions[other] >= (Window ?? int.MaxValue))
                scores[i] = float.NegativeInfinity;
        }
    }
}
