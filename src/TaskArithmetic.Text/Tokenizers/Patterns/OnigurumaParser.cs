using System.Globalization;

namespace TaskArithmetic.Text.Tokenizers.Patterns;

/// <summary>
/// Reads a regular expression in Oniguruma's Ruby syntax, the dialect of <c>tokenizer.json</c>, into parts that
/// .NET's engine can be built from. Both engines backtrack and prefer the leftmost alternative; where their
/// syntax differs the parts spell the meaning out. Back references, conditionals, calls, absence operators and
/// free-spacing mode are refused.
/// </summary>
internal sealed class OnigurumaParser
{
    /// <summary>Longest expression read, in UTF-16 units; the longest in use have some hundreds.</summary>
    private const int MostLength = 10_000;

    /// <summary>Quantifiers on one another: each wraps the one before in a group.</summary>
    private const int MostQuantifiers = 10;

    private readonly PatternReader reader;
    private readonly CharacterClassParser classes;
    private readonly List<PatternPart> parts = [];

    private OnigurumaParser(string pattern)
    {
        reader = new(pattern);
        classes = new(reader);
    }

    private readonly record struct Options(bool IgnoreCase, bool DotMatchesNewLine);

    /// <exception cref="PatternException">The expression is malformed or not supported.</exception>
    public static IReadOnlyList<PatternPart> Parse(string pattern)
    {
        var parser = new OnigurumaParser(pattern);
        if (pattern.Length > MostLength)
            throw parser.reader.Error(string.Create(CultureInfo.InvariantCulture, $"it has {pattern.Length} characters, more than the {MostLength} that are followed"));
        parser.ParseAlternation(default);
        if (!parser.reader.AtEnd)
            throw parser.reader.Error("a closing parenthesis has no opening one");
        return parser.parts;
    }

    private void ParseAlternation(Options options)
    {
        reader.Enter();
        while (!reader.AtEnd && !reader.LooksAt(")"))
        {
            if (reader.Take('|'))
                Add("|");
            else
                ParseTerm(options);
        }
        reader.Leave();
    }

    private void ParseTerm(Options options)
    {
        if (reader.Take("(?#"))
        {
            reader.TakeUntil(")");
            return;
        }
        var start = parts.Count;
        ParseAtom(options);
        var quantifiers = 0;
        while (ParseQuantifier() is { } quantifier)
        {
            if (++quantifiers > MostQuantifiers)
                throw reader.Error(string.Create(CultureInfo.InvariantCulture, $"more than {MostQuantifiers} quantifiers follow one another"));
            // .NET has no quantifier on a quantifier, so the inner one goes into a group.
            if (quantifiers > 1)
                Wrap(start, "(?:");
            Add(quantifier.Text);
            if (quantifier.IsPossessive)
                Wrap(start, "(?>");
        }
    }

    private void ParseAtom(Options options)
    {
        if (reader.Take('('))
            ParseGroup(options);
        else if (reader.Take('['))
            Add(classes.ParseBracket(options.IgnoreCase));
        else if (reader.Take('.'))
            Add(options.DotMatchesNewLine ? CodePointSet.All : UnicodeSets.NewLine.Complement());
        else if (reader.Take('^'))
            Add("(?:\\A|(?<=", UnicodeSets.NewLine, ")(?!\\z))");
        else if (reader.Take('$'))
            Add("(?:(?=", UnicodeSets.NewLine, ")|(?<!", UnicodeSets.NewLine, ")\\z)");
        else if (reader.Take('\\'))
            ParseEscape(options);
        else if (reader.Peek is '*' or '+' or '?')
            throw reader.Error("a quantifier has nothing to repeat");
        else
            AddLiteral(reader.TakeCodePoint(), options);
    }

    private void ParseGroup(Options options)
    {
        if (!reader.Take('?'))
            ParseGroupBody("(?:", options);
        else if (reader.Take(':'))
            ParseGroupBody("(?:", options);
        else if (reader.Take('='))
            ParseGroupBody("(?=", options);
        else if (reader.Take('!'))
            ParseGroupBody("(?!", options);
        else if (reader.Take('>'))
            ParseGroupBody("(?>", options);
        else if (reader.Take("<="))
            ParseGroupBody("(?<=", options);
        else if (reader.Take("<!"))
            ParseGroupBody("(?<!", options);
        else if (reader.Take('<'))
            ParseNamedGroup(">", options);
        else if (reader.Take('\''))
            ParseNamedGroup("'", options);
        else
            ParseOptionGroup(options);
    }

