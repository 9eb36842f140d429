using System.Runtime.InteropServices;

namespace TaskArithmetic.LanguageModels.CpuKernels;

/// <summary>
/// Keys and values of one sequence, for each layer and key/value head: keys as [slots, width], values as [width, slots],
/// so that the sums over slots run along memory like those over the width.
/// </summary>
internal sealed unsafe class SequenceMemory(ModelConfiguration model, int layers, int slots, int bytes)
{
    private readonly byte[][] keys = [.. Enumerable.Range(0, layers).Select(_ => Allocate(model, slots, bytes))];
    private readonly byte[][] values = [.. Enumerable.Range(0, layers).Select(_ => Allocate(model, slots, bytes))];

    /// <summary>Slots allocated.</summary>
    public int Slots => slots;

    /// <summary>Slots filled.</summary>
    public int Length { get; set; }

    /// <summary>A head's keys in a layer; a memory of one layer serves each layer in turn.</summary>
    public byte* Keys(int layer, int head) => Head(keys[layer % layers], head);

    /// <summary>A head's values in a layer.</summary>
    public byte* Values(int layer, int head) => Head(values[layer % layers], head);

    private byte* Head(byte[] all, int head) => (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(all, 0) + (long)head * slots * model.HeadDimension * bytes;

    private static byte[] Allocate(ModelConfiguration model, int slots, int bytes) =>
        GC.AllocateUninitializedArray<byte>(checked(model.KeyValueHeadCount * slots * model.HeadDimension * bytes), pinned: true);
}
