using BenchmarkDotNet.Attributes;
using TaskArithmetic.Kernels;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Benchmarks.Kernels;

/// <summary>Single kernels on a block that stays in the first-level cache, per SIMD path, beside a copy of as many bytes.</summary>
[Config(typeof(ThroughputConfig))]
public class BlockBenchmarks
{
    private const int Elements = 2048;

    private readonly byte[] _narrow = new byte[Elements * 2];
    private readonly byte[] _copy = new byte[Elements * 2];
    private readonly float[] _accumulator = new float[Elements];
    private readonly float[] _x = new float[Elements];
    private SimdWidth _width;

    public static IEnumerable<string> Widths => Enum.GetNames<SimdWidth>();

    [ParamsSource(nameof(Widths))]
    public string Width { get; set; } = nameof(SimdWidth.Scalar);

    [GlobalSetup]
    public void FillWithWeights()
    {
        _width = Enum.Parse<SimdWidth>(Width);
        var random = new Random(1);
        for (var i = 0; i < Elements; i++)
            _x[i] = (float)(random.NextDouble() - 0.5) * 0.1f;
        Narrowing.FromSingle(_x, DType.BF16, _narrow);
    }

    [Benchmark(Baseline = true, Description = "copy")]
    [BytesPerInvocation(Elements * 4)]
    public void Copy() => _narrow.AsSpan().CopyTo(_copy);

    [Benchmark(Description = "widen BF16")]
    [BytesPerInvocation(Elements * 2)]
    public void WidenBFloat16() => Widening.ToSingle(_narrow, DType.BF16, _accumulator, _width);

    [Benchmark(Description = "widen F16")]
    [BytesPerInvocation(Elements * 2)]
    public void WidenHalf() => Widening.ToSingle(_narrow, DType.F16, _accumulator, _width);

    [Benchmark(Description = "narrow BF16")]
    [BytesPerInvocation(Elements * 2)]
    public void NarrowBFloat16() => Narrowing.FromSingle(_x, DType.BF16, _copy, _width);

    [Benchmark(Description = "narrow F16")]
    [BytesPerInvocation(Elements * 2)]
    public void NarrowHalf() => Narrowing.FromSingle(_x, DType.F16, _copy, _width);

    [Benchmark(Description = "a + α·x")]
    [BytesPerInvocation(Elements * 4)]
    public void AddScaled() => Combining.AddScaled(_accumulator, _x, 1e-3f, _width);

    [Benchmark(Description = "Σ a·x")]
    [BytesPerInvocation(Elements * 4)]
    public double Dot() => Reducing.Dot(_accumulator, _x, _width);

    [Benchmark(Description = "Σ x ≠ 0")]
    [BytesPerInvocation(Elements * 4)]
    public long CountNonZero() => Reducing.CountNonZero(_x, _width);
}
