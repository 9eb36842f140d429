using System.Globalization;
using System.Text.RegularExpressions;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Recipes;

/// <summary>Sizes as people write them: <c>5GB</c>, <c>256MiB</c>, <c>1000000</c>.</summary>
public static partial class ByteSize
{
    private static readonly string[] Prefixes = ["", "K", "M", "G", "T"];

    /// <summary>Reads a size above 0: bytes, or with KB/MB/GB/TB (1000) or KiB/MiB/GiB/TiB (1024).</summary>
    /// <exception cref="Diagnostics.DiagnosticException">TA2019: not a size.</exception>
    public static long Parse(string text)
    {
        var match = Pattern().Match(text.Trim());
        if (!match.Success)
            throw RecipeDiagnostics.BadSize(text);
        var power = Array.IndexOf(Prefixes, match.Groups["prefix"].Value.ToUpperInvariant());
        var unit = Math.Pow(match.Groups["binary"].Success ? 1024 : 1000, power);
        var bytes = double.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture) * unit;
        return bytes is >= 1 and < 9e18 ? (long)bytes : throw RecipeDiagnostics.BadSize(text);
    }

    /// <summary>Writes a size with three digits, in powers of 1000.</summary>
    public static string Format(double bytes)
    {
        var power = 0;
        while (bytes >= 1000 && power < Prefixes.Length - 1)
        {
            bytes /= 1000;
            power++;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{bytes:0.##} {(power == 1 ? "k" : Prefixes[power])}B");
    }

    [GeneratedRegex(@"^(?<number>\d+(\.\d+)?)\s*(?<prefix>[KMGT]?)(?<binary>i)?B?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