    private void ParseNamedGroup(string end, Options options)
    {
        reader.TakeUntil(end);
        ParseGroupBody("(?:", options);
    }

    private void ParseGroupBody(string opening, Options options)
    {
        Add(opening);
        ParseAlternation(options);
        if (!reader.Take(')'))
            throw reader.Error("a group is not closed");
        Add(")");
    }

    private void ParseOptionGroup(Options options)
    {
        var value = true;
        while (true)
        {
            if (reader.Take('-'))
                value = false;
            else if (reader.Take('i'))
                options = options with { IgnoreCase = value };
            else if (reader.Take('m'))
                options = options with { DotMatchesNewLine = value };
            else if (!value && reader.Take('x'))
                continue;
            else
                break;
        }
        if (reader.Take(':'))
        {
            ParseGroupBody("(?:", options);
        }
        else if (reader.Take(')'))
        {
            // Options without a body hold to the end of the group around them, over its alternatives too.
            Add("(?:");
            ParseAlternation(options);
            Add(")");
        }
        else
        {
            throw reader.Error("this kind of group is not supported");
        }
    }

    private void ParseEscape(Options options)
    {
        if (classes.ParseSetEscape() is { } set)
            Add(set);
        else if (reader.Take('b'))
            Add("(?:(?<=", UnicodeSets.Word, ")(?!", UnicodeSets.Word, ")|(?<!", UnicodeSets.Word, ")(?=", UnicodeSets.Word, "))");
        else if (reader.Take('B'))
            Add("(?:(?<=", UnicodeSets.Word, ")(?=", UnicodeSets.Word, ")|(?<!", UnicodeSets.Word, ")(?!", UnicodeSets.Word, "))");
        else if (reader.Take('A'))
            Add("\\A");
        else if (reader.Take('z'))
            Add("\\z");
        else if (reader.Take('Z'))
            Add("(?=", UnicodeSets.NewLine, "?\\z)");
        else if (reader.Take('R'))
            Add("(?>", CodePointSet.Of('\r'), UnicodeSets.NewLine, "|", CodePointSet.Of((0x0A, 0x0D), (0x85, 0x85), (0x2028, 0x2029)), ")");
        else
            AddLiteral(classes.ParseCodePointEscape(inBracket: false), options);
    }

    private (string Text, bool IsPossessive)? ParseQuantifier()
    {
        if (reader.Peek is '*' or '+' or '?')
        {
            var text = ((char)reader.TakeCodePoint()).ToString();
            if (reader.Take('+'))
                return (text, true);
            return (reader.Take('?') ? text + "?" : text, false);
        }
        return ParseInterval();
    }

    // A brace that opens no interval is literal. In Ruby's syntax {n}? is an optional {n} and {n,m}+ a repeated {n,m}.
    private (string Text, bool IsPossessive)? ParseInterval()
    {
        var start = reader.Position;
        if (!reader.Take('{'))
            return null;
        var least = reader.TakeWhile(char.IsAsciiDigit, 6);
        var hasComma = reader.Take(',');
        var most = hasComma ? reader.TakeWhile(char.IsAsciiDigit, 6) : least;
        if (!reader.Take('}') || (least.Length == 0 && most.Length == 0))
        {
            reader.Return(start);
            return null;
        }
        if (!hasComma)
            return ($"{{{least}}}", false);
        if (least.Length > 0 && most.Length > 0 && int.Parse(least, CultureInfo.InvariantCulture) > int.Parse(most, CultureInfo.InvariantCulture))
            throw reader.Error("an interval ends before it begins");
        var text = $"{{{(least.Length == 0 ? "0" : least)},{most}}}";
        return (reader.Take('?') ? text + "?" : text, false);
    }

    private void AddLiteral(int codePoint, Options options)
    {
        var set = CodePointSet.Of(codePoint);
        Add(options.IgnoreCase ? CaseFolding.Close(set) : set);
    }

    private void Add(params ReadOnlySpan<PatternPart> added) => parts.AddRange(added);

    private void Wrap(int start, string opening)
    {
        parts.Insert(start, opening);
        Add(")");
    }
}
