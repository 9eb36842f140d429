using System.Globalization;

namespace TaskArithmetic.Text.Tokenizers.Patterns;

/// <summary>
/// Reads as much of a regular expression in Oniguruma's syntax as is needed to bound its running time. What the library itself
/// would refuse may pass here; what cannot be bounded is refused.
/// </summary>
internal sealed class PatternReader
{
    private const int MostNesting = 50;
    private const int Longest = 100_000;
    private static readonly PatternAtom Atom = new();

    private readonly string pattern;
    private int at;
    private int depth;

    private PatternReader(string pattern) => this.pattern = pattern;

    /// <exception cref="PatternException">It cannot be bounded.</exception>
    public static PatternNode Read(string pattern)
    {
        if (pattern.Length > Longest)
            throw new PatternException(Longest, string.Create(CultureInfo.InvariantCulture, $"it is longer than {Longest} characters"));
        var reader = new PatternReader(pattern);
        var node = reader.Choice();
        return reader.at == pattern.Length ? node : throw reader.Refused("a closing parenthesis has no opening one");
    }

    private bool Ends => at >= pattern.Length;

    private PatternException Refused(string reason) => new(at, reason);

    private bool Take(string text)
    {
        if (string.CompareOrdinal(pattern, at, text, 0, text.Length) != 0)
            return false;
        at += text.Length;
        return true;
    }

    private PatternNode Choice()
    {
        if (++depth > MostNesting)
            throw Refused("it is nested too deeply");
        var options = new List<PatternNode>();
        do
        {
            var parts = new List<PatternNode>();
            while (!Ends && pattern[at] is not ('|' or ')'))
                parts.Add(Repetition(Single()));
            options.Add(new PatternChain(parts));
        }
        while (Take("|"));
        depth--;
        return options.Count == 1 ? options[0] : new PatternChoice(options);
    }

    private PatternNode Single()
    {
        switch (pattern[at++])
        {
            case '(': return Group();
            case '[': Class(); return Atom;
            case '\\': return Escape();
            case '*' or '+' or '?': throw Refused("there is nothing to repeat");
            default: return Atom;
        }
    }

    private PatternNode Repetition(PatternNode node)
    {
        for (var stacked = 0; Quantifier() is var (least, most); stacked++)
        {
            if (stacked == MostNesting)
                throw Refused("it is nested too deeply");
            var isInterval = pattern[at - 1] == '}';
            node = new PatternRepeat(node, least, most);
            // An interval's question mark makes it lazy, or optional where both ends are one; its plus repeats it.
            if (Take("?"))
                node = isInterval && least == most ? new PatternRepeat(node, 0, 1) : node;
            else if (!isInterval && Take("+"))
                node = least == 0 ? new PatternRepeat(new PatternCut(node), 0, 1) : new PatternCut(node);
        }
        return node;
    }

    private (double Least, double Most)? Quantifier()
    {
        if (Take("*"))
            return (0, double.PositiveInfinity);
        if (Take("+"))
            return (1, double.PositiveInfinity);
        if (Take("?"))
            return (0, 1);
        var close = !Ends && pattern[at] == '{' ? pattern.IndexOf('}', at) : -1;
        if (close < 0)
            return null;
        var bounds = pattern[(at + 1)..close].Split(',');
        var digits = bounds.All(bound => bound.All(char.IsAsciiDigit) && bound.Length < 7) && bounds.Any(bound => bound.Length > 0) && bounds.Length <= 2;
        if (!digits)
            return null;
        at = close + 1;
        double least = bounds[0].Length > 0 ? int.Parse(bounds[0], CultureInfo.InvariantCulture) : 0;
        var most = bounds.Length == 1 ? least : bounds[1].Length > 0 ? int.Parse(bounds[1], CultureInfo.InvariantCulture) : double.PositiveInfinity;
        return (Math.Min(least, most), Math.Max(least, most));
    }

    private PatternNode Group()
    {
        if (!Take("?"))
            return Closed(Choice());
        if (Take(":"))
            return Closed(Choice());
        if (Take("=") || Take("!") || Take(">"))
            return new PatternCut(Closed(Choice()));
        if (Take("<=") || Take("<!"))
            return new PatternCut(Closed(Choice()), IsBehind: true);
        if (Take("<") && !Ends && char.IsAsciiLetter(pattern[at]) && pattern.IndexOf('>', at) is > 0 and var name)
        {
            at = name + 1;
            return Closed(Choice());
        }
        // Without a body, options hold to the end of the group around them, alternatives included.
        while (!Ends && pattern[at] is 'i' or 'm' or '-')
            at++;
        if (Take(")"))
            return Choice();
        return Take(":") ? Closed(Choice()) : throw Refused("this kind of group is not supported");
    }

    private PatternNode Closed(PatternNode body) => Take(")") ? body : throw Refused("a group is not closed");

    private void Class()
    {
        if (++depth > MostNesting)
            throw Refused("it is nested too deeply");
        Take("^");
        // A bracket that comes first stands for itself.
        Take("]");
        while (!Ends)
        {
            switch (pattern[at++])
            {
                case ']': depth--; return;
                case '[': Class(); break;
                case '\\': at++; break;
            }
        }
        throw Refused("a class is not closed");
    }

    private PatternNode Escape()
    {
        if (Ends)
            throw Refused("nothing follows the backslash");
        var letter = pattern[at];
        if (char.IsAsciiLetterOrDigit(letter) && !"sSdDwWhHbBAzZpPxutnrfvaeR0".Contains(letter))
            throw Refused($@"\{letter} is not supported");
        at++;
        if (letter is 'p' or 'P' or 'x' && Take("{"))
            at = pattern.IndexOf('}', at) is > 0 and var close ? close + 1 : throw Refused("a brace is not closed");
        else if (letter is 'x' or 'u')
            at = Math.Min(pattern.Length, at + (letter == 'x' ? 2 : 4));
        // Two characters or one, for good.
        return letter == 'R' ? new PatternCut(new PatternRepeat(Atom, 1, 2)) : Atom;
    }
}
