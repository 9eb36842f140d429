using System.Globalization;
using System.Numerics;
using System.Text;

namespace TaskArithmetic.Text.Python;

/// <summary>Numbers as CPython prints, rounds and reads them.</summary>
internal static class NumberText
{
    /// <summary>Longest decimal integer that is read, as in CPython, since reading takes quadratic time.</summary>
    public const int MaxDigits = 4300;

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary><c>repr(float)</c>: the shortest digits that read back to the same number, with an exponent below 1e-4 and from 1e16 on.</summary>
    public static string Repr(double value)
    {
        if (!double.IsFinite(value))
            return NonFinite(value);
        var text = value.ToString("R", Invariant);
        var mark = text.IndexOf('E');
        if (Math.Abs(value) >= 1e16 || (mark >= 0 && Math.Abs(value) < 1))
        {
            var mantissa = mark >= 0 ? text[..mark] : text.TrimEnd('0').Insert(value < 0 ? 2 : 1, ".").TrimEnd('.');
            var exponent = mark >= 0 ? int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, Invariant) : text.TrimStart('-').Length - 1;
            return string.Create(Invariant, $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }
        // .NET writes an exponent or not by the number of digits; sixteen of them are a decimal without loss.
        if (mark >= 0)
            text = decimal.Parse(text, NumberStyles.Float, Invariant).ToString(Invariant);
        return text.Contains('.') ? text : text + ".0";
    }

    /// <summary><c>'%.nf'</c>: exact, ties to even.</summary>
    public static string Fixed(double value, int precision)
    {
        if (!double.IsFinite(value))
            return NonFinite(value);
        var digits = BigInteger.Abs(ScaledRound(value, precision)).ToString(Invariant).PadLeft(precision + 1, '0');
        return (double.IsNegative(value) ? "-" : "") + (precision == 0 ? digits : $"{digits[..^precision]}.{digits[^precision..]}");
    }

    /// <summary><c>round(value, digits)</c>: the nearest decimal of the exact binary value, ties to even.</summary>
    public static double Round(double value, int digits)
    {
        if (!double.IsFinite(value) || digits > 323)
            return value;
        var rounded = digits < -308 ? 0 : double.Parse(string.Create(Invariant, $"{ScaledRound(value, digits)}E{-digits}"), Invariant);
        return rounded == 0 && double.IsNegative(value) ? -0.0 : rounded;
    }

    public static BigInteger RoundHalfEven(BigInteger numerator, BigInteger denominator)
    {
        var quotient = BigInteger.DivRem(BigInteger.Abs(numerator), denominator, out var remainder);
        var twice = (remainder * 2).CompareTo(denominator);
        if (twice > 0 || (twice == 0 && !quotient.IsEven))
            quotient += 1;
        return numerator.Sign < 0 ? -quotient : quotient;
    }

    /// <summary><c>int(text, radix)</c> for the radices 0 (by prefix), 2, 8, 10 and 16; null where Python raises a ValueError.</summary>
    public static BigInteger? ParseInteger(string text, int radix)
    {
        var digits = PythonText.Strip(text, null);
        var isNegative = digits.StartsWith('-');
        if (isNegative || digits.StartsWith('+'))
            digits = digits[1..];
        var prefix = digits.Length > 1 && digits[0] == '0' ? char.ToLowerInvariant(digits[1]) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 0 } : 0;
        if (prefix != 0 && (radix == prefix || radix == 0))
            (radix, digits) = (prefix, digits[(digits.Length > 2 && digits[2] == '_' ? 3 : 2)..]);
        else if (radix == 0 && digits.StartsWith('0') && digits.Trim('0', '_').Length > 0)
            return null;
        if (radix == 0)
            radix = 10;
        if (digits.Length is 0 or > MaxDigits || digits[0] == '_' || digits[^1] == '_' || digits.Contains("__", StringComparison.Ordinal))
            return null;
        BigInteger value = 0;
        foreach (var rune in digits.EnumerateRunes().Where(r => r.Value != '_'))
        {
            var digit = Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber ? (int)Rune.GetNumericValue(rune)
                : rune.IsAscii && char.IsAsciiHexDigit((char)rune.Value) ? Convert.ToInt32(rune.ToString(), 16) : radix;
            if (digit >= radix)
                return null;
            value = value * radix + digit;
        }
        return isNegative ? -value : value;
    }

    /// <summary><c>float(text)</c>; null where Python raises a ValueError.</summary>
    public static double? ParseFloat(string text)
    {
        var digits = string.Concat(PythonText.Strip(text, null).Select(c => char.IsDigit(c) ? (char)('0' + (int)char.GetNumericValue(c)) : c));
        switch (digits.ToLowerInvariant().TrimStart('+', '-'))
        {
            case "inf" or "infinity":
                return digits[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            case "nan":
                return double.NaN;
        }
        // An underscore must stand between two digits.
        for (var i = digits.IndexOf('_'); i >= 0; i = digits.IndexOf('_', i + 1))
        {
            if (i == 0 || i == digits.Length - 1 || !char.IsAsciiDigit(digits[i - 1]) || !char.IsAsciiDigit(digits[i + 1]))
                return null;
        }
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(digits.Replace("_", "", StringComparison.Ordinal), Style, Invariant, out var value) ? value : null;
    }

    private static string NonFinite(double value) => double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";

    /// <summary>value·10^digits rounded to an integer, half to even, without an intermediate rounding.</summary>
    private static BigInteger ScaledRound(double value, int digits)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var field = (int)((bits >> 52) & 0x7ff);
        BigInteger mantissa = (bits & 0xf_ffff_ffff_ffff) + (field == 0 ? 0 : 1L << 52);
        var exponent = Math.Max(field, 1) - 1075;
        var numerator = mantissa * BigInteger.Pow(2, Math.Max(exponent, 0)) * BigInteger.Pow(10, Math.Max(digits, 0));
        return RoundHalfEven(bits < 0 ? -numerator : numerator, BigInteger.Pow(2, Math.Max(-exponent, 0)) * BigInteger.Pow(10, Math.Max(-digits, 0)));
    }
}
