using Microsoft.Win32.SafeHandles;
using TaskArithmetic.Adapters;
using TaskArithmetic.Kernels;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Extraction;

/// <summary>Factors on their way into a file whose header can only be written when all ranks are known.</summary>
internal sealed class LoraSpool : IDisposable
{
    private readonly SafeFileHandle handle;
    private readonly DType dtype;
    private readonly string path;
    private readonly Dictionary<string, (long Offset, ulong[] Shape)> tensors = new(StringComparer.Ordinal);
    private long end;

    public LoraSpool(string path, DType dtype)
    {
        (this.path, this.dtype) = (path, dtype);
        handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>Names and shapes of what waits.</summary>
    public IEnumerable<(string Name, IReadOnlyList<ulong> Shape)> Tensors => tensors.Select(t => (t.Key, (IReadOnlyList<ulong>)t.Value.Shape));

    /// <summary>Takes a module's factors; a module without rank has none.</summary>
    /// <returns>The factors as they are stored, widened again.</returns>
    public (float[] A, float[] B) Put(string module, LoraFactorization factors, bool isEmbedding)
    {
        if (factors.Rank == 0)
            return ([], []);
        var (rank, prefix) = ((ulong)factors.Rank, AdapterFile.Prefix + module);
        return isEmbedding
            ? (Put($"{prefix}.lora_embedding_A", factors.A, [rank, (ulong)factors.A.Length / rank]), Put($"{prefix}.lora_embedding_B", factors.B, [(ulong)factors.B.Length / rank, rank]))
            : (Put($"{prefix}.lora_A.weight", factors.A, [rank, (ulong)factors.A.Length / rank]), Put($"{prefix}.lora_B.weight", factors.B, [(ulong)factors.B.Length / rank, rank]));
    }

    /// <summary>Whether a tensor waits here.</summary>
    public bool Holds(string name) => tensors.ContainsKey(name);

    /// <summary>The bytes of a tensor.</summary>
    public byte[] Bytes(TensorInfo tensor)
    {
        var bytes = new byte[tensor.ByteLength];
        RandomAccess.Read(handle, bytes, tensors[tensor.Name].Offset);
        return bytes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        handle.Dispose();
        File.Delete(path);
    }

    private float[] Put(string name, float[] values, ulong[] shape)
    {
        var bytes = new byte[values.Length * dtype.Bytes()];
        Narrowing.FromSingle(values, dtype, bytes);
        RandomAccess.Write(handle, bytes, end);
        tensors.Add(name, (end, shape));
        end += bytes.Length;
        Widening.ToSingle(bytes, dtype, values);
        return values;
    }
}
