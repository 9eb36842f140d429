using TaskArithmetic.Inputs;
using TaskArithmetic.Kernels;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Tests.Adapters;

/// <summary>Reads an input as merges do, in runs that begin and end anywhere.</summary>
internal static class WholeInput
{
    /// <summary>All values, in runs of one size.</summary>
    public static float[] Read(ITensorInput input, int run = 1009)
    {
        var values = new float[input.Shape.Aggregate(1UL, (product, extent) => product * extent)];
        var reader = new TensorReader();
        for (var first = 0; first < values.Length; first += run)
            input.Read(first, values.AsSpan(first, Math.Min(run, values.Length - first)), reader);
        return values;
    }

    /// <summary>A stored tensor, widened.</summary>
    public static float[] Read(SafetensorsFile file, TensorInfo tensor)
    {
        var values = new float[tensor.ElementCount];
        Widening.ToSingle(file.Read(tensor), tensor.DType, values);
        return values;
    }
}
