namespace TaskArithmetic.Safetensors;

/// <summary>
/// Element types of the safetensors format, in the order of the reference implementation: its writer lays
/// tensors out by descending value, so the widest alignment comes first.
/// Source: huggingface/safetensors, enum <c>Dtype</c>.
/// </summary>
public enum DType
{
    /// <summary>Boolean, one byte.</summary>
    Bool,

    /// <summary>4-bit float (e2m1, OCP MX).</summary>
    F4,

    /// <summary>6-bit float (e2m3, OCP MX).</summary>
    F6E2M3,

    /// <summary>6-bit float (e3m2, OCP MX).</summary>
    F6E3M2,

    /// <summary>Unsigned byte.</summary>
    U8,

    /// <summary>Signed byte.</summary>
    I8,

    /// <summary>8-bit float (e5m2).</summary>
    F8E5M2,

    /// <summary>8-bit float (e4m3fn).</summary>
    F8E4M3,

    /// <summary>8-bit exponent-only float (e8m0).</summary>
    F8E8M0,

    /// <summary>8-bit float (e4m3fnuz).</summary>
    F8E4M3FNUZ,

    /// <summary>8-bit float (e5m2fnuz).</summary>
    F8E5M2FNUZ,

    /// <summary>Signed 16-bit integer.</summary>
    I16,

    /// <summary>Unsigned 16-bit integer.</summary>
    U16,

    /// <summary>IEEE 754 half precision.</summary>
    F16,

    /// <summary>bfloat16: the upper half of a float32.</summary>
    BF16,

    /// <summary>Signed 32-bit integer.</summary>
    I32,

    /// <summary>Unsigned 32-bit integer.</summary>
    U32,

    /// <summary>IEEE 754 single precision.</summary>
    F32,

    /// <summary>Complex number of two float32.</summary>
    C64,

    /// <summary>IEEE 754 double precision.</summary>
    F64,

    /// <summary>Signed 64-bit integer.</summary>
    I64,

    /// <summary>Unsigned 64-bit integer.</summary>
    U64,
}
