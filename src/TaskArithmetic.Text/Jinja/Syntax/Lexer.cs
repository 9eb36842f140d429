using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Syntax;

/// <summary>Splits a template into tokens, white space control included, by the rules of Jinja2's lexer.</summary>
internal sealed class Lexer
{
    private readonly JinjaOptions options;
    private readonly string source;
    private readonly List<Token> tokens = [];
    private int position;
    private int line = 1;

    private Lexer(string source, JinjaOptions options)
    {
        this.options = options;
        this.source = source;
    }

    public static List<Token> Tokenize(string source, JinjaOptions options)
    {
        var text = NormalizeNewlines(source);
        if (!options.KeepTrailingNewline && text.EndsWith('\n'))
            text = text[..^1];
        var lexer = new Lexer(text, options);
        lexer.Run();
        return lexer.tokens;
    }

    private void Run()
    {
        while (position < source.Length)
        {
            var tag = FindTag();
            if (tag < 0)
            {
                AddData(source[position..]);
                position = source.Length;
                break;
            }
            ReadTag(tag);
        }
        tokens.Add(new Token(TokenKind.End, "", line));
    }

    private int FindTag()
    {
        for (var i = position; i < source.Length - 1; i++)
        {
            if (source[i] == '{' && (source[i + 1] is '{' or '%' or '#'))
                return i;
        }
        return -1;
    }

    private void ReadTag(int tag)
    {
        var kind = source[tag + 1];
        var sign = tag + 2 < source.Length && (source[tag + 2] is '-' or '+') ? source[tag + 2] : ' ';
        AddData(BeforeTag(source[position..tag], sign, strips: kind != '{'), source[position..tag]);
        position = tag + (sign == ' ' ? 2 : 3);
        switch (kind)
        {
            case '#':
                SkipComment();
                break;
            case '%' when RawBodyStart() is { } start:
                ReadRaw(start);
                break;
            case '%':
                tokens.Add(new Token(TokenKind.BlockBegin, "", line));
                ReadExpressionTokens(TokenKind.BlockEnd);
                break;
            default:
                tokens.Add(new Token(TokenKind.VariableBegin, "", line));
                ReadExpressionTokens(TokenKind.VariableEnd);
                break;
        }
    }

    /// <summary>The text before a tag, less what the tag's sign or lstrip_blocks takes away.</summary>
    private string BeforeTag(string text, char sign, bool strips)
    {
        if (sign == '-')
            return PythonText.Strip(text, null, start: false);
        if (sign == '+' || !options.LstripBlocks || !strips)
            return text;
        var lineStart = text.LastIndexOf('\n') + 1;
        var startsLine = lineStart > 0 || position == 0 || source[position - 1] == '\n';
        return startsLine && IsAllSpace(text, lineStart) ? text[..lineStart] : text;
    }

    private static bool IsAllSpace(string text, int start)
    {
        for (var i = start; i < text.Length; i++)
        {
            if (!PythonText.IsSpace(text[i]))
                return false;
        }
        return true;
    }

    private void AddData(string kept, string? whole = null)
    {
        if (kept.Length > 0)
            tokens.Add(new Token(TokenKind.Data, kept, line));
        line += (whole ?? kept).Count('\n');
    }

    private void SkipComment()
    {
        var end = source.IndexOf("#}", position, StringComparison.Ordinal);
        if (end < 0)
            throw new TemplateSyntaxError("Missing end of comment tag", line);
        var sign = end > position ? source[end - 1] : ' ';
        Advance(AfterTag(end + 2, sign, trims: true));
    }

    /// <summary>Where the text goes on after a tag that ends before <paramref name="end"/>.</summary>
    private int AfterTag(int end, char sign, bool trims)
    {
        if (sign == '-')
        {
            while (end < source.Length && PythonText.IsSpace(source[end]))
                end++;
        }
        else if (sign != '+' && trims && options.TrimBlocks && end < source.Length && source[end] == '\n')
        {
            end++;
        }
        return end;
    }

    private void Advance(int to)
    {
        line += source.AsSpan(position, to - position).Count('\n');
        position = to;
    }

    private int SkipSpace(int from)
    {
        while (from < source.Length && PythonText.IsSpace(source[from]))
            from++;
        return from;
    }

    /// <summary>Where the body of a raw block starts if the tag at the current place opens one.</summary>
    private int? RawBodyStart()
    {
        var word = SkipSpace(position);
        if (string.CompareOrdinal(source, word, "raw", 0, 3) != 0)
            return null;
        var end = SkipSpace(word + 3);
        if (string.CompareOrdinal(source, end, "-%}", 0, 3) == 0)
            return SkipSpace(end + 3);
        return string.CompareOrdinal(source, end, "%}", 0, 2) == 0 ? end + 2 : null;
    }

    private void ReadRaw(int start)
    {
        Advance(start);
        for (var tag = source.IndexOf("{%", position, StringComparison.Ordinal); tag >= 0; tag = source.IndexOf("{%", tag + 2, StringComparison.Ordinal))
        {
            var inner = tag + 2;
            var sign = inner < source.Length && (source[inner] is '-' or '+') ? source[inner++] : ' ';
            var word = SkipSpace(inner);
            if (string.CompareOrdinal(source, word, "endraw", 0, 6) != 0)
                continue;
            var end = SkipSpace(word + 6);
            var endSign = end < source.Length && (source[end] is '-' or '+') ? source[end++] : ' ';
            if (string.CompareOrdinal(source, end, "%}", 0, 2) != 0)
                continue;
            var text = source[position..tag];
            AddData(BeforeTag(text, sign, strips: true), text);
            position = tag;
            Advance(AfterTag(end + 2, endSign, trims: true));
            return;
        }
        throw new TemplateSyntaxError("Missing end of raw directive", line);
    }

    private void ReadExpressionTokens(TokenKind endKind)
    {
        var scanner = new ExpressionScanner(source, position, line, tokens);
        scanner.Scan(endKind);
        position = scanner.Position;
        line = scanner.Line;
        if (scanner.EndSign is { } sign)
            Advance(AfterTag(position, sign, trims: endKind == TokenKind.BlockEnd));
    }

    public static string NormalizeNewlines(string text) =>
        text.Contains('\r') ? text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n') : text;
}
