using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TaskArithmetic.LanguageModels.CpuKernels;

/// <summary>float32 as stored: a block is two vectors in order.</summary>
internal unsafe struct Float32Weights : IWeightFormat
{
    public static int Bytes => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadFirst(byte* block) => Vector512.Load((float*)block);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadSecond(byte* block) => Vector512.Load((float*)block + Vector512<float>.Count);

    public static float Load(byte* weight) => *(float*)weight;

    public static void Store(byte* place, float value) => *(float*)place = value;

    public static void Arrange(ReadOnlySpan<float> values, Span<float> arranged) => values.CopyTo(arranged);

    public static void Restore(ReadOnlySpan<float> arranged, Span<float> values) => arranged.CopyTo(values);
}
