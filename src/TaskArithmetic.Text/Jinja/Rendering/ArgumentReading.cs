using System.Numerics;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Rendering;

/// <summary>Reads the arguments of built-in functions, with Python's complaints about wrong types.</summary>
internal static class ArgumentReading
{
    /// <summary>Text, where Python wants a <c>str</c>.</summary>
    public static string AsText(this PythonValue? value, string context) => value switch
    {
        PythonString text => text.Value,
        _ => throw RenderError.Type($"{context} must be str, not {value?.TypeName}"),
    };

    /// <summary>Text or null for None or an argument that is not given.</summary>
    public static string? AsOptionalText(this PythonValue? value, string context) => value switch
    {
        null or PythonNone => null,
        PythonString text => text.Value,
        _ => throw RenderError.Type($"{context} must be {(context.Length > 0 ? "None or str" : "str or None")}, not {value.TypeName}".TrimStart()),
    };

    /// <summary>An integer, clamped to the range of sequence lengths.</summary>
    public static int AsIndex(this PythonValue? value, int missing)
    {
        if (value is null)
            return missing;
        if (value is JinjaUndefined undefined)
            throw undefined.Error;
        var number = Arithmetic.ToInteger(value) ?? throw RenderError.Type($"'{value.TypeName}' object cannot be interpreted as an integer");
        return (int)BigInteger.Max(BigInteger.Min(number, int.MaxValue), -int.MaxValue);
    }

    public static int? AsBound(this PythonValue? value) => value is null or PythonNone ? null : value.AsIndex(0);

    public static bool AsFlag(this PythonValue? value, bool missing = false) => value?.IsTrue ?? missing;
}
