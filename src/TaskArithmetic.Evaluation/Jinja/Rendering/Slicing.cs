using System.Numerics;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Rendering;

/// <summary>Indices into sequences.</summary>
internal static class Slicing
{
    /// <summary>The place that an integer key means, counting from the end when negative; null when it is no integer or outside.</summary>
    public static int? Index(JinjaValue key, int length)
    {
        var number = key switch
        {
            JinjaInteger integer => integer.Value,
            JinjaBoolean boolean => boolean.Value ? BigInteger.One : BigInteger.Zero,
            _ => (BigInteger?)null,
        };
        if (number is not { } index)
            return null;
        if (index.Sign < 0)
            index += length;
        return index.Sign >= 0 && index < length ? (int)index : null;
    }

    /// <summary>One of the three parts of a slice; integers beyond the range of sequences are clamped, as CPython does.</summary>
    public static int? Bound(JinjaValue value) => value switch
    {
        JinjaNone => null,
        JinjaInteger integer => (int)BigInteger.Max(BigInteger.Min(integer.Value, int.MaxValue), -int.MaxValue),
        JinjaBoolean boolean => boolean.Value ? 1 : 0,
        _ => throw RenderError.Type("slice indices must be integers or None or have an __index__ method"),
    };
}
