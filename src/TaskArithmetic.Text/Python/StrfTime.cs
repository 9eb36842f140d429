using System.Globalization;
using System.Text.RegularExpressions;

namespace TaskArithmetic.Text.Python;

/// <summary><c>datetime.strftime</c> in the C locale, with glibc's flag <c>-</c> for numbers without padding.</summary>
internal static partial class StrfTime
{
    // Longer than any date, and a directive may give ten times its own length.
    private const int MaxLength = 10_000;

    public static string Format(DateTime time, string format) => format.Length <= MaxLength
        ? Directives().Replace(format, match => match.Value is ['%', '-', var number] ? Unpadded(Directive(time, number)) : Directive(time, match.Value[^1]))
        : throw PythonError.Limit($"a time format has more than {MaxLength} characters");

    private static string Unpadded(string text) => text.TrimStart('0', ' ') is { Length: > 0 } trimmed ? trimmed : "0";

    private static string Directive(DateTime time, char letter) => letter switch
    {
        'a' => Net(time, "ddd"),
        'A' => Net(time, "dddd"),
        'b' or 'h' => Net(time, "MMM"),
        'B' => Net(time, "MMMM"),
        'c' => Format(time, "%a %b %e %H:%M:%S %Y"),
        'd' => Net(time, "dd"),
        'D' or 'x' => Net(time, "MM/dd/yy"),
        'e' => Net(time, "%d").PadLeft(2),
        'F' => Net(time, "yyyy-MM-dd"),
        'H' => Net(time, "HH"),
        'I' => Net(time, "hh"),
        'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
        'm' => Net(time, "MM"),
        'M' => Net(time, "mm"),
        'p' => Net(time, "tt"),
        'S' => Net(time, "ss"),
        'T' or 'X' => Net(time, "HH:mm:ss"),
        'V' => ISOWeek.GetWeekOfYear(time).ToString("00", CultureInfo.InvariantCulture),
        'y' => Net(time, "yy"),
        'Y' => time.Year.ToString(CultureInfo.InvariantCulture),
        // A time without a zone prints nothing for it, as datetime.now() does.
        'z' or 'Z' => "",
        '%' => "%",
        _ => throw PythonError.Unsupported($"the time format '%{letter}'"),
    };

    private static string Net(DateTime time, string format) => time.ToString(format, CultureInfo.InvariantCulture);

    [GeneratedRegex("%-?(.)", RegexOptions.Singleline)]
    private static partial Regex Directives();
}
