using System.Globalization;
using System.Text;
using TaskArithmetic.Text.Jinja.Rendering;

namespace TaskArithmetic.Text.Python;

/// <summary><c>datetime.strftime</c> in the C locale, with glibc's flags for padding and case.</summary>
internal static class StrfTime
{
    // Longer than any date, and a directive may give ten times its own length.
    private const int MaxLength = 10_000;

    public static string Format(DateTime time, string format)
    {
        if (format.Length > MaxLength)
            throw RenderError.Limit($"a time format has more than {MaxLength} characters");
        var result = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                result.Append(format[i]);
                continue;
            }
            var flag = "-_0^#".Contains(format[i + 1]) && i + 2 < format.Length ? format[++i] : ' ';
            result.Append(Adjust(Directive(time, format[++i]), flag));
        }
        return result.ToString();
    }

    private static string Adjust(string text, char flag) => flag switch
    {
        '-' when text.Length > 0 && text.All(char.IsAsciiDigit) => text.TrimStart('0') is { Length: > 0 } trimmed ? trimmed : "0",
        '-' => text.TrimStart(' '),
        '_' => new string(' ', text.Length - text.TrimStart('0').Length) + text.TrimStart('0'),
        '0' => text.Replace(' ', '0'),
        '^' => text.ToUpperInvariant(),
        '#' => text.Any(char.IsAsciiLetterLower) ? text.ToUpperInvariant() : text.ToLowerInvariant(),
        _ => text,
    };

    private static string Directive(DateTime time, char letter) => letter switch
    {
        'a' => Net(time, "ddd"),
        'A' => Net(time, "dddd"),
        'b' or 'h' => Net(time, "MMM"),
        'B' => Net(time, "MMMM"),
        'c' => Format(time, "%a %b %e %H:%M:%S %Y"),
        'C' => Padded(time.Year / 100, 2),
        'd' => Padded(time.Day, 2),
        'D' or 'x' => Format(time, "%m/%d/%y"),
        'e' => Padded(time.Day, 2, ' '),
        'f' => Padded((int)(time.Ticks % TimeSpan.TicksPerSecond / 10), 6),
        'F' => Format(time, "%Y-%m-%d"),
        'g' => Padded(ISOWeek.GetYear(time) % 100, 2),
        'G' => Padded(ISOWeek.GetYear(time), 4),
        'H' => Padded(time.Hour, 2),
        'I' => Padded((time.Hour + 11) % 12 + 1, 2),
        'j' => Padded(time.DayOfYear, 3),
        'k' => Padded(time.Hour, 2, ' '),
        'l' => Padded((time.Hour + 11) % 12 + 1, 2, ' '),
        'm' => Padded(time.Month, 2),
        'M' => Padded(time.Minute, 2),
        'n' => "\n",
        'p' => time.Hour < 12 ? "AM" : "PM",
        'P' => time.Hour < 12 ? "am" : "pm",
        'r' => Format(time, "%I:%M:%S %p"),
        'R' => Format(time, "%H:%M"),
        's' => ((long)(time.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds).ToString(CultureInfo.InvariantCulture),
        'S' => Padded(time.Second, 2),
        't' => "\t",
        'T' or 'X' => Format(time, "%H:%M:%S"),
        'u' => Padded(((int)time.DayOfWeek + 6) % 7 + 1, 1),
        'U' => Padded((time.DayOfYear + 6 - (int)time.DayOfWeek) / 7, 2),
        'V' => Padded(ISOWeek.GetWeekOfYear(time), 2),
        'w' => Padded((int)time.DayOfWeek, 1),
        'W' => Padded((time.DayOfYear + 6 - ((int)time.DayOfWeek + 6) % 7) / 7, 2),
        'y' => Padded(time.Year % 100, 2),
        'Y' => time.Year.ToString(CultureInfo.InvariantCulture),
        // A time without a zone prints nothing for it, as datetime.now() does.
        'z' or 'Z' => "",
        '%' => "%",
        _ => throw RenderError.Unsupported($"the time format '%{letter}'"),
    };

    private static string Net(DateTime time, string format) => time.ToString(format, CultureInfo.InvariantCulture);

    private static string Padded(int number, int width, char fill = '0') =>
        number.ToString(CultureInfo.InvariantCulture).PadLeft(width, fill);
}
