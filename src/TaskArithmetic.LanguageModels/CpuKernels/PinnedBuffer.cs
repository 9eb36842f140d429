using System.Runtime.InteropServices;

namespace TaskArithmetic.LanguageModels.CpuKernels;

/// <summary>
/// float32 scratch memory that stays where it is; grows, never shrinks. It begins at a cache line, so that no register
/// is loaded from two.
/// </summary>
internal sealed unsafe class PinnedBuffer
{
    private const int CacheLine = 64;

    private float[] values = [];
    private int first;

    public float* Pointer { get; private set; }

    public void Reserve(long length)
    {
        if (length <= values.Length - first)
            return;
        values = GC.AllocateUninitializedArray<float>(checked((int)(length + CacheLine / sizeof(float))), pinned: true);
        var start = Marshal.UnsafeAddrOfPinnedArrayElement(values, 0);
        Pointer = (float*)((start + CacheLine - 1) & -CacheLine);
        first = (int)(Pointer - (float*)start);
    }

    public Span<float> Slice(int start, int length) => values.AsSpan(first + start, length);
}
