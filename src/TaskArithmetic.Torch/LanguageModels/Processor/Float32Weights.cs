using System.Runtime.Intrinsics;

namespace TaskArithmetic.Torch.LanguageModels.Processor;

/// <summary>float32 as stored: a block is two vectors in order.</summary>
internal unsafe struct Float32Weights : IWeightFormat
{
    public static int Bytes => sizeof(float);

    public static void Load(byte* block, out Vector512<float> first, out Vector512<float> second)
    {
        first = Vector512.Load((float*)block);
        second = Vector512.Load((float*)block + Vector512<float>.Count);
    }

    public static float Load(byte* weight) => *(float*)weight;

    public static void Store(byte* place, float value) => *(float*)place = value;

    public static void Arrange(ReadOnlySpan<float> values, Span<float> arranged) => values.CopyTo(arranged);

    public static void Restore(ReadOnlySpan<float> arranged, Span<float> values) => arranged.CopyTo(values);
}
