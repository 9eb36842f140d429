using TaskArithmetic.Checkpoints;
using TaskArithmetic.Kernels;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Tests.Checkpoints;

/// <summary>A tensor that a test writes into a checkpoint or reads back from one.</summary>
internal sealed record TestTensor(string Name, DType DType, IReadOnlyList<ulong> Shape, byte[] Bytes)
{
    public static TestTensor Of(string name, DType dtype, IReadOnlyList<ulong> shape, params IReadOnlyList<float> values)
    {
        var bytes = new byte[SafetensorsLayout.ByteLength(dtype, shape)];
        Narrowing.FromSingle([.. values], dtype, bytes);
        return new TestTensor(name, dtype, shape, bytes);
    }

    /// <summary>One axis.</summary>
    public static TestTensor Vector(string name, DType dtype, params IReadOnlyList<float> values) => Of(name, dtype, [(ulong)values.Count], values);

    /// <summary>A matrix of reproducible values around a scale.</summary>
    public static TestTensor Random(string name, DType dtype, int seed, float scale, params IReadOnlyList<ulong> shape)
    {
        var random = new Random(seed);
        var values = new float[shape.Aggregate(1UL, (product, extent) => product * extent)];
        for (var i = 0; i < values.Length; i++)
            values[i] = scale * (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
        return Of(name, dtype, shape, values);
    }

    public static TestTensor Of(CheckpointTensor tensor) => new(tensor.Info.Name, tensor.Info.DType, tensor.Info.Shape, tensor.File.Read(tensor.Info));

    public float[] Values
    {
        get
        {
            var values = new float[Bytes.Length / DType.Bytes()];
            Widening.ToSingle(Bytes, DType, values);
            return values;
        }
    }

    /// <summary>The same tensor with every value changed.</summary>
    public TestTensor Map(Func<float, float> change) => Of(Name, DType, Shape, [.. Values.Select(change)]);

    public TestTensor As(DType dtype) => Of(Name, dtype, Shape, Values);
}
