using System.Buffers.Binary;

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
            var block = weights[..BlockWeights];
            var step = Largest(block) / 127f;
            // The quotients use the step as it was before float16 took digits from it.
            var inverse = step == 0 ? 0 : 1f / step;
            BinaryPrimitives.WriteHalfLittleEndian(blocks, (Half)step);
            for (var i = 0; i < BlockWeights; i++)
                blocks[2 + i] = (byte)(sbyte)Rounded(block[i] * inverse);
        }
    }

    private static float Largest(ReadOnlySpan<float> block)
    {
        var largest = 0f;
        foreach (var weight in block)
            largest = MathF.Max(largest, MathF.Abs(weight));
        return largest;
    }

    /// <summary>To the nearest whole number, halves away from zero; C's <c>roundf</c>.</summary>
    private static int Rounded(float value)
    {
        var whole = (int)value;
        var rest = value - whole;
        return rest >= 0.5f ? whole + 1 : rest <= -0.5f ? whole - 1 : whole;
    }
}
