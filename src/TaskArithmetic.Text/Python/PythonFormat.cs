using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

namespace TaskArithmetic.Text.Python;

/// <summary>
/// <c>str.format</c> and <c>format % values</c>: text, decimal integers, floats with a fixed number of digits and percentages, with width, fill, sign and
/// grouping. Fields of arguments (<c>{0.name}</c>), widths that are arguments themselves and all other conversions are refused.
/// </summary>
internal static partial class PythonFormat
{
    /// <summary><c>format.format(arguments)</c>.</summary>
    public static string Braces(PythonBudget budget, string format, PythonArguments arguments)
    {
        var next = 0;
        bool? isAutomatic = null;
        return Fill(budget, format, BraceField(), field =>
        {
            if (field.Value is "{{" or "}}")
                return field.Value[..1];
            if (field.Value == "}")
                throw PythonError.Value("Single '}' encountered in format string");
            if (field.Value == "{")
                throw format.IndexOf('}', field.Index) < 0 ? PythonError.Value("expected '}' before end of string") : PythonError.Unsupported("a field of str.format that looks into its argument or is nested");
            var value = Argument(field.Groups["name"].Value);
            var converted = field.Groups["conversion"].Value switch
            {
                "" => value,
                "s" => value.ToString(),
                "r" => value.Repr(),
                var other => throw PythonError.Value($"Unknown conversion specifier '{other}'"),
            };
            return Specification.Read(field.Groups["specification"].Value).Write(converted);
        });

        PythonValue Argument(string name)
        {
            var isNumber = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var place);
            if (name.Length > 0 && !isNumber)
                return arguments.Keywords.GetValueOrDefault(name) ?? throw new PythonError("KeyError", $"'{name}'");
            if ((isAutomatic ??= !isNumber) == isNumber)
                throw PythonError.Value("cannot switch between automatic field numbering and manual field specification");
            place = isNumber ? place : next++;
            return place < arguments.Positional.Count
                ? arguments.Positional[place]
                : throw new PythonError("IndexError", $"Replacement index {place} out of range for positional args tuple");
        }
    }

    /// <summary><c>format % values</c>.</summary>
    public static string Percent(PythonBudget budget, string format, PythonValue values)
    {
        var used = 0;
        var usesNames = false;
        var result = Fill(budget, format, PercentField(), field => field.Value == "%%" ? "%"
            : field.Groups["type"].Value is not [var type] ? throw PythonError.Value("incomplete format")
            : Specification.Of(field, type).Write(Converted(type, field.Groups["key"].Success ? Named(field.Groups["key"].Value) : Next())));
        // CPython lets lists and dictionaries go unused, since they could have been looked into by name.
        var isLeft = values is PythonTuple tuple ? used < tuple.Items.Count
            : used == 0 && !usesNames && values is not (PythonDictionary or PythonList or PythonRange) && values.Misuse is null;
        return isLeft ? throw PythonError.Type("not all arguments converted during string formatting") : result;

        PythonValue Next() => values switch
        {
            PythonTuple tuple when used < tuple.Items.Count => tuple.Items[used++],
            not PythonTuple when used++ == 0 && !usesNames => values,
            _ => throw PythonError.Type("not enough arguments for format string"),
        };

        PythonValue Named(string name)
        {
            usesNames = true;
            return values is PythonDictionary dictionary ? dictionary.Find(name) ?? throw new PythonError("KeyError", $"'{name}'") : throw PythonError.Type("format requires a mapping");
        }
    }

    private static PythonValue Converted(char type, PythonValue value) => type switch
    {
        's' => value.ToString(),
        'r' => value.Repr(),
        _ when value.Misuse is { } error => throw error,
        'f' or 'F' => Operators.IsNumber(value) ? new PythonFloat(Operators.ToDouble(value)) : throw PythonError.Type($"must be real number, not {value.TypeName}"),
        _ when value is PythonFloat { Value: var number } && double.IsFinite(number) => new PythonInteger(new BigInteger(number)),
        _ => Operators.ToInteger(value) is { } integer ? new PythonInteger(integer) : throw PythonError.Type($"%{type} format: a real number is required, not {value.TypeName}"),
    };

    private static string Fill(PythonBudget budget, string format, Regex pattern, Func<Match, string> write)
    {
        var result = new StringBuilder();
        var place = 0;
        foreach (Match field in pattern.Matches(format))
        {
            budget.Append(result, format[place..field.Index]);
            budget.Append(result, write(field));
            place = field.Index + field.Length;
        }
        budget.Append(result, format[place..]);
        return result.ToString();
    }

    /// <summary><c>[[fill]align][sign][0][width][grouping][.precision][type]</c>.</summary>
    private sealed record Specification(string Fill, char Align, string Sign, int Width, string Grouping, int? Precision, string Type)
    {
        private const int MaxWidth = 1_000;

        public static Specification Read(string text)
        {
            var match = Pattern().Match(text);
            if (!match.Success)
                throw PythonError.Unsupported($"the format '{text}'");
            var isZero = match.Groups["zero"].Success;
            return new Specification(
                match.Groups["fill"].Success ? match.Groups["fill"].Value : isZero ? "0" : " ", match.Groups["align"].Value is [var align] ? align : isZero ? '=' : ' ', match.Groups["sign"].Value,
                Number(match.Groups["width"].Value) ?? 0, match.Groups["grouping"].Value, Number(match.Groups["precision"].Value), match.Groups["type"].Value);
        }

        /// <summary>What a field of a percent format asks for.</summary>
        public static Specification Of(Match field, char type)
        {
            var flags = field.Groups["flags"].Value;
            var isText = type is 's' or 'r';
            if (!"srdiufF".Contains(type) || flags.Contains('#') || field.Value.Contains('*') || (field.Groups["point"].Success && "diu".Contains(type)))
                throw PythonError.Unsupported($"the format '{field.Value}'");
            var isZero = flags.Contains('0') && !flags.Contains('-') && !isText;
            return new Specification(
                isZero ? "0" : " ", flags.Contains('-') ? '<' : isZero ? '=' : '>', isText ? "" : flags.Contains('+') ? "+" : flags.Contains(' ') ? " " : "",
                Number(field.Groups["width"].Value) ?? 0, "", field.Groups["point"].Success ? Number(field.Groups["precision"].Value) ?? 0 : null, isText ? "s" : "diu".Contains(type) ? "d" : "f");
        }

        public string Write(PythonValue value)
        {
            if (this is { Type: "", Width: 0, Precision: null, Sign: "", Grouping: "" })
                return value.ToString();
            if (value is PythonString text)
                return Text(text.CodePoints);
            var number = Operators.IsNumber(value) ? value : throw PythonError.Type($"unsupported format string passed to {value.TypeName}.__format__");
            var digits = (Type, number) switch
            {
                ("f" or "F", _) => NumberText.Fixed(Math.Abs(Operators.ToDouble(number)), Precision ?? 6),
                ("%", _) => NumberText.Fixed(Math.Abs(Operators.ToDouble(number) * 100), Precision ?? 6) + "%",
                ("", PythonFloat real) when Precision is null => NumberText.Repr(Math.Abs(real.Value)),
                ("" or "d", PythonInteger or PythonBoolean) when Precision is null => BigInteger.Abs(Operators.ToInteger(number)!.Value).ToString(CultureInfo.InvariantCulture),
                ("s" or "d", _) => throw PythonError.Value(Precision is not null && number is not PythonFloat ? "Precision not allowed in integer format specifier" : $"Unknown format code '{Type}' for object of type '{number.TypeName}'"),
                _ => throw PythonError.Unsupported($"a precision without the type 'f' for {number.TypeName}"),
            };
            var isNegative = number is PythonFloat signed ? double.IsNegative(signed.Value) : Operators.ToInteger(number)!.Value.Sign < 0;
            var lead = isNegative ? "-" : Sign == "-" ? "" : Sign;
            return Pad(lead, Grouping.Length == 0 ? digits : Grouped(digits, lead.Length), Align == ' ' ? '>' : Align);
        }

        private string Text(CodePoints text)
        {
            if (Type is not ("" or "s"))
                throw PythonError.Value($"Unknown format code '{Type}' for object of type 'str'");
            if (Sign.Length > 0 || Grouping.Length > 0 || (Align == '=' && Fill != "0"))
                throw PythonError.Value("Invalid format specifier for object of type 'str'");
            return Pad("", text.Sub(0, Math.Min(Precision ?? text.Count, text.Count)), Align is ' ' or '=' ? '<' : Align);
        }

        private string Grouped(string digits, int leadLength)
        {
            var end = digits.AsSpan().IndexOfAnyExceptInRange('0', '9') is >= 0 and var other ? other : digits.Length;
            // Zeros that fill the width are grouped too.
            var count = end;
            while (Fill == "0" && Align == '=' && leadLength + count + (Math.Max(count - 1, 0) / 3) + digits.Length - end < Width)
                count++;
            var whole = digits[..end].PadLeft(count, '0');
            return string.Concat(whole.Select((c, i) => i > 0 && (whole.Length - i) % 3 == 0 ? $"{Grouping}{c}" : c.ToString())) + digits[end..];
        }

        private string Pad(string lead, string text, char side)
        {
            var missing = Math.Max(0, Width - lead.Length - new CodePoints(text).Count);
            var (left, inner, right) = side switch { '<' => (0, 0, missing), '>' => (missing, 0, 0), '=' => (0, missing, 0), _ => (missing / 2, 0, missing - missing / 2) };
            return Filling(left) + lead + Filling(inner) + text + Filling(right);

            string Filling(int count) => string.Concat(Enumerable.Repeat(Fill, count));
        }

        private static int? Number(string digits) => digits.Length == 0 ? null
            : int.TryParse(digits, CultureInfo.InvariantCulture, out var number) && number <= MaxWidth ? number
            : throw PythonError.Limit($"a format asks for more than {MaxWidth} characters");
    }

    [GeneratedRegex(@"^(?:(?<fill>[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\uD800-\uDFFF])?(?<align>[<>=^]))?(?<sign>[-+ ])?(?<zero>0)?(?<width>[0-9]+)?(?<grouping>[,_])?(?:\.(?<precision>[0-9]+))?(?<type>[dfFs%])?\z", RegexOptions.Singleline)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\{\{|\}\}|\{(?<name>[^{}!:.\[]*)(?:!(?<conversion>[^{}:]))?(?::(?<specification>[^{}]*))?\}|[{}]")]
    private static partial Regex BraceField();

    [GeneratedRegex(@"%(?:\((?<key>[^)]*)\))?(?<flags>[#0\- +]*)(?<width>\*|[0-9]+)?(?<point>\.(?<precision>\*|[0-9]*))?[hlL]?(?<type>.)?", RegexOptions.Singleline)]
    private static partial Regex PercentField();
}
