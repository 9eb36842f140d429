using System.Runtime.Intrinsics;

namespace TaskArithmetic.LanguageModels.CpuKernels;

/// <summary>Attention of one new token over the cache, for the query heads that share a key/value head.</summary>
/// <typeparam name="TFormat">How the cache is stored.</typeparam>
internal static unsafe class CachedAttention<TFormat>
    where TFormat : struct, IWeightFormat
{
    /// <summary>Writes softmax(q·Kᵀ/√d)·V for each query head of a group.</summary>
    /// <param name="keys">Keys of the slots attended to, [slots, width].</param>
    /// <param name="values">Values of the same slots.</param>
    /// <param name="slots">Number of slots.</param>
    /// <param name="width">Head dimension.</param>
    /// <param name="queries">[group, width], in the format's arrangement.</param>
    /// <param name="group">Query heads in the group.</param>
    /// <param name="scores">Scratch, [group, slots].</param>
    /// <param name="sums">Scratch, [width].</param>
    /// <param name="output">[group, width].</param>
    public static void Attend(byte* keys, byte* values, int slots, int width, float* queries, int group, float* scores, float* sums, float* output)
    {
        MatrixKernel<TFormat>.Multiply(keys, width, queries, group, 0, slots, scores, slots);
        var scale = 1 / MathF.Sqrt(width);
        for (var head = 0; head < group; head++)
        {
            var weights = new Span<float>(scores + (long)head * slots, slots);
            VectorFunctions.Softmax(weights, scale);
            var sum = new Span<float>(sums, width);
            sum.Clear();
            for (var slot = 0; slot < slots; slot++)
                Accumulate(values + (long)slot * width * TFormat.Bytes, weights[slot], sums, width);
            TFormat.Restore(sum, new Span<float>(output + (long)head * width, width));
        }
    }

    private static void Accumulate(byte* value, float weight, float* sums, int width)
    {
        var factor = Vector512.Create(weight);
        var i = 0;
        for (; i <= width - IWeightFormat.BlockSize; i += IWeightFormat.BlockSize)
        {
            var block = value + i * TFormat.Bytes;
            Vector512.FusedMultiplyAdd(TFormat.LoadFirst(block), factor, Vector512.Load(sums + i)).Store(sums + i);
            Vector512.FusedMultiplyAdd(TFormat.LoadSecond(block), factor, Vector512.Load(sums + i + 16)).Store(sums + i + 16);
        }
        for (; i < width; i++)
            sums[i] = MathF.FusedMultiplyAdd(TFormat.Load(value + i * TFormat.Bytes), weight, sums[i]);
    }
}
