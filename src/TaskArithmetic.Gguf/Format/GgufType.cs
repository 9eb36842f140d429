namespace TaskArithmetic.Gguf.Format;

/// <summary>How a tensor's weights are stored, with the numbers of the file format (ggml's <c>ggml_type</c>).</summary>
internal enum GgufType
{
    /// <summary>float32.</summary>
    F32 = 0,

    /// <summary>float16.</summary>
    F16 = 1,

    /// <summary>Blocks of 32 weights: a float16 scale and 32 signed bytes.</summary>
    Q8Zero = 8,

    /// <summary>bfloat16.</summary>
    BF16 = 30,
}

/// <summary>What the types that we write ourselves take.</summary>
internal static class GgufTypes
{
    /// <summary>Bytes of a row; its length is a multiple of the type's block.</summary>
    public static long RowBytes(this GgufType type, long columns) => type switch
    {
        GgufType.F32 => 4 * columns,
        GgufType.Q8Zero => columns / Q8Zero.BlockWeights * Q8Zero.BlockBytes,
        _ => 2 * columns,
    };
}
