using System.Globalization;
using System.Numerics;
using System.Text;

namespace TaskArithmetic.Text.Python;

/// <summary>Integers in other radices, and text read as integers.</summary>
internal static class IntegerText
{
    /// <summary>Longest decimal number that is read, as in CPython, since reading takes quadratic time.</summary>
    public const int MaxDigits = 4300;

    /// <summary>A number that is not negative, in small digits.</summary>
    public static string InRadix(BigInteger value, int radix)
    {
        if (radix == 10)
            return value.ToString(CultureInfo.InvariantCulture);
        // Powers of two by their bits: dividing again and again would take quadratic time.
        var hexadecimal = value.ToString("x", CultureInfo.InvariantCulture).TrimStart('0');
        if (hexadecimal.Length == 0)
            return "0";
        if (radix == 16)
            return hexadecimal;
        var bits = string.Concat(hexadecimal.Select(digit => Convert.ToString(char.IsAsciiDigit(digit) ? digit - '0' : digit - 'a' + 10, 2).PadLeft(4, '0'))).TrimStart('0');
        if (radix == 2)
            return bits;
        var padded = bits.PadLeft((bits.Length + 2) / 3 * 3, '0');
        return string.Concat(Enumerable.Range(0, padded.Length / 3).Select(i => (char)('0' + Convert.ToInt32(padded.Substring(3 * i, 3), 2))));
    }

    /// <summary><c>int(text, radix)</c>; null where Python raises a ValueError.</summary>
    public static BigInteger? Parse(string text, int radix)
    {
        if (radix != 0 && (radix is < 2 or > 36))
            return null;
        var digits = PythonText.Strip(text, null);
        var isNegative = digits.StartsWith('-');
        if (isNegative || digits.StartsWith('+'))
            digits = digits[1..];
        digits = SkipPrefix(digits, ref radix);
        if (digits.Length > MaxDigits)
            return null;
        if (digits.Length == 0 || digits[^1] == '_' || digits.Contains("__", StringComparison.Ordinal))
            return null;
        BigInteger value = 0;
        foreach (var rune in digits.EnumerateRunes().Where(r => r.Value != '_'))
        {
            var digit = Digit(rune);
            if (digit < 0 || digit >= radix)
                return null;
            value = value * radix + digit;
        }
        return isNegative ? -value : value;
    }

    private static string SkipPrefix(string digits, ref int radix)
    {
        var prefix = digits.Length > 1 && digits[0] == '0' ? char.ToLowerInvariant(digits[1]) : ' ';
        var prefixRadix = prefix switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 0 };
        if (prefixRadix != 0 && (radix == prefixRadix || radix == 0))
        {
            radix = prefixRadix;
            return digits.Length > 2 && digits[2] == '_' ? digits[3..] : digits[2..];
        }
        if (radix == 0)
        {
            radix = 10;
            if (digits.Length > 1 && digits[0] == '0' && digits.Trim('0', '_').Length > 0)
                return "";
        }
        return digits.StartsWith('_') ? "" : digits;
    }

    private static int Digit(Rune rune)
    {
        if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber)
            return (int)Rune.GetNumericValue(rune);
        return rune.Value is >= 'a' and <= 'z' ? rune.Value - 'a' + 10 : rune.Value is >= 'A' and <= 'Z' ? rune.Value - 'A' + 10 : -1;
    }

    /// <summary><c>float(text)</c>; null where Python raises a ValueError.</summary>
    public static double? ParseFloat(string text)
    {
        var digits = string.Concat(PythonText.Strip(text, null).Select(c =>
            char.IsDigit(c) ? ((int)char.GetNumericValue(c)).ToString(CultureInfo.InvariantCulture) : c.ToString()));
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
        return double.TryParse(digits.Replace("_", "", StringComparison.Ordinal),
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value) ? value : null;
    }
}
