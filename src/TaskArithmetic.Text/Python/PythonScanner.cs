using System.Globalization;
using System.Text.RegularExpressions;

namespace TaskArithmetic.Text.Python;

/// <summary>The kinds of tokens; the last two are those of a template, its text and the marks around its tags.</summary>
internal enum TokenKind
{
    Name,
    String,
    Integer,
    Float,
    Operator,
    Text,
    Mark,
}

/// <summary>A piece of an expression or of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text; for a string the unescaped value, for a number the digits without underscores, for a mark its name.</param>
/// <param name="Line">The line it begins on, counted from 1.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Line)
{
    /// <summary>How Jinja2's messages name it.</summary>
    public string Description => Kind switch
    {
        TokenKind.Text => "template data / text",
        TokenKind.String => "string",
        TokenKind.Integer => "integer",
        TokenKind.Float => "float",
        _ => Text,
    };
}

/// <summary>Reads the tokens of an expression, with the operators and brackets of Jinja and of Python's literals.</summary>
internal sealed partial class PythonScanner(string source, int position = 0, int line = 1)
{
    private readonly Stack<char> open = new();

    public int Position => position;

    public int Line => line;

    /// <summary>Whether a bracket is open.</summary>
    public bool IsNested => open.Count > 0;

    /// <summary>The next token, or null at the end of the text.</summary>
    /// <exception cref="PythonError">A <c>SyntaxError</c> with its line, or an <c>UnsupportedError</c>.</exception>
    public Token? Read()
    {
        if (position >= source.Length)
            return null;
        var c = source[position];
        return c is '\'' or '"' ? ReadString()
            : char.IsAsciiDigit(c) ? ReadNumber()
            : Match(Names()) is { } name ? Take(TokenKind.Name, name)
            : ReadOperator();
    }

    public void SkipSpace()
    {
        for (; position < source.Length && PythonText.IsSpace(source[position]); position++)
            line += source[position] == '\n' ? 1 : 0;
    }

    private Token ReadNumber()
    {
        var isAfterDot = position > 0 && source[position - 1] == '.';
        var (kind, digits) = !isAfterDot && Match(Floats()) is { } number ? (TokenKind.Float, number) : (TokenKind.Integer, Match(Integers()) ?? throw Unexpected());
        return Take(kind, digits) with { Text = digits.Replace("_", "", StringComparison.Ordinal) };
    }

    private Token ReadString()
    {
        var text = Match(Strings()) ?? throw Unexpected();
        var token = Take(TokenKind.String, text) with { Text = Unescape(text[1..^1]) };
        line += text.Count('\n');
        return token;
    }

    private Token ReadOperator()
    {
        var symbol = Match(Symbols()) ?? throw Unexpected();
        if (symbol is "(" or "[" or "{")
            open.Push(symbol switch { "(" => ')', "[" => ']', _ => '}' });
        else if (symbol is ")" or "]" or "}" && (!open.TryPop(out var expected) || expected != symbol[0]))
            throw new PythonError("SyntaxError", $"unexpected '{symbol}'" + (expected == default ? "" : $", expected '{expected}'"), line);
        return Take(TokenKind.Operator, symbol);
    }

    private string? Match(Regex pattern) => pattern.Match(source, position) is { Success: true } match ? match.Value : null;

    private Token Take(TokenKind kind, string text)
    {
        position += text.Length;
        return new Token(kind, text, line);
    }

    private string Unescape(string text) => Escapes().Replace(text, match =>
    {
        var code = match.Value[1..];
        return code[0] switch
        {
            '\n' => "",
            'N' => throw PythonError.Unsupported("a character's name (\\N{...}) in a string", line),
            'x' or 'u' or 'U' => code.Length > 1 && Convert.ToUInt32(code[1..], 16) is <= 0x10ffff and var point
                ? point > 0xffff ? char.ConvertFromUtf32((int)point) : ((char)point).ToString()
                : throw new PythonError("SyntaxError", $"truncated or illegal \\{code[0]} escape in a string", line),
            >= '0' and <= '7' => ((char)Convert.ToInt32(code, 8)).ToString(),
            // Python keeps the backslash before a letter that means nothing.
            _ => "\\'\"abfnrtv".IndexOf(code[0], StringComparison.Ordinal) is >= 0 and var place ? "\\'\"\a\b\f\n\r\t\v"[place].ToString() : match.Value,
        };
    });

    private PythonError Unexpected() => new("SyntaxError", $"unexpected char {new PythonString(source[position].ToString()).Repr()} at {position}", line);

    [GeneratedRegex(@"\G(?:[0-9]+_)*[0-9]+(?:(?:\.(?:[0-9]+_)*[0-9]+)?[eE][+-]?(?:[0-9]+_)*[0-9]+|\.(?:[0-9]+_)*[0-9]+)")]
    private static partial Regex Floats();

    [GeneratedRegex(@"\G(?:0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|[1-9](?:_?[0-9])*|0(?:_?0)*)")]
    private static partial Regex Integers();

    [GeneratedRegex(@"\G[\p{L}_][\p{L}\p{Nd}_\p{Mn}\p{Mc}]*")]
    private static partial Regex Names();

    [GeneratedRegex(@"\G(?:'(?:[^'\\]|\\.)*'|""(?:[^""\\]|\\.)*"")", RegexOptions.Singleline)]
    private static partial Regex Strings();

    [GeneratedRegex(@"\G(?://|\*\*|[=!<>]=|[-+/*%~[\](){}<>=.:|,;])")]
    private static partial Regex Symbols();

    [GeneratedRegex(@"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|.)", RegexOptions.Singleline)]
    private static partial Regex Escapes();
}
