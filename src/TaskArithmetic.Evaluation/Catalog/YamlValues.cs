using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using TaskArithmetic.Text.Python;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace TaskArithmetic.Evaluation.Catalog;

/// <summary>
/// The values that PyYAML's safe loader gives (YAML 1.1): <c>yes</c>, <c>no</c>, <c>on</c> and <c>off</c> are booleans, a leading 0
/// is octal, and <c>1e5</c> without a point is text.
/// </summary>
internal static partial class YamlValues
{
    public static PythonValue Read(YamlNode node) => node switch
    {
        YamlMappingNode mapping => Mapping(mapping),
        YamlSequenceNode sequence => new PythonList(sequence.Children.Select(Read)),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar when scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific => Plain(scalar.Value ?? ""),
        YamlScalarNode scalar => scalar.Value ?? "",
        _ => PythonNone.Instance,
    };

    /// <summary>The entries of a mapping, those of merged mappings (<c>&lt;&lt;</c>) first.</summary>
    public static IEnumerable<KeyValuePair<YamlNode, YamlNode>> Entries(YamlMappingNode mapping)
    {
        var own = mapping.Children.Where(e => e.Key is not YamlScalarNode { Value: "<<" }).ToArray();
        var merged = mapping.Children
            .Where(e => e.Key is YamlScalarNode { Value: "<<" })
            .SelectMany(e => e.Value is YamlSequenceNode list ? list.Children : [e.Value])
            .OfType<YamlMappingNode>()
            .SelectMany(Entries)
            .Where(e => !mapping.Children.ContainsKey(e.Key))
            .DistinctBy(e => e.Key);
        return merged.Concat(own);
    }

    private static PythonDictionary Mapping(YamlMappingNode mapping) =>
        new(Entries(mapping).Select(e => KeyValuePair.Create(Read(e.Key), Read(e.Value))));

    private static PythonValue Plain(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return PythonNone.Instance;
            case "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON":
                return true;
            case "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF":
                return false;
        }
        if (IntegerForm().IsMatch(text))
            return new PythonInteger(Integer(text.Replace("_", "", StringComparison.Ordinal)));
        if (FloatForm().IsMatch(text))
            return double.Parse(text.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        return text.TrimStart('+', '-') switch
        {
            ".inf" or ".Inf" or ".INF" => text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity,
            ".nan" or ".NaN" or ".NAN" => double.NaN,
            _ => text,
        };
    }

    private static BigInteger Integer(string text)
    {
        var negative = text[0] == '-';
        var digits = text.TrimStart('+', '-');
        var value = digits switch
        {
            ['0', 'b', .. var binary] => Digits(binary, 2),
            ['0', 'x', .. var hexadecimal] => Digits(hexadecimal, 16),
            ['0', .. var octal] => Digits(octal, 8),
            _ => Digits(digits, 10),
        };
        return negative ? -value : value;
    }

    private static BigInteger Digits(string digits, int radix) =>
        digits.Aggregate(BigInteger.Zero, (value, digit) => value * radix + Convert.ToInt32(digit.ToString(), 16));

    [GeneratedRegex(@"\A[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex IntegerForm();

    [GeneratedRegex(@"\A[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex FloatForm();
}
