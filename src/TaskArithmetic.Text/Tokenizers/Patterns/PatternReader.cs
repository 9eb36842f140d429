using System.Globalization;
using System.Text;

namespace TaskArithmetic.Text.Tokenizers.Patterns;

/// <summary>A cursor over the source of a regular expression.</summary>
internal sealed class PatternReader(string source)
{
    /// <summary>Groups and brackets within one another. Expressions in use nest three or four deep; the parsers, ours and .NET's, recurse.</summary>
    private const int MostDepth = 50;

    private int depth;

    public int Position { get; private set; }

    public bool AtEnd => Position == source.Length;

    public char Peek => AtEnd ? '\0' : source[Position];

    public bool LooksAt(string text) => string.CompareOrdinal(source, Position, text, 0, text.Length) == 0;

    public bool Take(string text)
    {
        if (!LooksAt(text))
            return false;
        Position += text.Length;
        return true;
    }

    public bool Take(char c)
    {
        if (AtEnd || source[Position] != c)
            return false;
        Position++;
        return true;
    }

    /// <summary>The next code point, whatever it is.</summary>
    public int TakeCodePoint()
    {
        if (AtEnd)
            throw Error("the expression ends too early");
        if (Rune.DecodeFromUtf16(source.AsSpan(Position), out var rune, out var length) != System.Buffers.OperationStatus.Done)
            throw Error("half a surrogate pair stands alone");
        Position += length;
        return rune.Value;
    }

    /// <summary>The text up to <paramref name="end"/>, which is passed over.</summary>
    public string TakeUntil(string end)
    {
        var found = source.IndexOf(end, Position, StringComparison.Ordinal);
        if (found < 0)
            throw Error($"'{end}' is missing");
        var text = source[Position..found];
        Position = found + end.Length;
        return text;
    }

    /// <summary>Up to <paramref name="most"/> characters of a kind.</summary>
    public string TakeWhile(Func<char, bool> wanted, int most)
    {
        var start = Position;
        while (!AtEnd && Position - start < most && wanted(source[Position]))
            Position++;
        return source[start..Position];
    }

    /// <summary>Goes one group or bracket deeper, or refuses.</summary>
    public void Enter()
    {
        if (++depth > MostDepth)
            throw Error(string.Create(CultureInfo.InvariantCulture, $"groups are nested more than {MostDepth} deep"));
    }

    /// <summary>Comes back out of what <see cref="Enter"/> went into.</summary>
    public void Leave() => depth--;

    public void Return(int position) => Position = position;

    public PatternException Error(string reason) => new(Position, reason + ".");
}
