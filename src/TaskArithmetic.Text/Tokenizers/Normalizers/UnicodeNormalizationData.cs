using System.Globalization;

namespace TaskArithmetic.Text.Tokenizers.Normalizers;

/// <summary>
/// Decompositions, compositions and combining classes. .NET's own normalization is not used: it silently returns
/// the text unchanged where an application runs with invariant globalization, and its Unicode version depends on the system.
/// </summary>
internal sealed class UnicodeNormalizationData
{
    private static readonly Lazy<UnicodeNormalizationData> Loaded = new(() => new());

    private readonly Dictionary<int, byte> combiningClasses = [];
    private readonly Dictionary<int, int[]> canonical = [];
    private readonly Dictionary<int, int[]> compatibility = [];
    private readonly Dictionary<(int First, int Second), int> compositions = [];

    private UnicodeNormalizationData()
    {
        using var stream = typeof(UnicodeNormalizationData).Assembly.GetManifestResourceStream("UnicodeNormalization.txt")!;
        using var reader = new StreamReader(stream);
        var section = "";
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('['))
                section = line;
            else if (line.Length > 0 && !line.StartsWith('#'))
                Add(section, line);
        }
    }

    public static UnicodeNormalizationData Instance => Loaded.Value;

    public byte CombiningClass(int codePoint) => combiningClasses.GetValueOrDefault(codePoint);

    /// <summary>The one-step decomposition of a code point, or null if it has none.</summary>
    public int[]? Decomposition(int codePoint, bool isCompatible) =>
        canonical.GetValueOrDefault(codePoint) ?? (isCompatible ? compatibility.GetValueOrDefault(codePoint) : null);

    /// <summary>The primary composite of two code points, or −1.</summary>
    public int Composition(int first, int second) => compositions.GetValueOrDefault((first, second), -1);

    /// <summary>Every code point that a composition ends with.</summary>
    public IEnumerable<int> SecondsOfCompositions => compositions.Keys.Select(pair => pair.Second);

    public IEnumerable<int> Combining => combiningClasses.Keys;

    public IEnumerable<int> Decomposable(bool isCompatible) => isCompatible ? canonical.Keys.Concat(compatibility.Keys) : canonical.Keys;

    private void Add(string section, string line)
    {
        var fields = line.Split(' ');
        switch (section)
        {
            case "[combining class]":
                var range = fields[0].Split('-');
                for (var c = Hex(range[0]); c <= Hex(range[^1]); c++)
                    combiningClasses[c] = byte.Parse(fields[1], CultureInfo.InvariantCulture);
                break;
            case "[canonical]":
                int[] decomposition = [.. fields[1..].Select(Hex)];
                var codePoint = Hex(fields[0].TrimStart('!'));
                canonical[codePoint] = decomposition;
                if (!fields[0].StartsWith('!'))
                    compositions[(decomposition[0], decomposition[1])] = codePoint;
                break;
            default:
                compatibility[Hex(fields[0])] = [.. fields[1..].Select(Hex)];
                break;
        }
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
