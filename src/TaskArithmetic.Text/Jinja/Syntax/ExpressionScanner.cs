using System.Globalization;
using System.Text.RegularExpressions;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Syntax;

/// <summary>Reads the tokens inside one tag, up to its end.</summary>
internal sealed partial class ExpressionScanner(string source, int position, int line, List<Token> tokens)
{
    private static readonly string[] Operators =
        ["//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";"];

    private readonly Stack<char> open = new();

    public int Position => position;

    public int Line => line;

    private List<Token> Tokens => tokens;

    /// <summary>The sign before the tag's end, a space where there is none, or null when the template ends first.</summary>
    public char? EndSign { get; private set; }

    /// <summary>The tokens of a whole text that is one expression.</summary>
    public static List<Token> ScanAll(string text)
    {
        var scanner = new ExpressionScanner(text, 0, 1, []);
        while (scanner.Position < text.Length)
            scanner.ReadToken();
        return scanner.Tokens;
    }

    public void Scan(TokenKind endKind)
    {
        while (position < source.Length)
        {
            if (open.Count == 0 && TryReadEnd(endKind))
                return;
            ReadToken();
        }
    }

    private bool TryReadEnd(TokenKind endKind)
    {
        var mark = endKind == TokenKind.BlockEnd ? "%}" : "}}";
        var sign = source[position] == '-' || (source[position] == '+' && endKind == TokenKind.BlockEnd) ? source[position] : ' ';
        var start = sign == ' ' ? position : position + 1;
        if (string.CompareOrdinal(source, start, mark, 0, 2) != 0)
            return false;
        tokens.Add(new Token(endKind, "", line));
        position = start + 2;
        EndSign = sign;
        return true;
    }

    private void ReadToken()
    {
        var c = source[position];
        if (PythonText.IsSpace(c))
        {
            if (c == '\n')
                line++;
            position++;
        }
        else if (char.IsAsciiDigit(c))
            ReadNumber();
        else if (char.IsLetter(c) || c == '_')
            ReadName();
        else if (c is '\'' or '"')
            ReadString(c);
        else
            ReadOperator();
    }

    private void ReadNumber()
    {
        var isAfterDot = position > 0 && source[position - 1] == '.';
        if (!isAfterDot && FloatPattern().Match(source, position) is { Success: true } number)
            Add(TokenKind.Float, number.Value.Replace("_", "", StringComparison.Ordinal), number.Length);
        else if (IntegerPattern().Match(source, position) is { Success: true } integer)
            Add(TokenKind.Integer, integer.Value.Replace("_", "", StringComparison.Ordinal), integer.Length);
        else
            throw Unexpected();
    }

    private void ReadName()
    {
        var end = position + 1;
        while (end < source.Length && (char.IsLetterOrDigit(source[end]) || source[end] == '_'
            || char.GetUnicodeCategory(source[end]) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark))
            end++;
        Add(TokenKind.Name, source[position..end], end - position);
    }

    private void ReadString(char quote)
    {
        for (var end = position + 1; end < source.Length; end++)
        {
            if (source[end] == '\\')
                end++;
            else if (source[end] == quote)
            {
                var raw = source[(position + 1)..end];
                Add(TokenKind.String, StringEscapes.Unescape(raw, line), end + 1 - position);
                line += raw.Count('\n');
                return;
            }
        }
        throw Unexpected();
    }

    private void ReadOperator()
    {
        var symbol = Operators.FirstOrDefault(o => string.CompareOrdinal(source, position, o, 0, o.Length) == 0) ?? throw Unexpected();
        if (symbol is "(" or "[" or "{")
            open.Push(symbol switch { "(" => ')', "[" => ']', _ => '}' });
        else if (symbol is ")" or "]" or "}")
        {
            if (!open.TryPop(out var expected))
                throw new TemplateSyntaxError($"unexpected '{symbol}'", line);
            if (expected != symbol[0])
                throw new TemplateSyntaxError($"unexpected '{symbol}', expected '{expected}'", line);
        }
        Add(TokenKind.Operator, symbol, symbol.Length);
    }

    private void Add(TokenKind kind, string text, int length)
    {
        tokens.Add(new Token(kind, text, line));
        position += length;
    }

    private TemplateSyntaxError Unexpected()
    {
        var text = new System.Text.StringBuilder();
        PythonText.WriteRepr(text, source[position].ToString());
        return new TemplateSyntaxError($"unexpected char {text} at {position}", line);
    }

    [GeneratedRegex(@"\G(?:[0-9]+_)*[0-9]+(?:(?:\.(?:[0-9]+_)*[0-9]+)?[eE][+-]?(?:[0-9]+_)*[0-9]+|\.(?:[0-9]+_)*[0-9]+)")]
    private static partial Regex FloatPattern();

    [GeneratedRegex(@"\G(?:0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|[1-9](?:_?[0-9])*|0(?:_?0)*)")]
    private static partial Regex IntegerPattern();
}
