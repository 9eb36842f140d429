namespace TaskArithmetic.Benchmarks.Kernels;

/// <summary>How many bytes of tensor data one invocation of a benchmark reads and writes; scratch does not count.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BytesPerInvocationAttribute(long bytes) : Attribute
{
    public long Bytes { get; } = bytes;
}
