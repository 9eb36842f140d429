using System.Globalization;
using System.Numerics;
using System.Text;
using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Values;

namespace TaskArithmetic.Text.Python;

/// <summary><c>format % values</c>.</summary>
internal static class PercentFormat
{
    private const int MaxWidth = 1_000;

    public static string Format(RenderContext context, string format, PythonValue values)
    {
        var arguments = new PercentArguments(values);
        var result = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
                result.Append(format[i]);
            else
                i = Convert(context, result, format, i + 1, arguments);
            context.Charge(1);
        }
        arguments.EnsureAllUsed();
        return result.ToString();
    }

    /// <summary>Converts the specifier that starts at <paramref name="i"/>; returns the place of its last character.</summary>
    private static int Convert(RenderContext context, StringBuilder result, string format, int i, PercentArguments arguments)
    {
        PythonValue? named = null;
        if (i < format.Length && format[i] == '(')
        {
            var close = format.IndexOf(')', i);
            if (close < 0)
                throw RenderError.Value("incomplete format key");
            named = arguments.Named(format[(i + 1)..close]);
            i = close + 1;
        }
        if (named is null && i < format.Length && format[i] == '%')
        {
            result.Append('%');
            return i;
        }
        var flags = "";
        while (i < format.Length && "#0- +".Contains(format[i]))
            flags += format[i++];
        var width = Number(format, ref i, arguments);
        if (width < 0)
            flags += "-";
        int? precision = null;
        if (i < format.Length && format[i] == '.')
        {
            i++;
            precision = Math.Max(0, Number(format, ref i, arguments) ?? 0);
        }
        while (i < format.Length && "hlL".Contains(format[i]))
            i++;
        if (i >= format.Length)
            throw RenderError.Value("incomplete format");
        if (Math.Abs(width ?? 0) > MaxWidth || precision > MaxWidth)
            throw RenderError.Limit($"a format asks for more than {MaxWidth} characters");
        var conversion = format[i];
        if (!"srdiuxXofFeEgGca".Contains(conversion))
            throw RenderError.Value($"unsupported format character '{conversion}' (0x{(int)conversion:x}) at index {i}");
        var text = Convert(conversion, named ?? arguments.Next(), flags, precision);
        var padded = Pad(text, Math.Abs(width ?? 0), flags, conversion);
        context.Charge(padded.Length);
        context.RequireLength((long)result.Length + padded.Length);
        result.Append(padded);
        return i;
    }

    private static int? Number(string format, ref int i, PercentArguments arguments)
    {
        if (i < format.Length && format[i] == '*')
        {
            i++;
            var value = Arithmetic.ToInteger(arguments.Next()) ?? throw RenderError.Type("* wants int");
            return (int)BigInteger.Max(BigInteger.Min(value, int.MaxValue), -int.MaxValue);
        }
        var start = i;
        while (i < format.Length && char.IsAsciiDigit(format[i]))
            i++;
        if (i == start)
            return null;
        return int.TryParse(format.AsSpan(start, i - start), CultureInfo.InvariantCulture, out var number) ? number : throw RenderError.Value("width too big");
    }

    private static string Convert(char conversion, PythonValue value, string flags, int? precision)
    {
        switch (conversion)
        {
            case 's' or 'r' or 'a':
                var text = conversion == 's' ? value.ToString() : Repr(value);
                return precision is { } limit && new CodePoints(text) is var points && points.Count > limit ? points.Sub(0, limit) : text;
            case 'd' or 'i' or 'u':
                return Sign(Digits(Integer(value, conversion, allowFloat: true), 10, precision), flags);
            case 'x' or 'X' or 'o':
                var digits = Sign(Digits(Integer(value, conversion, allowFloat: false), conversion == 'o' ? 8 : 16, precision, flags.Contains('#') ? conversion : null), flags);
                return conversion == 'X' ? digits.ToUpperInvariant() : digits;
            case 'f' or 'F' or 'e' or 'E' or 'g' or 'G':
                return Sign(Float(value, conversion, precision ?? 6, flags), flags);
            default:
                return Character(value);
        }
    }

    private static string Repr(PythonValue value)
    {
        var writer = new ReprWriter();
        writer.Value(value);
        return writer.Text.ToString();
    }

    private static BigInteger Integer(PythonValue value, char conversion, bool allowFloat) => value switch
    {
        PythonFloat { Value: var number } when allowFloat && double.IsFinite(number) => new BigInteger(number),
        JinjaUndefined undefined => throw undefined.Error,
        _ => Arithmetic.ToInteger(value) ?? throw RenderError.Type(
            $"%{conversion} format: {(allowFloat ? "a real number" : "an integer")} is required, not {value.TypeName}"),
    };

    private static string Digits(BigInteger value, int radix, int? precision, char? prefix = null)
    {
        var digits = IntegerText.InRadix(BigInteger.Abs(value), radix).PadLeft(precision ?? 0, '0');
        return (value.Sign < 0 ? "-" : "") + (prefix is { } letter ? "0" + char.ToLowerInvariant(letter) : "") + digits;
    }

    private static string Float(PythonValue value, char conversion, int precision, string flags)
    {
        if (value is JinjaUndefined undefined)
            throw undefined.Error;
        if (!Arithmetic.IsNumber(value))
            throw RenderError.Type($"must be real number, not {value.TypeName}");
        var number = Arithmetic.ToDouble(value);
        var text = char.ToLowerInvariant(conversion) switch
        {
            'f' => FloatText.Fixed(number, precision),
            'e' => FloatText.Exponent(number, precision),
            _ => FloatText.General(number, precision, flags.Contains('#')),
        };
        return char.IsAsciiLetterUpper(conversion) ? text.ToUpperInvariant() : text;
    }

    private static string Character(PythonValue value) => value switch
    {
        PythonString { Length: 1 } text => text.Value,
        PythonInteger or PythonBoolean when Arithmetic.ToInteger(value) is { } point && point >= 0 && point <= 0x10ffff && !(point >= 0xd800 && point < 0xe000) => char.ConvertFromUtf32((int)point),
        _ => throw RenderError.Type("%c requires int or char"),
    };

    private static string Sign(string text, string flags) =>
        text.StartsWith('-') ? text : flags.Contains('+') ? "+" + text : flags.Contains(' ') ? " " + text : text;

    private static string Pad(string text, int width, string flags, char conversion)
    {
        var missing = width - new CodePoints(text).Count;
        if (missing <= 0)
            return text;
        if (flags.Contains('-'))
            return text + new string(' ', missing);
        if (!flags.Contains('0') || "srac".Contains(conversion))
            return new string(' ', missing) + text;
        var sign = text.Length > 0 && "+- ".Contains(text[0]) ? 1 : 0;
        if (flags.Contains('#') && "xXo".Contains(conversion))
            sign += 2;
        return text[..sign] + new string('0', missing) + text[sign..];
    }
}
