using System.Numerics;

namespace TaskArithmetic.LanguageModels.CpuKernels;

/// <summary>The functions between the matrix products, in float32.</summary>
internal static class VectorFunctions
{
    private const float GeluFactor = 1.5957691216f;

    /// <summary>x·w / sqrt(mean(x²) + ε) (Zhang and Sennrich, 2019); may work in place.</summary>
    public static void RmsNorm(ReadOnlySpan<float> values, ReadOnlySpan<float> weight, double epsilon, Span<float> result)
    {
        var lanes = Vector<float>.Zero;
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var part = new Vector<float>(values[i..]);
            lanes = Vector.FusedMultiplyAdd(part, part, lanes);
        }
        var sum = Vector.Sum(lanes);
        for (; i < values.Length; i++)
            sum += values[i] * values[i];
        var scale = 1 / MathF.Sqrt(sum / values.Length + (float)epsilon);
        for (i = 0; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(values[i..]) * scale * new Vector<float>(weight[i..])).CopyTo(result[i..]);
        for (; i < values.Length; i++)
            result[i] = values[i] * scale * weight[i];
    }

    /// <summary>Rotates a head by halves: (a, b) → (a·cos − b·sin, b·cos + a·sin).</summary>
    public static void Rotate(Span<float> head, ReadOnlySpan<float> cosines, ReadOnlySpan<float> sines)
    {
        var half = cosines.Length;
        for (var i = 0; i < half; i++)
        {
            var (a, b) = (head[i], head[half + i]);
            head[i] = a * cosines[i] - b * sines[i];
            head[half + i] = b * cosines[i] + a * sines[i];
        }
    }

    /// <summary>gate ← act(gate)·up, where act is silu, x / (1 + e^−x), or gelu by tanh, x / (1 + e^−2√(2/π)(x + 0.044715x³)).</summary>
    public static void Gate(Span<float> gate, ReadOnlySpan<float> up, bool gelu)
    {
        var i = 0;
        for (; i <= gate.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var x = new Vector<float>(gate[i..]);
            var u = gelu ? (x + x * x * x * 0.044715f) * GeluFactor : x;
            (x / (Vector<float>.One + Exp(-u)) * new Vector<float>(up[i..])).CopyTo(gate[i..]);
        }
        for (; i < gate.Length; i++)
        {
            var x = gate[i];
            var u = gelu ? (x + x * x * x * 0.044715f) * GeluFactor : x;
            gate[i] = x / (1 + MathF.Exp(-u)) * up[i];
        }
    }

    /// <summary>values ← cap·tanh(values/cap).</summary>
    public static void SoftCap(Span<float> values, float cap)
    {
        foreach (ref var value in values)
            value = cap * MathF.Tanh(value / cap);
    }

    /// <summary>scores ← softmax(scores·scale).</summary>
    public static void Softmax(Span<float> scores, float scale)
    {
        var offset = TopLogits.Max(scores) * scale;
        var lanes = Vector<float>.Zero;
        var i = 0;
        for (; i <= scores.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var part = Exp(new Vector<float>(scores[i..]) * scale - new Vector<float>(offset));
            lanes += part;
            part.CopyTo(scores[i..]);
        }
        var sum = Vector.Sum(lanes);
        for (; i < scores.Length; i++)
            sum += scores[i] = MathF.Exp(scores[i] * scale - offset);
        Multiply(scores, 1 / sum);
    }

    /// <summary>values ← values·factor.</summary>
    public static void Multiply(Span<float> values, float factor)
    {
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(values[i..]) * factor).CopyTo(values[i..]);
        for (; i < values.Length; i++)
            values[i] *= factor;
    }

    /// <summary>target += values.</summary>
    public static void Add(Span<float> target, ReadOnlySpan<float> values)
    {
        var i = 0;
        for (; i <= target.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(target[i..]) + new Vector<float>(values[i..])).CopyTo(target[i..]);
        for (; i < target.Length; i++)
            target[i] += values[i];
    }

    /// <summary>
    /// e^x to within two units in the last place, 0 below −87: x = n·ln 2 + r, a polynomial for e^r (Cody and Waite's
    /// reduction, Taylor's coefficients to r⁷), and n into the exponent. Vector.Exp goes through float64 and takes thrice as long.
    /// </summary>
    internal static Vector<float> Exp(Vector<float> x)
    {
        var bounded = Vector.Min(Vector.Max(x, new Vector<float>(-87)), new Vector<float>(88.3f));
        var n = Vector.Round(bounded * 1.44269504f);
        var r = Vector.FusedMultiplyAdd(n, new Vector<float>(-0.693359375f), bounded);
        r = Vector.FusedMultiplyAdd(n, new Vector<float>(2.12194440e-4f), r);
        var sum = new Vector<float>(1f / 5040);
        sum = Vector.FusedMultiplyAdd(sum, r, new Vector<float>(1f / 720));
        sum = Vector.FusedMultiplyAdd(sum, r, new Vector<float>(1f / 120));
        sum = Vector.FusedMultiplyAdd(sum, r, new Vector<float>(1f / 24));
        sum = Vector.FusedMultiplyAdd(sum, r, new Vector<float>(1f / 6));
        sum = Vector.FusedMultiplyAdd(sum, r, new Vector<float>(0.5f));
        sum = Vector.FusedMultiplyAdd(sum, r, Vector<float>.One);
        sum = Vector.FusedMultiplyAdd(sum, r, Vector<float>.One);
        var result = Vector.AsVectorSingle(Vector.AsVectorInt32(sum) + (Vector.ConvertToInt32(n) << 23));
        return Vector.ConditionalSelect(Vector.GreaterThanOrEqual(x, new Vector<float>(-87)), result, Vector<float>.Zero);
    }
}
