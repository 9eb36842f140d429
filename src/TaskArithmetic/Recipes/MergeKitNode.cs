using System.Globalization;
using System.Text.RegularExpressions;

namespace TaskArithmetic.Recipes;

/// <summary>A value of a mergekit file with its place in it.</summary>
/// <param name="Line">Line, from 1.</param>
internal abstract record MergeKitNode(int Line)
{
    /// <summary>Whether an alias elsewhere in the file stands for it.</summary>
    public bool IsAliased { get; set; }

    /// <summary>Whether an alias elsewhere in the file stands for it or for something in it.</summary>
    public virtual bool IsShared => IsAliased;

    /// <summary>What it is, for messages.</summary>
    public abstract string Kind { get; }
}

/// <summary>A list.</summary>
internal sealed record MergeKitList(int Line, IReadOnlyList<MergeKitNode> Items) : MergeKitNode(Line)
{
    public override string Kind => "a list";

    public override bool IsShared => IsAliased || Items.Any(i => i.IsShared);
}

/// <summary>Keys with their values, in the order of the file; those that <c>&lt;&lt;</c> brings in come last.</summary>
internal sealed record MergeKitMap(int Line, IReadOnlyList<(MergeKitText Key, MergeKitNode Value)> Entries) : MergeKitNode(Line)
{
    public override string Kind => "a mapping";

    public override bool IsShared => IsAliased || Entries.Any(e => e.Value.IsShared);

    /// <summary>The value of a key, or null.</summary>
    public MergeKitNode? this[string key] => Entries.FirstOrDefault(e => e.Key.Value == key).Value;
}

/// <summary>A scalar as it is written. What it means follows YAML 1.1, which mergekit's parser speaks.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Value">Its text, quotes and escapes resolved.</param>
/// <param name="IsQuoted">Whether it is a text whatever it looks like.</param>
internal sealed partial record MergeKitText(int Line, string Value, bool IsQuoted) : MergeKitNode(Line)
{
    public override string Kind => IsNull ? "nothing" : $"'{Value}'";

    /// <summary>Whether it stands for no value.</summary>
    public bool IsNull => !IsQuoted && Value is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>The value: a number, also where mergekit only makes one of it later (<c>"0.5"</c>, <c>1e-3</c>), a switch, or a word.</summary>
    public Scalar Scalar
    {
        get
        {
            if (Number() is { } number)
                return new Scalar(number);
            return IsQuoted ? new Scalar(Value) : Value switch
            {
                "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON" => new Scalar(true),
                "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF" => new Scalar(false),
                _ => new Scalar(Value),
            };
        }
    }

    /// <summary>The whole number; null where it is none.</summary>
    public int? Integer => Number() is { } number && number == Math.Truncate(number) && Math.Abs(number) <= int.MaxValue ? (int)number : null;

    private double? Number()
    {
        var text = Value.Trim();
        if (!IsQuoted && Radix().Match(text) is { Success: true } radix)
            return OfRadix(radix);
        if (!IsQuoted && text.TrimStart('+', '-') is ".inf" or ".Inf" or ".INF")
            return text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        if (!IsQuoted && text is ".nan" or ".NaN" or ".NAN")
            return double.NaN;
        return Decimal().IsMatch(text) ? double.Parse(text.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) : null;
    }

    /// <summary>0x1f, 0b101 and 017 are the 31, 5 and 15 that YAML 1.1 reads.</summary>
    private static double OfRadix(Match match)
    {
        var digits = match.Groups["digits"].Value.Replace("_", "", StringComparison.Ordinal);
        var radix = match.Groups["prefix"].Value switch { "0x" => 16, "0b" => 2, _ => 8 };
        var value = digits.Aggregate(0.0, (sum, digit) => sum * radix + Convert.ToInt32(digit.ToString(), 16));
        return match.Groups["sign"].Value == "-" ? -value : value;
    }

    [GeneratedRegex(@"\A(?<sign>[-+]?)(?:(?<prefix>0x)(?<digits>[0-9a-fA-F_]+)|(?<prefix>0b)(?<digits>[01_]+)|(?<prefix>0)(?<digits>[0-7_]+))\z", RegexOptions.CultureInvariant)]
    private static partial Regex Radix();

    [GeneratedRegex(@"\A[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Decimal();
}
