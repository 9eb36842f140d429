using System.Numerics;

namespace TaskArithmetic.LanguageModels;

/// <summary>Searches in a row of logits.</summary>
internal static class TopLogits
{
    /// <summary>Index of the highest value; the first of equals.</summary>
    public static int ArgMax(ReadOnlySpan<float> logits) => Math.Max(0, logits.IndexOf(Max(logits)));

    /// <summary>The highest value less the second highest, 0 for equals.</summary>
    public static float Margin(ReadOnlySpan<float> logits, int highest)
    {
        var second = float.NegativeInfinity;
        if (highest > 0)
            second = Max(logits[..highest]);
        if (highest + 1 < logits.Length)
            second = Math.Max(second, Max(logits[(highest + 1)..]));
        return logits[highest] - second;
    }

    /// <summary>ln Σ e^x: the highest value and the logarithm of the sum of what is below it, summed in float64.</summary>
    public static float LogSumExp(ReadOnlySpan<float> logits)
    {
        var highest = Max(logits);
        var lanes = Vector<double>.Zero;
        var i = 0;
        for (; i <= logits.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(Vector.Exp(new Vector<float>(logits[i..]) - new Vector<float>(highest)), out var lower, out var upper);
            lanes += lower + upper;
        }
        var sum = Vector.Sum(lanes);
        for (; i < logits.Length; i++)
            sum += MathF.Exp(logits[i] - highest);
        return highest + (float)Math.Log(sum);
    }

    /// <summary>The highest value.</summary>
    public static float Max(ReadOnlySpan<float> values)
    {
        var highest = float.NegativeInfinity;
        var i = 0;
        if (values.Length >= Vector<float>.Count)
        {
            var lanes = new Vector<float>(float.NegativeInfinity);
            for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
                lanes = Vector.Max(lanes, new Vector<float>(values[i..]));
            for (var lane = 0; lane < Vector<float>.Count; lane++)
                highest = Math.Max(highest, lanes[lane]);
        }
        for (; i < values.Length; i++)
            highest = Math.Max(highest, values[i]);
        return highest;
    }
}
