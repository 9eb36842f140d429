using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja;

/// <summary>Splits a template into tokens, white space control included, by the rules of Jinja2's lexer.</summary>
internal sealed class Lexer
{
    // The marks, as Jinja2's messages name them.
    public const string VariableBegin = "begin of print statement";
    public const string VariableEnd = "end of print statement";
    public const string BlockBegin = "begin of statement block";
    public const string BlockEnd = "end of statement block";
    public const string End = "end of template";

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
        var text = source.Contains('\r') ? source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n') : source;
        var lexer = new Lexer(!options.KeepTrailingNewline && text.EndsWith('\n') ? text[..^1] : text, options);
        lexer.Run();
        return lexer.tokens;
    }

    private void Run()
    {
        while (FindTag() is >= 0 and var tag)
            ReadTag(tag);
        AddText(source[position..]);
        tokens.Add(new Token(TokenKind.Mark, End, line));
    }

    private int FindTag()
    {
        var tag = source.IndexOf('{', position);
        while (tag >= 0 && !(tag + 1 < source.Length && source[tag + 1] is '{' or '%' or '#'))
            tag = source.IndexOf('{', tag + 1);
        return tag;
    }

    private void ReadTag(int tag)
    {
        var kind = source[tag + 1];
        var sign = SignAt(tag + 2);
        var text = source[position..tag];
        AddText(BeforeTag(text, sign, strips: kind != '{'));
        Advance(tag);
        position += sign == ' ' ? 2 : 3;
        if (kind == '#')
        {
            var end = source.IndexOf("#}", position, StringComparison.Ordinal);
            if (end < 0)
                throw new PythonError("SyntaxError", "Missing end of comment tag", line);
            Advance(AfterTag(end + 2, end > position ? source[end - 1] : ' ', trims: true));
        }
        else if (kind == '%' && RawBodyStart() is { } start)
            ReadRaw(start);
        else
            ReadExpression(kind == '%');
    }

    private char SignAt(int place) => place < source.Length && source[place] is '-' or '+' ? source[place] : ' ';

    private bool IsAt(int place, string text) => string.CompareOrdinal(source, place, text, 0, text.Length) == 0;

    /// <summary>The text before a tag, less what the tag's sign or lstrip_blocks takes away.</summary>
    private string BeforeTag(string text, char sign, bool strips)
    {
        if (sign == '-')
            return PythonText.Strip(text, null, start: false);
        if (sign == '+' || !options.LstripBlocks || !strips)
            return text;
        var lineStart = text.LastIndexOf('\n') + 1;
        var startsLine = lineStart > 0 || position == 0 || source[position - 1] == '\n';
        return startsLine && text.Skip(lineStart).All(PythonText.IsSpace) ? text[..lineStart] : text;
    }

    /// <summary>Where the text goes on after a tag that ends before <paramref name="end"/>.</summary>
    private int AfterTag(int end, char sign, bool trims) => sign == '-' ? SkipSpace(end)
        : sign != '+' && trims && options.TrimBlocks && end < source.Length && source[end] == '\n' ? end + 1
        : end;

    private void AddText(string text)
    {
        if (text.Length > 0)
            tokens.Add(new Token(TokenKind.Text, text, line));
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
        var end = SkipSpace(word + 3);
        return !IsAt(word, "raw") ? null : IsAt(end, "-%}") ? SkipSpace(end + 3) : IsAt(end, "%}") ? end + 2 : null;
    }

    private void ReadRaw(int start)
    {
        Advance(start);
        for (var tag = source.IndexOf("{%", position, StringComparison.Ordinal); tag >= 0; tag = source.IndexOf("{%", tag + 2, StringComparison.Ordinal))
        {
            var sign = SignAt(tag + 2);
            var word = SkipSpace(tag + (sign == ' ' ? 2 : 3));
            var end = SkipSpace(word + 6);
            var endSign = SignAt(end);
            if (!IsAt(word, "endraw") || !IsAt(end += endSign == ' ' ? 0 : 1, "%}"))
                continue;
            AddText(BeforeTag(source[position..tag], sign, strips: true));
            Advance(AfterTag(end + 2, endSign, trims: true));
            return;
        }
        throw new PythonError("SyntaxError", "Missing end of raw directive", line);
    }

    private void ReadExpression(bool isBlock)
    {
        tokens.Add(new Token(TokenKind.Mark, isBlock ? BlockBegin : VariableBegin, line));
        var scanner = new PythonScanner(source, position, line);
        while (true)
        {
            scanner.SkipSpace();
            (position, line) = (scanner.Position, scanner.Line);
            var sign = SignAt(position) is var found && (isBlock || found == '-') ? found : ' ';
            var end = position + (sign == ' ' ? 0 : 1);
            if (!scanner.IsNested && IsAt(end, isBlock ? "%}" : "}}"))
            {
                tokens.Add(new Token(TokenKind.Mark, isBlock ? BlockEnd : VariableEnd, line));
                Advance(AfterTag(end + 2, sign, trims: isBlock));
                return;
            }
            if (scanner.Read() is not { } token)
                return;
            tokens.Add(token);
        }
    }
}
