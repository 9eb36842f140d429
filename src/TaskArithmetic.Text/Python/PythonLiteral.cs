using System.Globalization;
using System.Runtime.CompilerServices;
using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Syntax;
using TaskArithmetic.Text.Jinja.Values;

namespace TaskArithmetic.Text.Python;

/// <summary>
/// Reads what Python's <c>ast.literal_eval</c> reads: lm-evaluation-harness turns a rendered list such as
/// <c>['a', 'b']</c> back into a list this way. Sets, bytes and complex numbers are not read.
/// </summary>
internal sealed class PythonLiteral
{
    private readonly List<Token> tokens;
    private int index;

    private PythonLiteral(List<Token> tokens) => this.tokens = tokens;

    /// <summary>Reads text as a Python literal.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The value, or null when the text is no literal: Python would raise a SyntaxError or ValueError.</returns>
    public static PythonValue? Parse(string text)
    {
        try
        {
            var reader = new PythonLiteral(ExpressionScanner.ScanAll(text));
            var value = reader.ReadTuple();
            return value is not null && reader.index == reader.tokens.Count ? value : null;
        }
        catch (Exception error) when (error is TemplateSyntaxError or RenderError)
        {
            // The scanner and the hash of a key refuse by exception; here that means "no literal".
            return null;
        }
    }

    private Token? Current => index < tokens.Count ? tokens[index] : null;

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
        return token.Kind switch
        {
            TokenKind.String => ReadText(token.Text),
            TokenKind.Integer => Integer(token.Text),
            TokenKind.Float => double.Parse(token.Text, CultureInfo.InvariantCulture),
            TokenKind.Name => token.Text switch
            {
                "True" => true,
                "False" => false,
                "None" => PythonNone.Instance,
                _ => null,
            },
            _ => ReadBracketed(token.Text),
        };
    }

    private PythonValue? ReadBracketed(string symbol) => symbol switch
    {
        "-" => Signed(ReadValue(), isNegative: true),
        "+" => Signed(ReadValue(), isNegative: false),
        "(" => Skip(")") ? new PythonTuple() : ReadTuple() is { } inner && Skip(")") ? inner : null,
        "[" => ReadList(),
        "{" => ReadDictionary(),
        _ => null,
    };

    private PythonString ReadText(string text)
    {
        while (Current is { Kind: TokenKind.String } next)
        {
            text += next.Text;
            index++;
        }
        return new PythonString(text);
    }

    // Python, unlike Jinja, has no decimal numbers with leading zeros.
    private static PythonValue? Integer(string digits) => IntegerText.Parse(digits, 0) is { } value ? new PythonInteger(value) : null;

    private static PythonValue? Signed(PythonValue? value, bool isNegative) =>
        value is not (PythonInteger or PythonFloat) ? null : isNegative ? Operators.Negate(value) : value;

    private PythonValue? ReadList()
    {
        var items = new List<PythonValue>();
        while (!Skip("]"))
        {
            if ((items.Count > 0 && !Skip(",")) || (items.Count == 0 && Skip(",")))
                return null;
            if (Skip("]"))
                break;
            if (ReadValue() is not { } item)
                return null;
            items.Add(item);
        }
        return new PythonList(items);
    }

    private PythonValue? ReadDictionary()
    {
        var result = new PythonDictionary();
        for (var isFirst = true; !Skip("}"); isFirst = false)
        {
            if (!isFirst && !Skip(","))
                return null;
            if (!isFirst && Skip("}"))
                break;
            if (ReadValue() is not { } key || !Skip(":") || ReadValue() is not { } value)
                return null;
            result.Mutable[key] = value;
        }
        return result;
    }
}
