using BenchmarkDotNet.Attributes;
using TaskArithmetic.Kernels;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Benchmarks.Kernels;

/// <summary>
/// target + α·(from − minus) over bf16 tensors larger than the caches, block by block as a merge runs, per SIMD path.
/// The baseline copies as many bytes as the merge reads and writes: three tensors in, one out.
/// </summary>
[Config(typeof(ThroughputConfig))]
public class MergeBenchmarks
{
    private const int Elements = 16 << 20;
    private const int Block = 2048;
    private const int TensorBytes = Elements * 2;

    private readonly byte[] _target = new byte[TensorBytes];
    private readonly byte[] _from = new byte[TensorBytes];
    private readonly byte[] _minus = new byte[TensorBytes];
    private readonly byte[] _output = new byte[TensorBytes];
    private readonly float[] _accumulator = new float[Block];
    private readonly float[] _fromBlock = new float[Block];
    private readonly float[] _minusBlock = new float[Block];
    private SimdWidth _width;

    public static IEnumerable<string> Widths => Enum.GetNames<SimdWidth>();

    [ParamsSource(nameof(Widths))]
    public string Width { get; set; } = nameof(SimdWidth.Scalar);

    [GlobalSetup]
    public void FillWithWeights()
    {
        _width = Enum.Parse<SimdWidth>(Width);
        var random = new Random(1);
        foreach (var tensor in new[] { _target, _from, _minus })
        {
            for (var offset = 0; offset < TensorBytes; offset += Block * 2)
            {
                for (var i = 0; i < Block; i++)
                    _accumulator[i] = (float)(random.NextDouble() - 0.5) * 0.1f;
                Narrowing.FromSingle(_accumulator, DType.BF16, tensor.AsSpan(offset, Block * 2));
            }
        }
    }

    [Benchmark(Baseline = true, Description = "copy")]
    [BytesPerInvocation(4L * TensorBytes)]
    public void Copy()
    {
        _target.AsSpan().CopyTo(_output);
        _from.AsSpan().CopyTo(_output);
    }

    [Benchmark(Description = "merge")]
    [BytesPerInvocation(4L * TensorBytes)]
    public void Merge()
    {
        for (var offset = 0; offset < TensorBytes; offset += Block * 2)
        {
            Widening.ToSingle(_target.AsSpan(offset, Block * 2), DType.BF16, _accumulator, _width);
            Widening.ToSingle(_from.AsSpan(offset, Block * 2), DType.BF16, _fromBlock, _width);
            Widening.ToSingle(_minus.AsSpan(offset, Block * 2), DType.BF16, _minusBlock, _width);
            Combining.AddScaledDifference(_accumulator, _fromBlock, _minusBlock, 0.7f, _width);
            Narrowing.FromSingle(_accumulator, DType.BF16, _output.AsSpan(offset, Block * 2), _width);
        }
    }
}
