using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TaskArithmetic.Streaming;
using TorchSharp;
using static TorchSharp.torch;

namespace TaskArithmetic.LanguageModels.Benchmarks;

/// <summary>What the machine can do at best: read the weights once, and multiply matrices in bfloat16.</summary>
internal sealed unsafe class Floors(IReadOnlyList<Tensor> matrices, int threads) : IDisposable
{
    private readonly Tensor left = randn(2048, 2048).to(ScalarType.BFloat16);
    private readonly Tensor right = randn(2048, 2048).to(ScalarType.BFloat16);

    /// <summary>Bytes of all matrices.</summary>
    public long Bytes { get; } = matrices.Sum(matrix => matrix.NumberOfElements * matrix.ElementSize);

    /// <summary>Seconds to read all matrices once with all threads and do nothing with them.</summary>
    public double SecondsToReadWeights()
    {
        var clock = Stopwatch.StartNew();
        var parts = matrices.SelectMany(Chunks).ToArray();
        Parallel.For(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, part => Read(parts[part].Address, parts[part].Length));
        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>Multiplications and additions a second of a large bfloat16 product.</summary>
    public double MatmulOperationsPerSecond()
    {
        using var mode = inference_mode();
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 2; i++)
            left.matmul(right).Dispose();
        return 2 * 2.0 * 2048 * 2048 * 2048 / clock.Elapsed.TotalSeconds;
    }

    public void Dispose()
    {
        left.Dispose();
        right.Dispose();
    }

    private static IEnumerable<(nint Address, long Length)> Chunks(Tensor matrix)
    {
        const long Chunk = 4 << 20;
        var start = Address(matrix);
        var bytes = matrix.NumberOfElements * matrix.ElementSize;
        for (var offset = 0L; offset < bytes; offset += Chunk)
            yield return (start + (nint)offset, Math.Min(Chunk, bytes - offset));
    }

    private static nint Address(Tensor matrix)
    {
        fixed (byte* address = &MemoryMarshal.GetReference(matrix.bytes))
            return (nint)address;
    }

    private static ulong Read(nint address, long length)
    {
        Vector512<ulong> a = default, b = default, c = default, d = default;
        for (var p = (byte*)address; p + 256 <= (byte*)address + length; p += 256)
        {
            a ^= Vector512.Load((ulong*)p);
            b ^= Vector512.Load((ulong*)(p + 64));
            c ^= Vector512.Load((ulong*)(p + 128));
            d ^= Vector512.Load((ulong*)(p + 192));
        }
        return Vector512.Sum(a ^ b ^ c ^ d);
    }
}
