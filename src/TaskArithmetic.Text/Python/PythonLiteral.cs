using System.Globalization;
using System.Runtime.CompilerServices;

namespace TaskArithmetic.Text.Python;

/// <summary>
/// Reads what Python's <c>ast.literal_eval</c> reads: lm-evaluation-harness turns a rendered list such as
/// <c>['a', 'b']</c> back into a list this way. Sets, bytes and complex numbers are not read.
/// </summary>
internal sealed class PythonLiteral
{
    private readonly List<Token> tokens = [];
    private int index;

    private PythonLiteral(string text)
    {
        var scanner = new PythonScanner(text);
        scanner.SkipSpace();
        for (; scanner.Read() is { } token; scanner.SkipSpace())
            tokens.Add(token);
    }

    private Token? Current => index < tokens.Count ? tokens[index] : null;

    /// <summary>Reads text as a Python literal.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The value, or null when the text is no literal: Python would raise a SyntaxError or ValueError.</returns>
    public static PythonValue? Parse(string text)
    {
        try
        {
            var reader = new PythonLiteral(text);
            return reader.ReadTuple() is { } value && reader.Current is null ? value : null;
        }
        catch (PythonError)
        {
            // The scanner and the hash of a key refuse by exception; here that means "no literal".
            return null;
        }
    }

    private bool Skip(string symbol)
    {
        if (Current is not { Kind: TokenKind.Operator } token || token.Text != symbol)
            return false;
        index++;
        return true;
    }

    /// <summary>A value, or several with commas between them.</summary>
    private PythonValue? ReadTuple()
    {
        if (ReadValue() is not { } first)
            return null;
        var items = new List<PythonValue> { first };
        var isTuple = false;
        while (Skip(","))
        {
            isTuple = true;
            if (Current is null or { Kind: TokenKind.Operator, Text: ")" })
                break;
            if (ReadValue() is not { } next)
                return null;
            items.Add(next);
        }
        return isTuple ? new PythonTuple(items) : first;
    }

    private PythonValue? ReadValue()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack() || Current is not { } token)
            return null;
        index++;
        return (token.Kind, token.Text) switch
        {
            (TokenKind.String, var text) => ReadText(text),
            // Python, unlike Jinja, has no decimal numbers with leading zeros.
            (TokenKind.Integer, var digits) => NumberText.ParseInteger(digits, 0) is { } value ? new PythonInteger(value) : null,
            (TokenKind.Float, var digits) => double.Parse(digits, CultureInfo.InvariantCulture),
            (TokenKind.Name, "True") => true,
            (TokenKind.Name, "False") => false,
            (TokenKind.Name, "None") => PythonNone.Instance,
            (TokenKind.Operator, "-" or "+") => ReadValue() is var number and (PythonInteger or PythonFloat) ? Operators.Sign(token.Text, number) : null,
            (TokenKind.Operator, "(") => Skip(")") ? new PythonTuple() : ReadTuple() is { } inner && Skip(")") ? inner : null,
            (TokenKind.Operator, "[") => ReadItems("]", ReadValue) is { } items ? new PythonList(items) : null,
            (TokenKind.Operator, "{") => ReadItems("}", ReadEntry) is { } entries ? new PythonDictionary(entries.Select(e => e!.Value)) : null,
            _ => null,
        };
    }

    private PythonString ReadText(string text)
    {
        for (; Current is { Kind: TokenKind.String } next; index++)
            text += next.Text;
        return new PythonString(text);
    }

    private KeyValuePair<PythonValue, PythonValue>? ReadEntry() =>
        ReadValue() is { } key && Skip(":") && ReadValue() is { } value ? KeyValuePair.Create(key, value) : null;

    private List<T>? ReadItems<T>(string close, Func<T?> read)
    {
        var items = new List<T>();
        while (!Skip(close))
        {
            if (items.Count > 0 && !Skip(","))
                return null;
            if (items.Count > 0 && Skip(close))
                break;
            if (read() is not { } item)
                return null;
            items.Add(item);
        }
        return items;
    }
}
