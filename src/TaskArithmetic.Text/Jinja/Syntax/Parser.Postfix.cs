using TaskArithmetic.Text.Jinja.Filters;
using TaskArithmetic.Text.Jinja.Syntax.Expressions;
using TaskArithmetic.Text.Jinja.Tests;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Syntax;

// What follows a value: attributes, items, calls, filters and tests.
internal sealed partial class Parser
{
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
            TokenKind.Integer => new ItemAccess(value, new Literal(new PythonInteger(ParseInteger(token.Text)))),
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
