using System.Globalization;
using System.Numerics;

namespace TaskArithmetic.Text.Python;

/// <summary>Floats as CPython prints, rounds and parses them.</summary>
internal static class FloatText
{
    /// <summary><c>repr(float)</c>: the shortest digits that read back to the same number, with an exponent below 1e-4 and from 1e16 on.</summary>
    public static string Repr(double value)
    {
        if (!double.IsFinite(value))
            return NonFinite(value);
        if (value == 0)
            return double.IsNegative(value) ? "-0.0" : "0.0";
        var (sign, digits, exponent) = Split(value.ToString("R", CultureInfo.InvariantCulture));
        return sign + (exponent is < -4 or >= 16 ? Scientific(digits, exponent) : Positional(digits, exponent));
    }

    public static string NonFinite(double value) => double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";

    /// <summary><c>'%.nf'</c>: exact, ties to even.</summary>
    public static string Fixed(double value, int precision)
    {
        if (!double.IsFinite(value))
            return NonFinite(value);
        var digits = BigInteger.Abs(ScaledRound(value, precision)).ToString(CultureInfo.InvariantCulture).PadLeft(precision + 1, '0');
        var sign = double.IsNegative(value) ? "-" : "";
        return precision == 0 ? sign + digits : $"{sign}{digits[..^precision]}.{digits[^precision..]}";
    }

    /// <summary><c>'%.ne'</c>: exact, ties to even.</summary>
    public static string Exponent(double value, int precision)
    {
        if (!double.IsFinite(value))
            return NonFinite(value);
        var (digits, exponent) = SignificantDigits(value, precision + 1);
        var mantissa = precision == 0 ? digits : $"{digits[0]}.{digits[1..]}";
        return (double.IsNegative(value) ? "-" : "") + mantissa + ExponentSuffix(exponent);
    }

    /// <summary><c>'%.ng'</c>; with <paramref name="addPoint"/> a number without an exponent gets a fraction, as <c>format(value, '.n')</c> does.</summary>
    public static string General(double value, int precision, bool keepZeros = false, bool addPoint = false)
    {
        if (!double.IsFinite(value))
            return NonFinite(value);
        precision = Math.Max(precision, 1);
        var exponent = SignificantDigits(value, precision).Exponent;
        if (exponent >= -4 && exponent < precision - (addPoint ? 1 : 0))
        {
            var positional = Fixed(value, precision - 1 - exponent);
            var trimmed = keepZeros ? positional : TrimZeros(positional);
            return addPoint && !trimmed.Contains('.') ? trimmed + ".0" : trimmed;
        }
        var text = Exponent(value, precision - 1);
        var mark = text.IndexOf('e');
        return keepZeros ? text : TrimZeros(text[..mark]) + text[mark..];
    }

    /// <summary><c>round(value, digits)</c>: the nearest decimal of the exact binary value, ties to even.</summary>
    public static double Round(double value, int digits)
    {
        if (!double.IsFinite(value) || digits > 323)
            return value;
        if (digits < -308)
            return 0 * value;
        var scaled = ScaledRound(value, digits);
        return double.Parse($"{scaled}E{-digits}", CultureInfo.InvariantCulture) is var rounded && rounded == 0 && double.IsNegative(value) ? -0.0 : rounded;
    }

    /// <summary>value·10^digits rounded to an integer, half to even, without an intermediate rounding.</summary>
    public static BigInteger ScaledRound(double value, int digits)
    {
        var (mantissa, exponent) = Decompose(value);
        var numerator = mantissa * (exponent > 0 ? BigInteger.Pow(2, exponent) : 1) * (digits > 0 ? BigInteger.Pow(10, digits) : 1);
        var denominator = (exponent < 0 ? BigInteger.Pow(2, -exponent) : 1) * (digits < 0 ? BigInteger.Pow(10, -digits) : 1);
        return RoundHalfEven(numerator, denominator);
    }

    public static BigInteger RoundHalfEven(BigInteger numerator, BigInteger denominator)
    {
        var quotient = BigInteger.DivRem(BigInteger.Abs(numerator), denominator, out var remainder);
        var twice = (remainder * 2).CompareTo(denominator);
        if (twice > 0 || (twice == 0 && !quotient.IsEven))
            quotient += 1;
        return numerator.Sign < 0 ? -quotient : quotient;
    }

    private static (BigInteger Mantissa, int Exponent) Decompose(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7ff);
        BigInteger mantissa = bits & 0xf_ffff_ffff_ffff;
        if (exponent == 0)
            exponent = 1;
        else
            mantissa += 1L << 52;
        return (bits < 0 ? -mantissa : mantissa, exponent - 1075);
    }

    private static (string Digits, int Exponent) SignificantDigits(double value, int count)
    {
        if (value == 0)
            return (new string('0', count), 0);
        var exponent = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        // The logarithm may be off by one at powers of ten, and rounding may carry into a new digit.
        for (var guess = exponent - 1; ; guess++)
        {
            var digits = BigInteger.Abs(ScaledRound(value, count - 1 - guess)).ToString(CultureInfo.InvariantCulture);
            if (digits.Length <= count)
                return (digits, guess);
        }
    }

    private static (string Sign, string Digits, int Exponent) Split(string text)
    {
        var sign = text.StartsWith('-') ? "-" : "";
        var mark = text.IndexOf('E');
        var exponent = mark < 0 ? 0 : int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = text[sign.Length..(mark < 0 ? text.Length : mark)];
        var point = mantissa.IndexOf('.');
        var whole = point < 0 ? mantissa.Length : point;
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var leading = digits.Length - digits.TrimStart('0').Length;
        return (sign, digits.Trim('0'), exponent + whole - 1 - leading);
    }

    private static string Positional(string digits, int exponent)
    {
        if (exponent < 0)
            return "0." + new string('0', -exponent - 1) + digits;
        return digits.Length <= exponent + 1
            ? digits.PadRight(exponent + 1, '0') + ".0"
            : $"{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    private static string Scientific(string digits, int exponent) =>
        (digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}") + ExponentSuffix(exponent);

    private static string ExponentSuffix(int exponent) =>
        string.Create(CultureInfo.InvariantCulture, $"e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");

    private static string TrimZeros(string text) => text.Contains('.') ? text.TrimEnd('0').TrimEnd('.') : text;
}
