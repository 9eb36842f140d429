using System.Globalization;
using System.Numerics;
using TaskArithmetic.Evaluation.Jinja.Filters;
using TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;
using TaskArithmetic.Evaluation.Jinja.Tests;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax;

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
                return new Literal(new JinjaInteger(ParseInteger(token.Text)));
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
            "none" or "None" => new Literal(JinjaNone.Instance),
            _ => new Name(name),
        };
    }

    private static BigInteger ParseInteger(string text)
    {
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

    private Expression ParsePostfix(Expression value)
    {
        while (true)
        {
            if (IsOperator("."))
                value = ParseAttribute(value);
            else if (IsOperator("["))
                value = ParseSubscript(value);
            else if (IsOperator("("))
                value = new Call(value, ParseArguments());
            else
                return value;
        }
    }

    private Expression ParseFilterAndTest(Expression value)
    {
        while (true)
        {
            if (IsOperator("|"))
                value = ParseFilters(value);
            else if (SkipName("is"))
                value = ParseTest(value);
            else if (IsOperator("("))
                value = new Call(value, ParseArguments());
            else
                return value;
        }
    }

    private Expression ParseAttribute(Expression value)
    {
        Next();
        var token = Next();
        return token.Kind switch
        {
            TokenKind.Name => new AttributeAccess(value, token.Text),
            TokenKind.Integer => new ItemAccess(value, new Literal(new JinjaInteger(ParseInteger(token.Text)))),
            _ => throw Fail("expected name or number", token.Line),
        };
    }

    private Expression ParseSubscript(Expression value)
    {
        var keys = new List<Expression>();
        ExpectOperator("[");
        while (!IsOperator("]"))
        {
            if (keys.Count > 0)
                ExpectOperator(",");
            keys.Add(ParseKey());
        }
        ExpectOperator("]");
        if (keys.Count > 1 && keys.Any(key => key is SliceKey))
            throw Fail("invalid syntax: a slice within a tuple");
        return new ItemAccess(value, keys.Count == 1 ? keys[0] : new ListDisplay(keys, isTuple: true));
    }

    private Expression ParseKey()
    {
        var start = IsOperator(":") ? null : ParseExpression();
        if (!SkipOperator(":"))
            return start!;
        var stop = IsSlicePartEnd() ? null : ParseExpression();
        var step = SkipOperator(":") && !IsSlicePartEnd() ? ParseExpression() : null;
        return new SliceKey(start, stop, step);
    }

    private bool IsSlicePartEnd() => Current is { Kind: TokenKind.Operator, Text: ":" or "]" or "," };

    private CallArguments ParseArguments()
    {
        var open = Current;
        var positional = new List<Expression>();
        var keywords = new List<(string, Expression)>();
        Expression? unpacked = null, unpackedKeywords = null;
        ParseItems("(", ")", () =>
        {
            if (SkipOperator("*"))
            {
                Ensure(unpacked is null && unpackedKeywords is null);
                unpacked = ParseExpression();
            }
            else if (SkipOperator("**"))
            {
                Ensure(unpackedKeywords is null);
                unpackedKeywords = ParseExpression();
            }
            else if (Current.Kind == TokenKind.Name && Ahead is { Kind: TokenKind.Operator, Text: "=" })
            {
                Ensure(unpackedKeywords is null);
                var name = Next().Text;
                Next();
                keywords.Add((name, ParseExpression()));
            }
            else
            {
                Ensure(unpacked is null && unpackedKeywords is null && keywords.Count == 0);
                positional.Add(ParseExpression());
            }
            return true;
        });
        return new CallArguments(positional, keywords, unpacked, unpackedKeywords);

        void Ensure(bool condition)
        {
            if (!condition)
                throw Fail("invalid syntax for function call expression", open.Line);
        }
    }

    private Expression ParseFilters(Expression? value)
    {
        while (SkipOperator("|"))
            value = ParseFilter(value);
        return value!;
    }

    private FilterUse ParseFilter(Expression? value)
    {
        var (name, line) = ParseDottedName();
        var arguments = IsOperator("(") ? ParseArguments() : CallArguments.None;
        if (FilterTable.Refused.Contains(name) && !options.Filters.ContainsKey(name))
            throw new TemplateSyntaxError($"the filter '{name}' is not supported", line, "UnsupportedError");
        if (FilterTable.Find(options, name) is null)
            unknownNames.Add((new TemplateSyntaxError($"No filter named '{name}'.", line, "TemplateAssertionError"), frameDepth));
        return new FilterUse(value, name, arguments);
    }

    private Expression ParseTest(Expression value)
    {
        var isNegated = SkipName("not");
        var (name, line) = ParseDottedName();
        var arguments = IsOperator("(") ? ParseArguments() : ParseBareTestArgument();
        if (TestTable.Find(name) is null)
            unknownNames.Add((new TemplateSyntaxError($"No test named '{name}'.", line, "TemplateAssertionError"), frameDepth));
        Expression test = new TestUse(value, name, arguments);
        return isNegated ? new UnaryOperation("not", test) : test;
    }

    /// <summary>The argument of <c>x is divisibleby 3</c>.</summary>
    private CallArguments ParseBareTestArgument()
    {
        var begins = Current.Kind is TokenKind.Name or TokenKind.String or TokenKind.Integer or TokenKind.Float || IsOperator("[") || IsOperator("{");
        if (!begins || IsName("else") || IsName("or") || IsName("and"))
            return CallArguments.None;
        if (IsName("is"))
            throw Fail("You cannot chain multiple tests with is");
        return new CallArguments([ParsePostfix(ParsePrimary())], [], null, null);
    }

    private (string Name, int Line) ParseDottedName()
    {
        var token = Expect(TokenKind.Name);
        var name = token.Text;
        while (SkipOperator("."))
            name += "." + Expect(TokenKind.Name).Text;
        return (name, token.Line);
    }
}
