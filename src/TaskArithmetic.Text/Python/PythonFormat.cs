using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

namespace TaskArithmetic.Text.Python;

/// <summary>
/// <c>str.format</c> and <c>format % values</c> with whole arguments. Fields of arguments (<c>{0.name}</c>), widths that are arguments themselves,
/// and conversions to octal digits and single characters are refused.
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
        var result = Fill(budget, format, PercentField(), field =>
        {
            var conversion = field.Groups["type"].Value;
            if (conversion == "%")
                return "%";
            if (conversion.Length == 0)
                throw PythonError.Value("incomplete format");
            if (field.Groups["width"].Value == "*" || field.Groups["precision"].Value == "*" || conversion is "o" or "c" or "a")
                throw PythonError.Unsupported($"the format '{field.Value}'");
            if (!"srdiuxXfFeEgG".Contains(conversion, StringComparison.Ordinal))
                throw PythonError.Value($"unsupported format character '{conversion}' (0x{(int)conversion[0]:x}) at index {field.Index + field.Length - 1}");
            var value = field.Groups["key"].Success ? Named(field.Groups["key"].Value) : Next();
            return Specification.Of(field, conversion[0]).Write(Converted(conversion[0], value));
        });
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

    private static PythonValue Converted(char conversion, PythonValue value)
    {
        if (conversion is 's' or 'r')
            return conversion == 's' ? value.ToString() : value.Repr();
        if (value.Misuse is { } error)
            throw error;
        if ("feg".Contains(char.ToLowerInvariant(conversion)))
            return Operators.IsNumber(value) ? new PythonFloat(Operators.ToDouble(value)) : throw PythonError.Type($"must be real number, not {value.TypeName}");
        var takesFloats = conversion is 'd' or 'i' or 'u';
        return takesFloats && value is PythonFloat { Value: var number } && double.IsFinite(number) ? new PythonInteger(new BigInteger(number))
            : Operators.ToInteger(value) is { } integer ? new PythonInteger(integer)
            : throw PythonError.Type($"%{conversion} format: {(takesFloats ? "a real number" : "an integer")} is required, not {value.TypeName}");
    }

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

    /// <summary><c>[[fill]align][sign][#][0][width][grouping][.precision][type]</c>.</summary>
    private sealed record Specification(string Fill, char Align, string Sign, bool IsAlternate, int Width, string Grouping, int? Precision, char Type)
    {
        private const int MaxWidth = 1_000;

        public static Specification Read(string text)
        {
            var match = Pattern().Match(text);
            if (!match.Success)
                throw PythonError.Value("Invalid format specifier");
            var isZero = match.Groups["zero"].Length > 0;
            return new Specification(
                match.Groups["fill"].Length > 0 ? match.Groups["fill"].Value : isZero ? "0" : " ", First(match.Groups["align"], isZero ? '=' : ' '), match.Groups["sign"].Value,
                match.Groups["alternate"].Length > 0, Number(match.Groups["width"].Value) ?? 0, match.Groups["grouping"].Value, Number(match.Groups["precision"].Value), First(match.Groups["type"], ' '));
        }

        /// <summary>What a field of a percent format asks for.</summary>
        public static Specification Of(Match field, char conversion)
        {
            var flags = field.Groups["flags"].Value;
            var isText = conversion is 's' or 'r';
            var precision = field.Groups["point"].Success ? Number(field.Groups["precision"].Value) ?? 0 : (int?)null;
            if (precision is not null && "diuxX".Contains(conversion))
                throw PythonError.Unsupported($"the format '{field.Value}'");
            var isZero = flags.Contains('0') && !flags.Contains('-') && !isText;
            return new Specification(
                isZero ? "0" : " ", flags.Contains('-') ? '<' : isZero ? '=' : '>', isText ? "" : flags.Contains('+') ? "+" : flags.Contains(' ') ? " " : "",
                flags.Contains('#') && !isText, Number(field.Groups["width"].Value) ?? 0, "", precision, isText ? 's' : conversion is 'i' or 'u' ? 'd' : conversion);
        }

        public string Write(PythonValue value) => value switch
        {
            PythonString text => Text(text.Value),
            _ when this is { Type: ' ', Width: 0, Precision: null, Sign: "", Grouping: "", IsAlternate: false } => value.ToString(),
            PythonInteger or PythonBoolean when !"eEfFgG%".Contains(Type) => Integer(Operators.ToInteger(value)!.Value),
            PythonInteger or PythonBoolean or PythonFloat => Float(Operators.ToDouble(value)),
            _ => throw PythonError.Type($"unsupported format string passed to {value.TypeName}.__format__"),
        };

        private string Text(string text)
        {
            if (Type is not (' ' or 's'))
                throw UnknownType("str");
            if (Sign.Length > 0 || IsAlternate || Grouping.Length > 0 || (Align == '=' && Fill != "0"))
                throw PythonError.Value("Invalid format specifier for object of type 'str'");
            var points = new CodePoints(text);
            return Pad("", Precision < points.Count ? points.Sub(0, Precision.Value) : text, Align is ' ' or '=' ? '<' : Align);
        }

        private string Integer(BigInteger value)
        {
            if (Precision is not null)
                throw PythonError.Value("Precision not allowed in integer format specifier");
            if (Grouping == "," && "xXb".Contains(Type))
                throw PythonError.Value($"Cannot specify ',' with '{Type}'.");
            var magnitude = BigInteger.Abs(value);
            var digits = Type switch
            {
                ' ' or 'd' or 'n' => magnitude.ToString(CultureInfo.InvariantCulture),
                'x' or 'X' or 'b' => magnitude.ToString(Type.ToString(), CultureInfo.InvariantCulture).TrimStart('0').PadLeft(1, '0'),
                'o' or 'c' => throw PythonError.Unsupported($"the format type '{Type}'"),
                _ => throw UnknownType("int"),
            };
            return Number(value.Sign < 0, IsAlternate && "xXb".Contains(Type) ? $"0{Type}" : "", digits);
        }

        private string Float(double value)
        {
            if (IsAlternate)
                throw PythonError.Unsupported("the flag '#' on a float");
            var magnitude = Math.Abs(value);
            var digits = char.ToLowerInvariant(Type) switch
            {
                'f' => NumberText.Fixed(magnitude, Precision ?? 6),
                'e' => NumberText.Exponent(magnitude, Precision ?? 6),
                'g' or 'n' => NumberText.General(magnitude, Precision ?? 6),
                '%' => NumberText.Fixed(magnitude * 100, Precision ?? 6) + "%",
                ' ' => Precision is { } significant ? NumberText.General(magnitude, significant, addPoint: true) : NumberText.Repr(magnitude),
                _ => throw UnknownType("float"),
            };
            return Number(double.IsNegative(value), "", char.IsAsciiLetterUpper(Type) ? digits.ToUpperInvariant() : digits);
        }

        private string Number(bool isNegative, string prefix, string digits)
        {
            var lead = (isNegative ? "-" : Sign == "-" ? "" : Sign) + prefix;
            return Pad(lead, Grouping.Length == 0 ? digits : Grouped(digits, lead.Length), Align == ' ' ? '>' : Align);
        }

        private string Grouped(string digits, int leadLength)
        {
            var end = digits.AsSpan().IndexOfAnyExceptInRange('0', '9') is >= 0 and var other && !"xXb".Contains(Type) ? other : digits.Length;
            var size = "xXb".Contains(Type) ? 4 : 3;
            // Zeros that fill the width are grouped too.
            var count = end;
            while (Fill == "0" && Align == '=' && leadLength + count + (Math.Max(count - 1, 0) / size) + digits.Length - end < Width)
                count++;
            var whole = digits[..end].PadLeft(count, '0');
            return string.Concat(whole.Select((c, i) => i > 0 && (whole.Length - i) % size == 0 ? $"{Grouping}{c}" : c.ToString())) + digits[end..];
        }

        private string Pad(string lead, string text, char side)
        {
            var missing = Math.Max(0, Width - lead.Length - new CodePoints(text).Count);
            var (left, inner, right) = side switch { '<' => (0, 0, missing), '>' => (missing, 0, 0), '=' => (0, missing, 0), _ => (missing / 2, 0, missing - missing / 2) };
            return Filling(left) + lead + Filling(inner) + text + Filling(right);

            string Filling(int count) => string.Concat(Enumerable.Repeat(Fill, count));
        }

        private static char First(Group group, char missing) => group.Length > 0 ? group.Value[0] : missing;

        private static int? Number(string digits) => digits.Length == 0 ? null
            : int.TryParse(digits, CultureInfo.InvariantCulture, out var number) && number <= MaxWidth ? number
            : throw PythonError.Limit($"a format asks for more than {MaxWidth} characters");

        private PythonError UnknownType(string kind) => PythonError.Value($"Unknown format code '{Type}' for object of type '{kind}'");
    }

    [GeneratedRegex(@"^(?:(?<fill>[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\uD800-\uDFFF])?(?<align>[<>=^]))?(?<sign>[-+ ])?(?<alternate>#)?(?<zero>0)?(?<width>[0-9]+)?(?<grouping>[,_])?(?:\.(?<precision>[0-9]+))?(?<type>[a-zA-Z%])?\z", RegexOptions.Singleline)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\{\{|\}\}|\{(?<name>[^{}!:.\[]*)(?:!(?<conversion>[^{}:]))?(?::(?<specification>[^{}]*))?\}|[{}]")]
    private static partial Regex BraceField();

    [GeneratedRegex(@"%(?:\((?<key>[^)]*)\))?(?<flags>[#0\- +]*)(?<width>\*|[0-9]+)?(?<point>\.(?<precision>\*|[0-9]*))?[hlL]?(?<type>.)?", RegexOptions.Singleline)]
    private static partial Regex PercentField();
}
