using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TaskArithmetic.LanguageModels.CpuKernels;
using TorchSharp;
using static TorchSharp.torch;

namespace TaskArithmetic.LanguageModels.Benchmarks;

/// <summary>What the machine can do at best: read the weights once, and multiply and add.</summary>
internal sealed unsafe class Floors(IReadOnlyList<Tensor> matrices, int threads)
{
    private const int Square = 2048;

    /// <summary>Bytes of all matrices.</summary>
    public long Bytes { get; } = matrices.Sum(matrix => matrix.NumberOfElements * matrix.ElementSize);

    /// <summary>Seconds to read all matrices once with all threads and do nothing with them.</summary>
    public double SecondsToReadWeights()
    {
        var parts = matrices.SelectMany(Chunks).ToArray();
        var clock = Stopwatch.StartNew();
        Parallel.For(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, part => Read(parts[part].Address, parts[part].Length));
        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>
    /// Multiplications and additions a second: of float32 registers alone, or of libtorch's bfloat16 product where the
    /// processor has instructions for it, whichever is more.
    /// </summary>
    public double OperationsPerSecond()
    {
        // The best of three, each of some ten milliseconds: a core that has slept takes a while to reach its clock.
        var registers = Enumerable.Range(0, 3).Max(_ => Registers());
        return Math.Max(registers, Vector512.IsHardwareAccelerated && Bfloat16Product(256) > registers / 2 ? Bfloat16Product(Square) : 0);
    }

    private static double Bfloat16Product(int size)
    {
        using var mode = inference_mode();
        using var scope = NewDisposeScope();
        Tensor left = randn(size, size).to(ScalarType.BFloat16), right = randn(size, size).to(ScalarType.BFloat16);
        left.matmul(right).Dispose();
        var clock = Stopwatch.StartNew();
        left.matmul(right).Dispose();
        return 2.0 * size * size * size / clock.Elapsed.TotalSeconds;
    }

    private double Registers()
    {
        const int Rounds = 10_000_000;
        var clock = Stopwatch.StartNew();
        Action<int> work = Vector512.IsHardwareAccelerated
            ? _ => MultiplyAndAdd<Vector512<float>, Registers512>(Rounds) : _ => MultiplyAndAdd<Vector256<float>, Registers256>(Rounds);
        Parallel.For(0, threads, work);
        var lanes = Vector512.IsHardwareAccelerated ? 16 : 8;
        return 2.0 * 10 * lanes * Rounds * threads / clock.Elapsed.TotalSeconds;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyAndAdd<TVector, TRegisters>(int rounds)
        where TVector : struct
        where TRegisters : struct, IRegisters<TVector>
    {
        var zero = stackalloc float[16];
        var x = TRegisters.Load(zero);
        TVector a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x;
        for (var round = 0; round < rounds; round++)
        {
            a = TRegisters.MultiplyAdd(a, x, x);
            b = TRegisters.MultiplyAdd(b, x, x);
            c = TRegisters.MultiplyAdd(c, x, x);
            d = TRegisters.MultiplyAdd(d, x, x);
            e = TRegisters.MultiplyAdd(e, x, x);
            f = TRegisters.MultiplyAdd(f, x, x);
            g = TRegisters.MultiplyAdd(g, x, x);
            h = TRegisters.MultiplyAdd(h, x, x);
            i = TRegisters.MultiplyAdd(i, x, x);
            j = TRegisters.MultiplyAdd(j, x, x);
        }
        TRegisters.Sums(a, b, c, d).Store(zero);
        TRegisters.Sums(e, f, g, h).Store(zero + 4);
        TRegisters.Sums(i, j, i, j).Store(zero + 8);
    }

    private static IEnumerable<(nint Address, long Length)> Chunks(Tensor matrix)
    {
        const long Chunk = 4 << 20;
        var start = Address(matrix);
        var bytes = matrix.NumberOfElements * matrix.ElementSize;
        for (var offset = 0L; offset < bytes; offset += Chunk)
            yield return (start + (nint)offset, Math.Min(Chunk, bytes - offset));
    }

    private static nint Address(Tensor matrix) => (nint)StoredMatrix.AddressOf(matrix);

    private static ulong Read(nint address, long length)
    {
        Vector256<ulong> a = default, b = default, c = default, d = default;
        for (var p = (byte*)address; p + 128 <= (byte*)address + length; p += 128)
        {
            a ^= Vector256.Load((ulong*)p);
            b ^= Vector256.Load((ulong*)(p + 32));
            c ^= Vector256.Load((ulong*)(p + 64));
            d ^= Vector256.Load((ulong*)(p + 96));
        }
        return Vector256.Sum(a ^ b ^ c ^ d);
    }
}
