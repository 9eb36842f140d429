using System.Runtime.InteropServices;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Streaming;

namespace TaskArithmetic.LanguageModels.Tests;

/// <summary>Reads expected tensors, as doubles, from a safetensors file.</summary>
internal sealed class GoldenTensors(string path)
{
    private readonly SafetensorsHeader header = SafetensorsFile.ReadHeader(path);

    public bool Has(string name) => header.Tensors.Any(tensor => tensor.Name == name);

    /// <summary>The rows of a tensor, its last axis as columns.</summary>
    public double[][] Rows(string name)
    {
        var tensor = header.Tensors.Single(t => t.Name == name);
        using var file = SafetensorsFile.Open(path);
        var bytes = file.Read(tensor);
        double[] values = tensor.DType switch
        {
            DType.F64 => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
            DType.F32 => [.. MemoryMarshal.Cast<byte, float>(bytes).ToArray().Select(value => (double)value)],
            DType.BF16 => [.. MemoryMarshal.Cast<byte, ushort>(bytes).ToArray().Select(value => (double)BitConverter.UInt32BitsToSingle((uint)value << 16))],
            _ => throw new InvalidDataException($"{name} is {tensor.DType}"),
        };
        return [.. values.Chunk((int)tensor.Shape[^1])];
    }
}
