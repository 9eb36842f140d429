using System.Numerics;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Rendering;

/// <summary>Indices into sequences.</summary>
internal static class Slicing
{
    /// <summary>The place that an integer key means, counting from the end when negative; null when it is no integer or outside.</summary>
    public static int? Index(PythonValue key, int length)
    {
        var number = key switch
        {
            PythonInteger integer => integer.Value,
            PythonBoolean boolean => boolean.Value ? BigInteger.One : BigInteger.Zero,
            _ => (BigInteger?)null,
        };
        if (number is not { } index)
            return null;
        if (index.Sign < 0)
            index += length;
        return index.Sign >= 0 && index < length ? (int)index : null;
    }

    /// <summary>One of the three parts of a slice; integers beyond the range of sequences are clamped, as CPython does.</summary>
    public static int? Bound(PythonValue value) => value switch
    {
        PythonNone => null,
        PythonInteger integer => (int)BigInteger.Max(BigInteger.Min(integer.Value, int.MaxValue), -int.MaxValue),
        PythonBoolean boolean => boolean.Value ? 1 : 0,
        _ => throw RenderError.Type("slice indices must be integers or None or have an __index__ method"),
    };
}
