using System.Globalization;
using TaskArithmetic.Methods;

namespace TaskArithmetic.Recipes;

/// <summary>What a method says to one value of one of its parameters: the one place where kinds and ranges are looked at.</summary>
/// <param name="Value">The value as <see cref="MethodArguments"/> hold it (double, bool or text); null where it is of another kind.</param>
/// <param name="Problem">What is wrong, as the middle of a sentence; null where nothing is.</param>
/// <param name="IsRemark">Whether the merge can go on all the same.</param>
internal readonly record struct ParameterCheck(object? Value, string? Problem, bool IsRemark)
{
    /// <summary>Reads a value as its parameter's kind and holds it against its range.</summary>
    public static ParameterCheck Of(MethodParameter parameter, Scalar value) => parameter.Kind switch
    {
        ParameterKind.Flag => value.AsFlag() is { } flag ? new(flag, null, false) : Wrong(value, "neither true nor false"),
        ParameterKind.Text => OfText(parameter, value),
        _ => OfNumber(parameter, value),
    };

    /// <summary>The range of a number in words; empty where every number is allowed.</summary>
    public static string RangeOf(MethodParameter parameter)
    {
        var (low, high) = (parameter.Minimum, parameter.Maximum);
        return (double.IsFinite(low), double.IsFinite(high)) switch
        {
            (true, true) when parameter.Exclusive => $"between {Text(low)} and {Text(high)}, both excluded",
            (true, true) => $"from {Text(low)} to {Text(high)}",
            (true, false) => parameter.Exclusive ? $"above {Text(low)}" : $"at least {Text(low)}",
            (false, true) => parameter.Exclusive ? $"below {Text(high)}" : $"at most {Text(high)}",
            _ => "",
        };
    }

    private static ParameterCheck OfText(MethodParameter parameter, Scalar value)
    {
        var text = value.AsFlag() switch
        {
            true => parameter.MeantByTrue,
            false => parameter.MeantByFalse,
            null => null,
        } ?? value.ToString();
        return parameter.Choices.Count == 0 || parameter.Choices.Contains(text, StringComparer.Ordinal)
            ? new(text, null, false)
            : Wrong(value, $"none of {string.Join(", ", parameter.Choices)}");
    }

    private static ParameterCheck OfNumber(MethodParameter parameter, Scalar value)
    {
        if (value.AsNumber() is not { } number)
            return Wrong(value, "no number");
        if (!double.IsFinite(number))
            return Wrong(value, "not finite");
        if (parameter.Kind == ParameterKind.Integer && (number != Math.Truncate(number) || Math.Abs(number) > int.MaxValue))
            return Wrong(value, "no whole number");
        var isOutside = parameter.Exclusive
            ? number <= parameter.Minimum || number >= parameter.Maximum
            : number < parameter.Minimum || number > parameter.Maximum;
        return isOutside
            ? new(number, $"{Text(number)} is not {RangeOf(parameter)}", parameter.OutsideIsWarning)
            : new(number, null, false);
    }

    private static ParameterCheck Wrong(Scalar value, string what) => new(null, $"'{value}' is {what}", false);

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
