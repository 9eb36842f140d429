using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Values;

namespace TaskArithmetic.Text.Python;

/// <summary>Python's format specification: <c>[[fill]align][sign][#][0][width][grouping][.precision][type]</c>.</summary>
internal sealed partial class FormatSpecification
{
    private const int MaxWidth = 1_000;

    private readonly string fill;
    private readonly char align;
    private readonly char sign;
    private readonly bool isAlternate;
    private readonly int width;
    private readonly char grouping;
    private readonly int? precision;
    private readonly char type;

    private FormatSpecification(Match match)
    {
        var zero = match.Groups["zero"].Length > 0;
        fill = match.Groups["fill"].Length > 0 ? match.Groups["fill"].Value : zero ? "0" : " ";
        align = match.Groups["align"].Length > 0 ? match.Groups["align"].Value[0] : zero ? '=' : ' ';
        sign = match.Groups["sign"].Length > 0 ? match.Groups["sign"].Value[0] : '\0';
        isAlternate = match.Groups["alternate"].Length > 0;
        width = Number(match.Groups["width"]) ?? 0;
        grouping = match.Groups["grouping"].Length > 0 ? match.Groups["grouping"].Value[0] : ' ';
        precision = Number(match.Groups["precision"]);
        type = match.Groups["type"].Length > 0 ? match.Groups["type"].Value[0] : ' ';
    }

    /// <summary>The text of <c>format(value, specification)</c>.</summary>
    public static string Apply(PythonValue value, string specification)
    {
        if (specification.Length == 0)
            return value.ToString();
        var match = Pattern().Match(specification);
        if (!match.Success)
            throw RenderError.Value("Invalid format specifier");
        var parsed = new FormatSpecification(match);
        return value switch
        {
            PythonString text => parsed.Text(text.Value),
            PythonInteger or PythonBoolean when "eEfFgG%".Contains(parsed.type) => parsed.Float(Arithmetic.ToDouble(value)),
            PythonInteger or PythonBoolean => parsed.Integer(Arithmetic.ToInteger(value)!.Value),
            PythonFloat number => parsed.Float(number.Value),
            _ => throw RenderError.Type($"unsupported format string passed to {value.TypeName}.__format__"),
        };
    }

    private string Text(string text)
    {
        if (type is not (' ' or 's'))
            throw UnknownType("str");
        RequireTextForm();
        var points = new CodePoints(text);
        if (precision is { } limit && points.Count > limit)
            text = points.Sub(0, limit);
        return align == '=' && fill != "0" ? throw RenderError.Value("'=' alignment not allowed in string format specifier") : Pad("", text, align is ' ' or '=' ? '<' : align);
    }

    private void RequireTextForm()
    {
        if (sign != '\0')
            throw RenderError.Value($"{(sign == ' ' ? "Space" : "Sign")} not allowed in string format specifier");
        if (isAlternate)
            throw RenderError.Value("Alternate form (#) not allowed in string format specifier");
        if (grouping != ' ')
            throw RenderError.Value($"Cannot specify '{grouping}' with 's'.");
    }

    private string Integer(BigInteger value)
    {
        if (precision is not null)
            throw RenderError.Value("Precision not allowed in integer format specifier");
        var digits = type switch
        {
            ' ' or 'd' or 'n' => IntegerText.InRadix(BigInteger.Abs(value), 10),
            'x' or 'X' => IntegerText.InRadix(BigInteger.Abs(value), 16),
            'o' => IntegerText.InRadix(BigInteger.Abs(value), 8),
            'b' => IntegerText.InRadix(BigInteger.Abs(value), 2),
            'c' when value >= 0 && value <= 0x10ffff && !(value >= 0xd800 && value < 0xe000) => char.ConvertFromUtf32((int)value),
            _ => throw UnknownType("int"),
        };
        var prefix = isAlternate && "xXob".Contains(type) ? "0" + char.ToLowerInvariant(type) : "";
        if (type == 'X')
            digits = digits.ToUpperInvariant();
        return Number(value.Sign < 0, prefix, digits);
    }

    private string Float(double value)
    {
        var magnitude = Math.Abs(value);
        var digits = type switch
        {
            'f' or 'F' => FloatText.Fixed(magnitude, precision ?? 6),
            'e' or 'E' => FloatText.Exponent(magnitude, precision ?? 6),
            'g' or 'G' or 'n' => FloatText.General(magnitude, precision ?? 6, isAlternate),
            '%' => FloatText.Fixed(magnitude * 100, precision ?? 6) + "%",
            ' ' when precision is { } significant => FloatText.General(magnitude, significant, addPoint: true),
            ' ' => FloatText.Repr(magnitude),
            _ => throw UnknownType("float"),
        };
        return Number(double.IsNegative(value), "", char.IsAsciiLetterUpper(type) ? digits.ToUpperInvariant() : digits);
    }

    private string Number(bool isNegative, string prefix, string digits)
    {
        var lead = (isNegative ? "-" : sign switch { '+' => "+", ' ' => " ", _ => "" }) + prefix;
        return Pad(lead, grouping == ' ' ? digits : Grouped(digits, lead.Length), align == ' ' ? '>' : align);
    }

    private string Grouped(string digits, int leadLength)
    {
        var end = 0;
        while (end < digits.Length && char.IsAsciiHexDigit(digits[end]))
            end++;
        var size = "xXob".Contains(type) ? 4 : 3;
        var whole = digits[..end];
        // Zeros that fill the width are grouped too.
        var count = whole.Length;
        while (fill == "0" && align == '=' && leadLength + count + (Math.Max(count - 1, 0) / size) + digits.Length - end < width)
            count++;
        whole = whole.PadLeft(count, '0');
        return string.Concat(whole.Select((c, i) => i > 0 && (whole.Length - i) % size == 0 ? $"{grouping}{c}" : c.ToString())) + digits[end..];
    }

    private string Pad(string lead, string text, char side)
    {
        var missing = width - lead.Length - new CodePoints(text).Count;
        if (missing <= 0)
            return lead + text;
        return side switch
        {
            '<' => lead + text + Fill(missing),
            '>' => Fill(missing) + lead + text,
            '=' => lead + Fill(missing) + text,
            _ => Fill(missing / 2) + lead + text + Fill(missing - missing / 2),
        };
    }

    private string Fill(int count) => string.Concat(Enumerable.Repeat(fill, count));

    private static int? Number(Group group)
    {
        if (group.Length == 0)
            return null;
        return int.TryParse(group.Value, CultureInfo.InvariantCulture, out var number) && number <= MaxWidth
            ? number
            : throw RenderError.Limit($"a format asks for more than {MaxWidth} characters");
    }

    private RenderError UnknownType(string kind) => RenderError.Value($"Unknown format code '{type}' for object of type '{kind}'");

    [GeneratedRegex(@"^(?:(?<fill>[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\uD800-\uDFFF])?(?<align>[<>=^]))?(?<sign>[-+ ])?z?(?<alternate>#)?(?<zero>0)?(?<width>[0-9]+)?(?<grouping>[,_])?(?:\.(?<precision>[0-9]+))?(?<type>[a-zA-Z%])?\z", RegexOptions.Singleline)]
    private static partial Regex Pattern();
}
