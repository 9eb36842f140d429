using System.Globalization;
using System.Numerics;
using TaskArithmetic.Text.Jinja.Syntax.Expressions;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Syntax;

// Operators and literals, from the loosest binding to the tightest.
internal sealed partial class Parser
{
    private Expression ParseExpression(bool withConditional = true)
    {
        EnsureStack(Current.Line);
        return withConditional ? ParseConditional() : ParseOr();
    }

    private Expression ParseConditional()
    {
        var line = Current.Line;
        var firstUnknown = unknownNames.Count;
        var value = ParseOr();
        while (SkipName("if"))
        {
            var condition = ParseOr();
            var alternative = SkipName("else") ? ParseConditional() : null;
            value = new Conditional(line, condition, value, alternative);
            ForgiveUnknownNames(firstUnknown);
            line = Current.Line;
        }
        return value;
    }

    private Expression ParseOr()
    {
        var left = ParseAnd();
        while (SkipName("or"))
            left = new LogicalOperation(isAnd: false, left, ParseAnd());
        return left;
    }

    private Expression ParseAnd()
    {
        var left = ParseNot();
        while (SkipName("and"))
            left = new LogicalOperation(isAnd: true, left, ParseNot());
        return left;
    }

    private Expression ParseNot()
    {
        EnsureStack(Current.Line);
        return SkipName("not") ? new UnaryOperation("not", ParseNot()) : ParseComparison();
    }

    private Expression ParseComparison()
    {
        var first = ParseSum();
        var rest = new List<(string, Expression)>();
        while (true)
        {
            if (Current is { Kind: TokenKind.Operator, Text: "==" or "!=" or "<" or "<=" or ">" or ">=" })
                rest.Add((Next().Text, ParseSum()));
            else if (SkipName("in"))
                rest.Add(("in", ParseSum()));
            else if (IsName("not") && Ahead is { Kind: TokenKind.Name, Text: "in" })
            {
                index += 2;
                rest.Add(("not in", ParseSum()));
            }
            else
                return rest.Count == 0 ? first : new ComparisonChain(first, rest);
        }
    }

    private Expression ParseSum()
    {
        var left = ParseConcatenation();
        while (IsOperator("+") || IsOperator("-"))
            left = new BinaryOperation(Next().Text, left, ParseConcatenation());
        return left;
    }

    private Expression ParseConcatenation()
    {
        var operands = new List<Expression> { ParseProduct() };
        while (SkipOperator("~"))
            operands.Add(ParseProduct());
        return operands.Count == 1 ? operands[0] : new Concatenation(operands);
    }

    private Expression ParseProduct()
    {
        var left = ParsePower();
        while (Current is { Kind: TokenKind.Operator, Text: "*" or "/" or "//" or "%" })
            left = new BinaryOperation(Next().Text, left, ParsePower());
        return left;
    }

    // As in Jinja2, and unlike Python, powers associate to the left and bind less than a sign before them.
    private Expression ParsePower()
    {
        var left = ParseUnary();
        while (SkipOperator("**"))
            left = new BinaryOperation("**", left, ParseUnary());
        return left;
    }

    private Expression ParseUnary(bool withFilter = true)
    {
        EnsureStack(Current.Line);
        var value = IsOperator("-") || IsOperator("+") ? new UnaryOperation(Next().Text, ParseUnary(withFilter: false)) : ParsePrimary();
        value = ParsePostfix(value);
        return withFilter ? ParseFilterAndTest(value) : value;
    }

    private Expression ParsePrimary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Name:
                Next();
                return ParseNameOrConstant(token.Text);
            case TokenKind.String:
                var text = "";
                while (Current.Kind == TokenKind.String)
                    text += Next().Text;
                return new Literal(text);
            case TokenKind.Integer:
                Next();
                return new Literal(new PythonInteger(ParseInteger(token.Text)));
            case TokenKind.Float:
                Next();
                return new Literal(double.Parse(token.Text, CultureInfo.InvariantCulture));
            case TokenKind.Operator when token.Text == "(":
                Next();
                var inner = ParseTuple(isInParentheses: true);
                ExpectOperator(")");
                return inner;
            case TokenKind.Operator when token.Text == "[":
                return new ListDisplay(ParseItems("[", "]", () => ParseExpression()), isTuple: false);
            case TokenKind.Operator when token.Text == "{":
                return new DictionaryDisplay(ParseItems("{", "}", ParseEntry));
            default:
                throw Fail($"unexpected '{token.Description}'", token.Line);
        }
    }

    private Expression ParseNameOrConstant(string name)
    {
        if (name is "caller" or "kwargs" or "varargs")
        {
            foreach (var used in macros)
                used.Add(name);
        }
        return name switch
        {
            "true" or "True" => new Literal(true),
            "false" or "False" => new Literal(false),
            "none" or "None" => new Literal(PythonNone.Instance),
            _ => new Name(name),
        };
    }

    private BigInteger ParseInteger(string text)
    {
        if (text.Length > IntegerText.MaxDigits)
            throw Fail($"an integer has more than {IntegerText.MaxDigits} digits");
        var radix = text.Length > 1 ? char.ToLowerInvariant(text[1]) : '0';
        return radix switch
        {
            'x' => BigInteger.Parse("0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            'b' or 'o' => text[2..].Aggregate(BigInteger.Zero, (value, digit) => value * (radix == 'b' ? 2 : 8) + (digit - '0')),
            _ => BigInteger.Parse(text, CultureInfo.InvariantCulture),
        };
    }

    private List<T> ParseItems<T>(string open, string close, Func<T> parseItem)
    {
        var items = new List<T>();
        ExpectOperator(open);
        while (!IsOperator(close))
        {
            if (items.Count > 0)
                ExpectOperator(",");
            if (IsOperator(close))
                break;
            items.Add(parseItem());
        }
        ExpectOperator(close);
        return items;
    }

    private (Expression Key, Expression Value) ParseEntry()
    {
        var key = ParseExpression();
        ExpectOperator(":");
        return (key, ParseExpression());
    }

    private bool IsTupleEnd() => Current.Kind is TokenKind.VariableEnd or TokenKind.BlockEnd || IsOperator(")");

    private Expression ParseTuple(bool withConditional = true, string? endName = null, bool isInParentheses = false)
    {
        var items = new List<Expression>();
        var isTuple = false;
        while (!(IsTupleEnd() || (endName is not null && IsName(endName))))
        {
            items.Add(ParseExpression(withConditional));
            if (!SkipOperator(","))
                break;
            isTuple = true;
        }
        if (!isTuple && items.Count > 0)
            return items[0];
        return isTuple || isInParentheses
            ? new ListDisplay(items, isTuple: true)
            : throw Fail($"Expected an expression, got '{Current.Description}'");
    }
}
