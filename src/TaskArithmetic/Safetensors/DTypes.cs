namespace TaskArithmetic.Safetensors;

/// <summary>What is known of each <see cref="DType"/>: its name in files, its width, whether we compute with it.</summary>
public static class DTypes
{
    private static readonly (DType DType, string Name, int Bits)[] Known =
    [
        (DType.Bool, "BOOL", 8),
        (DType.F4, "F4", 4),
        (DType.F6E2M3, "F6_E2M3", 6),
        (DType.F6E3M2, "F6_E3M2", 6),
        (DType.U8, "U8", 8),
        (DType.I8, "I8", 8),
        (DType.F8E5M2, "F8_E5M2", 8),
        (DType.F8E4M3, "F8_E4M3", 8),
        (DType.F8E8M0, "F8_E8M0", 8),
        (DType.F8E4M3FNUZ, "F8_E4M3FNUZ", 8),
        (DType.F8E5M2FNUZ, "F8_E5M2FNUZ", 8),
        (DType.I16, "I16", 16),
        (DType.U16, "U16", 16),
        (DType.F16, "F16", 16),
        (DType.BF16, "BF16", 16),
        (DType.I32, "I32", 32),
        (DType.U32, "U32", 32),
        (DType.F32, "F32", 32),
        (DType.C64, "C64", 64),
        (DType.F64, "F64", 64),
        (DType.I64, "I64", 64),
        (DType.U64, "U64", 64),
    ];

    private static readonly Dictionary<string, DType> ByName = Known.ToDictionary(k => k.Name, k => k.DType, StringComparer.Ordinal);

    private static readonly Dictionary<string, DType> ByTorchName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["bfloat16"] = DType.BF16,
        ["float16"] = DType.F16,
        ["float32"] = DType.F32,
        ["float64"] = DType.F64,
    };

    /// <summary>The name a safetensors header uses, such as <c>BF16</c> or <c>F8_E4M3</c>.</summary>
    public static string Name(this DType dtype) => Known[(int)dtype].Name;

    /// <summary>Width of one element in bits; 4 and 6 for the sub-byte kinds.</summary>
    public static int Bits(this DType dtype) => Known[(int)dtype].Bits;

    /// <summary>Width of one element in bytes; defined for whole-byte kinds only.</summary>
    public static int Bytes(this DType dtype) =>
        dtype.Bits() % 8 == 0 ? dtype.Bits() / 8 : throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "A sub-byte dtype has no width in bytes.");

    /// <summary>Whether merges compute with it: BF16, F16, F32 and F64. All others are copied.</summary>
    public static bool IsMergeable(this DType dtype) => dtype is DType.BF16 or DType.F16 or DType.F32 or DType.F64;

    /// <summary>The name PyTorch and config.json use, such as <c>bfloat16</c>; the header's name for kinds we do not compute with.</summary>
    public static string TorchName(this DType dtype) =>
        ByTorchName.FirstOrDefault(pair => pair.Value == dtype).Key is { } name && dtype.IsMergeable() ? name : dtype.Name();

    /// <summary>Reads a header's dtype name; exact case, as the format has it.</summary>
    public static bool TryParse(string name, out DType dtype) => ByName.TryGetValue(name, out dtype);

    /// <summary>Reads PyTorch's name of a float kind: bfloat16, float16, float32 or float64.</summary>
    public static bool TryParseTorchName(string name, out DType dtype) => ByTorchName.TryGetValue(name, out dtype);
}
