using System.Numerics;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Rendering;

/// <summary>Reads the arguments of built-in functions, with Python's complaints about wrong types.</summary>
internal static class ArgumentReading
{
    /// <summary>Text, where Python wants a <c>str</c>.</summary>
    public static string AsText(this JinjaValue? value, string context) => value switch
    {
        JinjaString text => text.Value,
        _ => throw RenderError.Type($"{context} must be str, not {value?.TypeName}"),
    };

    /// <summary>Text or null for None or an argument that is not given.</summary>
    public static string? AsOptionalText(this JinjaValue? value, string context) => value switch
    {
        null or JinjaNone => null,
        JinjaString text => text.Value,
        _ => throw RenderError.Type($"{context} must be {(context.Length > 0 ? "None or str" : "str or None")}, not {value.TypeName}".TrimStart()),
    };

    /// <summary>An integer, clamped to the range of sequence lengths.</summary>
    public static int AsIndex(this JinjaValue? value, int missing)
    {
        if (value is null)
            return missing;
        if (value is JinjaUndefined undefined)
            throw undefined.Error;
        var number = Arithmetic.ToInteger(value) ?? throw RenderError.Type($"'{value.TypeName}' object cannot be interpreted as an integer");
        return (int)BigInteger.Max(BigInteger.Min(number, int.MaxValue), -int.MaxValue);
    }

    public static int? AsBound(this JinjaValue? value) => value is null or JinjaNone ? null : value.AsIndex(0);

    public static bool AsFlag(this JinjaValue? value, bool missing = false) => value?.IsTrue ?? missing;
}
