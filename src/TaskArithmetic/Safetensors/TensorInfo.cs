namespace TaskArithmetic.Safetensors;

/// <summary>One tensor as a safetensors header describes it.</summary>
/// <param name="Name">The name, as written.</param>
/// <param name="DType">Element type.</param>
/// <param name="Shape">Extent of each axis, outermost first; empty for a scalar. Row-major, little-endian.</param>
/// <param name="Begin">First byte, counted from the start of the data section.</param>
/// <param name="End">One past the last byte, counted from the start of the data section.</param>
public sealed record TensorInfo(string Name, DType DType, IReadOnlyList<ulong> Shape, long Begin, long End)
{
    /// <summary>Bytes the elements take.</summary>
    public long ByteLength => End - Begin;

    /// <summary>Number of elements: the product of <see cref="Shape"/>, 1 for a scalar.</summary>
    public long ElementCount => ByteLength / DType.Bits() * 8 + ByteLength % DType.Bits() * 8 / DType.Bits();

    /// <summary>The shape as people write it, such as <c>[64, 172]</c>.</summary>
    public string ShapeText => FormatShape(Shape);

    /// <summary>Writes a shape as people do, such as <c>[64, 172]</c>.</summary>
    public static string FormatShape(IEnumerable<ulong> shape) => $"[{string.Join(", ", shape)}]";
}
