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

    private static float Max(ReadOnlySpan<float> values)
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
