using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TaskArithmetic.LanguageModels.CpuKernels;

/// <summary>A matrix in libtorch's memory on the processor; valid as long as its tensor.</summary>
internal readonly unsafe struct StoredMatrix
{
    public StoredMatrix(Tensor tensor)
    {
        Rows = (int)tensor.shape[0];
        Columns = (int)tensor.shape[1];
        Data = AddressOf(tensor);
    }

    public byte* Data { get; }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Address of a contiguous tensor's first element. Asked of one element, since spans end at 2 GiB.</summary>
    public static byte* AddressOf(Tensor tensor)
    {
        using var flat = tensor.view(-1);
        using var first = flat.narrow(0, 0, 1);
        fixed (byte* address = &MemoryMarshal.GetReference(first.bytes))
            return address;
    }
}
