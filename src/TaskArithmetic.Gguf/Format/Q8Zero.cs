using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace TaskArithmetic.Gguf.Format;

/// <summary>
/// 8-bit blocks as llama.cpp's reference quantizer writes them, bit for bit: of 32 weights the largest magnitude is 127 steps;
/// a step d = max/127 is computed in float32 and stored as float16, each weight is x·(1/d), rounded half away from zero.
/// </summary>
internal static class Q8Zero
{
    /// <summary>Weights of a block.</summary>
    public const int BlockWeights = 32;

    /// <summary>Bytes of a block.</summary>
    public const int BlockBytes = 2 + BlockWeights;

    /// <summary>Quantizes whole blocks of finite weights.</summary>
    public static void Quantize(ReadOnlySpan<float> weights, Span<byte> blocks)
    {
        for (; weights.Length > 0; weights = weights[BlockWeights..], blocks = blocks[BlockBytes..])
        {
            // Four times eight lanes: what each lane does is what the reference does one by one.
            var (a, b) = (Vector256.Create(weights), Vector256.Create(weights[8..]));
            var (c, d) = (Vector256.Create(weights[16..]), Vector256.Create(weights[24..]));
            var step = Largest(Vector256.Max(Vector256.Max(Vector256.Abs(a), Vector256.Abs(b)), Vector256.Max(Vector256.Abs(c), Vector256.Abs(d)))) / 127f;
            // The quotients use the step as it was before float16 took digits from it; one too small to have an inverse gives zeros.
            var inverse = float.IsFinite(1f / step) ? 1f / step : 0;
            BinaryPrimitives.WriteHalfLittleEndian(blocks, (Half)step);
            var low = Vector256.Narrow(Rounded(a * inverse), Rounded(b * inverse));
            var high = Vector256.Narrow(Rounded(c * inverse), Rounded(d * inverse));
            Vector256.Narrow(low, high).AsByte().CopyTo(blocks[2..]);
        }
    }

    private static float Largest(Vector256<float> magnitudes)
    {
        var four = Vector128.Max(magnitudes.GetLower(), magnitudes.GetUpper());
        return MathF.Max(MathF.Max(four[0], four[1]), MathF.Max(four[2], four[3]));
    }

    /// <summary>To the nearest whole number, halves away from zero; C's <c>roundf</c>.</summary>
    private static Vector256<int> Rounded(Vector256<float> values)
    {
        var whole = Vector256.ConvertToInt32(values);
        var rest = values - Vector256.ConvertToSingle(whole);
        // A comparison that holds is -1 in every lane.
        return whole - Vector256.GreaterThanOrEqual(rest, Vector256.Create(0.5f)).AsInt32() + Vector256.LessThanOrEqual(rest, Vector256.Create(-0.5f)).AsInt32();
    }
}
