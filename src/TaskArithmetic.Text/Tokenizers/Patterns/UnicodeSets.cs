using System.Globalization;

namespace TaskArithmetic.Text.Tokenizers.Patterns;

/// <summary>The sets of code points that regular expressions name, as the Oniguruma library defines them for UTF-8.</summary>
internal static class UnicodeSets
{
    private static readonly string[] CategoryNames =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc",
        "Cf", "Cs", "Co", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn",
    ];

    // The aliases of PropertyValueAliases.txt, as loose matching spells them.
    private static readonly Dictionary<string, string> LongNames = """
        letter=l uppercaseletter=lu lowercaseletter=ll titlecaseletter=lt modifierletter=lm otherletter=lo mark=m
        combiningmark=m nonspacingmark=mn spacingmark=mc enclosingmark=me number=n decimalnumber=nd letternumber=nl
        othernumber=no punctuation=p punct=p connectorpunctuation=pc dashpunctuation=pd openpunctuation=ps closepunctuation=pe
        initialpunctuation=pi finalpunctuation=pf otherpunctuation=po symbol=s mathsymbol=sm currencysymbol=sc modifiersymbol=sk
        othersymbol=so separator=z spaceseparator=zs lineseparator=zl paragraphseparator=zp other=c control=cc format=cf
        surrogate=cs privateuse=co unassigned=cn digit=nd whitespace=space
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(alias => alias.Split('=')).ToDictionary(alias => alias[0], alias => alias[1]);

    private static readonly Lazy<CodePointSet[]> Categories = new(FindCategories);

    /// <summary><c>\s</c>: White_Space.</summary>
    public static CodePointSet Space { get; } = CodePointSet.Of(
        (0x09, 0x0D), (0x20, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A),
        (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000));

    public static CodePointSet NewLine { get; } = CodePointSet.Of('\n');

    public static CodePointSet HexDigit { get; } = CodePointSet.Of(('0', '9'), ('A', 'F'), ('a', 'f'));

    public static CodePointSet Digit => Category(UnicodeCategory.DecimalDigitNumber);

    /// <summary>The POSIX bracket <c>[:word:]</c>.</summary>
    public static CodePointSet PosixWord => Named("L")!.Union(Named("M")!).Union(Digit)
        .Union(Category(UnicodeCategory.LetterNumber)).Union(Category(UnicodeCategory.ConnectorPunctuation))
        .Union(CodePointSet.Of((0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189)));

    /// <summary><c>\w</c>: as <c>[:word:]</c>, and Latin-1's superscripts and fractions, which Oniguruma also takes for word characters there.</summary>
    public static CodePointSet Word => PosixWord.Union(CodePointSet.Of((0xB2, 0xB3), (0xB9, 0xB9), (0xBC, 0xBE)));

    /// <summary>The set behind <c>\p{name}</c>, or null if the name is none of those supported.</summary>
    public static CodePointSet? Named(string name)
    {
        var key = new string([.. name.Where(c => c is not (' ' or '_' or '-'))]).ToLowerInvariant();
        key = LongNames.GetValueOrDefault(key, key);
        if (key.Length is 1 or 2)
        {
            var members = Enumerable.Range(0, CategoryNames.Length)
                .Where(i => CategoryNames[i].StartsWith(key, StringComparison.OrdinalIgnoreCase))
                .ToArray();
            return members.Length == 0 ? null : CodePointSet.Of(members.SelectMany(i => Categories.Value[i].Ranges));
        }
        return key switch
        {
            "any" => CodePointSet.All,
            "ascii" => CodePointSet.Of((0, 0x7F)),
            "space" => Space,
            "word" => PosixWord,
            "xdigit" => HexDigit,
            "han" => UnicodeScripts.Han,
            "hiragana" => UnicodeScripts.Hiragana,
            "katakana" => UnicodeScripts.Katakana,
            "hangul" => UnicodeScripts.Hangul,
            _ => null,
        };
    }

    /// <summary>The set behind a POSIX bracket <c>[:name:]</c>, or null if the name is none of those supported.</summary>
    public static CodePointSet? Posix(string name) => name switch
    {
        "ascii" => CodePointSet.Of((0, 0x7F)),
        "cntrl" => Category(UnicodeCategory.Control),
        "digit" => Digit,
        "graph" => Space.Union(Named("Cc")!).Union(Named("Cn")!).Union(Named("Cs")!).Complement(),
        "punct" => Named("P")!.Union(Named("S")!),
        "space" => Space,
        "word" => PosixWord,
        "xdigit" => HexDigit,
        _ => null,
    };

    private static CodePointSet Category(UnicodeCategory category) => Categories.Value[(int)category];

    private static CodePointSet[] FindCategories()
    {
        var ranges = Enumerable.Range(0, CategoryNames.Length).Select(_ => new List<(int, int)>()).ToArray();
        var first = 0;
        var current = CharUnicodeInfo.GetUnicodeCategory(0);
        for (var codePoint = 1; codePoint <= CodePointSet.Last; codePoint++)
        {
            var category = CharUnicodeInfo.GetUnicodeCategory(codePoint);
            if (category == current)
                continue;
            ranges[(int)current].Add((first, codePoint - 1));
            (first, current) = (codePoint, category);
        }
        ranges[(int)current].Add((first, CodePointSet.Last));
        return [.. ranges.Select(r => CodePointSet.Of(r))];
    }
}
