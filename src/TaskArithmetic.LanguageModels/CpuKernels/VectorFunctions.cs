using System.Runtime.Intrinsics;

namespace TaskArithmetic.LanguageModels.CpuKernels;

/// <summary>The functions between the matrix products, in float32.</summary>
internal static unsafe class VectorFunctions
{
    /// <summary>x·w / sqrt(mean(x²) + ε) (Zhang and Sennrich, 2019); may work in place.</summary>
    public static void RmsNorm(ReadOnlySpan<float> values, ReadOnlySpan<float> weight, double epsilon, Span<float> result)
    {
        var lanes = Vector512<float>.Zero;
        var i = 0;
        for (; i <= values.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            var part = Vector512.Create(values[i..]);
            lanes = Vector512.FusedMultiplyAdd(part, part, lanes);
        }
        var sum = Vector512.Sum(lanes);
        for (; i < values.Length; i++)
            sum += values[i] * values[i];
        var scale = 1 / MathF.Sqrt(sum / values.Length + (float)epsilon);
        for (i = 0; i < values.Length; i++)
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

    /// <summary>gate ← silu(gate)·up, where silu(x) = x / (1 + e^−x).</summary>
    public static void GatedSilu(float* gate, float* up, int count)
    {
        var i = 0;
        for (; i <= count - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            var x = Vector512.Load(gate + i);
            (x / (Vector512<float>.One + Vector512.Exp(-x)) * Vector512.Load(up + i)).Store(gate + i);
        }
        for (; i < count; i++)
            gate[i] = gate[i] / (1 + MathF.Exp(-gate[i])) * up[i];
    }

    /// <summary>scores ← softmax(scores·scale).</summary>
    public static void Softmax(Span<float> scores, float scale)
    {
        var highest = float.NegativeInfinity;
        foreach (var score in scores)
            highest = Math.Max(highest, score);
        var offset = Vector512.Create(highest * scale);
        var lanes = Vector512<float>.Zero;
        var i = 0;
        for (; i <= scores.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            var part = Vector512.Exp(Vector512.Create<float>(scores[i..]) * scale - offset);
            lanes += part;
            part.CopyTo(scores[i..]);
        }
        var sum = Vector512.Sum(lanes);
        for (; i < scores.Length; i++)
            sum += scores[i] = MathF.Exp(scores[i] * scale - highest * scale);
        for (i = 0; i < scores.Length; i++)
            scores[i] /= sum;
    }

    /// <summary>target += values.</summary>
    public static void Add(Span<float> target, ReadOnlySpan<float> values)
    {
        for (var i = 0; i < target.Length; i++)
            target[i] += values[i];
    }
}
