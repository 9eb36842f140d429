using System.Globalization;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Tool.Terminal;

/// <summary>Writes how much of something there is, in a few characters.</summary>
internal static class Amount
{
    /// <summary>Bytes, as <c>3.09 GB</c>.</summary>
    public static string Bytes(double bytes) => ByteSize.Format(bytes);

    /// <summary>Numbers of weights, as <c>494 M</c>.</summary>
    public static string Weights(double count)
    {
        string[] prefixes = ["", " k", " M", " G", " T"];
        var power = 0;
        while (count >= 1000 && power < prefixes.Length - 1)
        {
            count /= 1000;
            power++;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{count:G3}{prefixes[power]}");
    }

    /// <summary>A ratio or norm in at most six characters; <c>–</c> where there is none.</summary>
    public static string Short(double value)
    {
        if (!double.IsFinite(value))
            return "–";
        var size = Math.Abs(value);
        var format = size switch
        {
            0 => "0",
            < 0.001 or >= 100_000 => "0.0e0",
            < 1 => "0.0000",
            < 100 => "0.00",
            _ => "0",
        };
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>A share of 1 as percent; all or none of it only where that is so exactly.</summary>
    public static string Percent(double share) => share switch
    {
        double.NaN => "–",
        0 => "0 %",
        1 => "100 %",
        < 0.0001 => "< 0.01 %",
        > 0.9999 => "> 99.99 %",
        _ => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.00} %"),
    };

    /// <summary>A cosine with six digits; <c>–</c> where there is none.</summary>
    public static string Cosine(double value) => double.IsFinite(value) ? value.ToString("0.000000", CultureInfo.InvariantCulture) : "–";
}
