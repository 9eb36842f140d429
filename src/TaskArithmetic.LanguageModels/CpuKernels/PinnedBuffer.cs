using System.Runtime.InteropServices;

namespace TaskArithmetic.LanguageModels.CpuKernels;

/// <summary>float32 scratch memory that stays where it is; grows, never shrinks.</summary>
internal sealed unsafe class PinnedBuffer
{
    private float[] values = [];

    public float* Pointer { get; private set; }

    public void Reserve(long length)
    {
        if (length <= values.Length)
            return;
        values = GC.AllocateUninitializedArray<float>(checked((int)length), pinned: true);
        Pointer = (float*)Marshal.UnsafeAddrOfPinnedArrayElement(values, 0);
    }

    public Span<float> Slice(int start, int length) => values.AsSpan(start, length);
}
