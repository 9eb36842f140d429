using System.Numerics;
using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Filters;

/// <summary>Filters that give numbers.</summary>
internal static class NumberFilters
{
    public static IEnumerable<BuiltIn> All { get; } =
    [
        new("abs", "x", (_, a) => Absolute(a[0]!)),
        new("int", "value default= base=", (c, a) => ToInteger(c, a[0]!, a[2].AsIndex(10)) is { } number ? new PythonInteger(number) : a[1] ?? 0),
        new("float", "value default=", (_, a) => ToFloat(a[0]!) is { } number ? number : a[1] ?? 0.0),
        new("round", "value precision= method=", (c, a) => Round(c, a[0]!, a[1].AsIndex(0), a[2] is null ? "common" : a[2].AsText("method"))),
    ];

    private static PythonValue Absolute(PythonValue value) => value switch
    {
        PythonFloat number => Math.Abs(number.Value),
        _ => new PythonInteger(BigInteger.Abs(Arithmetic.ToInteger(value) ?? throw RenderError.Type($"bad operand type for abs(): '{value.TypeName}'"))),
    };

    private static BigInteger? ToInteger(RenderContext context, PythonValue value, int radix)
    {
        // Reading digits takes quadratic time.
        if (value is PythonString { Value.Length: var length })
            context.Spend((long)Math.Min(length, IntegerText.MaxDigits) * Math.Min(length, IntegerText.MaxDigits) >> 10);
        if (value is JinjaUndefined undefined)
            throw undefined.Error;
        if (value is PythonString text && IntegerText.Parse(text.Value, radix) is { } parsed)
            return parsed;
        if (Arithmetic.ToInteger(value) is { } integer)
            return integer;
        // So that "42.23" gives 42.
        var number = ToFloat(value);
        return value is PythonFloat { Value: var infinite } && double.IsInfinity(infinite) ? throw new RenderError("OverflowError", "cannot convert float infinity to integer")
            : number is { } finite && double.IsFinite(finite) ? new BigInteger(finite) : null;
    }

    private static double? ToFloat(PythonValue value) => value switch
    {
        JinjaUndefined undefined => throw undefined.Error,
        PythonString text => IntegerText.ParseFloat(text.Value),
        _ when Arithmetic.IsNumber(value) => Arithmetic.ToDouble(value),
        _ => null,
    };

    private static PythonValue Round(RenderContext context, PythonValue value, int digits, string method)
    {
        if (method is not ("common" or "ceil" or "floor"))
            throw new RenderError("FilterArgumentError", "method must be common, ceil or floor");
        if (value is JinjaUndefined undefined)
            throw undefined.Error;
        if (!Arithmetic.IsNumber(value))
            throw RenderError.Type($"type {value.TypeName} doesn't define __round__ method");
        if (method == "common")
            return value is PythonFloat number ? FloatText.Round(number.Value, digits) : RoundInteger(Arithmetic.ToInteger(value)!.Value, digits);
        var scale = Arithmetic.Apply("**", 10, digits, context.Limits);
        var scaled = Arithmetic.Apply("*", value, scale, context.Limits);
        var whole = scaled is PythonFloat product
            ? new PythonInteger(new BigInteger(method == "ceil" ? Math.Ceiling(product.Value) : Math.Floor(product.Value)))
            : scaled;
        return Arithmetic.Apply("/", whole, scale, context.Limits);
    }

    private static PythonInteger RoundInteger(BigInteger value, int digits)
    {
        if (digits >= 0)
            return new PythonInteger(value);
        if (-digits > value.ToString(System.Globalization.CultureInfo.InvariantCulture).Length)
            return new PythonInteger(0);
        var unit = BigInteger.Pow(10, -digits);
        return new PythonInteger(FloatText.RoundHalfEven(value, unit) * unit);
    }
}
