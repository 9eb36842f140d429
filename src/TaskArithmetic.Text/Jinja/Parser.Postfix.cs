using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja;

/// <summary>What stands between the parentheses of a call, a filter or a test.</summary>
internal sealed record CallArguments(IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Keywords)
{
    public static CallArguments None { get; } = new([], []);

    /// <summary>The arguments' values, with <paramref name="first"/> before them unless it is null.</summary>
    public PythonArguments Evaluate(RenderContext context, PythonValue? first = null, PythonValue? caller = null)
    {
        List<PythonValue> positional = first is null ? [] : [first];
        foreach (var argument in Positional)
            positional.Add(argument(context));
        if (Keywords.Count == 0 && caller is null)
            return new PythonArguments(positional);
        var keywords = new OrderedDictionary<string, PythonValue>(StringComparer.Ordinal);
        foreach (var (name, value) in Keywords)
            keywords[name] = value(context);
        if (caller is not null)
            keywords["caller"] = caller;
        return new PythonArguments(positional, keywords);
    }
}

// What follows a value: attributes, items, calls, filters and tests.
internal sealed partial class Parser
{
    /// <summary>The call that was parsed last, for <c>call</c> blocks.</summary>
    private (Expression? Node, Expression Callee, CallArguments Arguments) lastCall = (null, _ => PythonNone.Instance, CallArguments.None);

    private Expression ParsePostfix(Expression value)
    {
        while (true)
        {
            if (IsOperator("."))
                value = ParseAttribute(value);
            else if (IsOperator("["))
                value = ParseSubscript(value);
            else if (IsOperator("("))
                value = ParseCall(value);
            else
                return value;
        }
    }

    private Expression ParseFilterAndTest(Expression value)
    {
        while (true)
        {
            if (SkipOperator("|"))
                value = ParseFilter(value);
            else if (SkipName("is"))
                value = ParseTest(value);
            else if (IsOperator("("))
                value = ParseCall(value);
            else
                return value;
        }
    }

    private Expression ParseCall(Expression callee)
    {
        var arguments = ParseArguments();
        var node = Node(c => callee(c) is var function ? function.Call(c, arguments.Evaluate(c)) : function);
        lastCall = (node, callee, arguments);
        return node;
    }

    private Expression ParseAttribute(Expression value)
    {
        Next();
        var token = Next();
        if (token.Kind == TokenKind.Name)
            return Node(c => Lookup.Attribute(c, value(c), token.Text));
        var place = token.Kind == TokenKind.Integer ? ParseInteger(token.Text) : throw Fail("expected name or number", token.Line);
        return Node(c => Lookup.Item(c, value(c), place));
    }

    private Expression ParseSubscript(Expression value)
    {
        var hasSlice = false;
        var keys = ParseItems("[", "]", () => ParseKey(ref hasSlice));
        if (keys.Count > 1 && hasSlice)
            throw Fail("invalid syntax: a slice within a tuple");
        var key = keys.Count == 1 ? keys[0] : TupleOf(keys);
        return Node(c =>
        {
            var container = value(c);
            var place = key(c);
            c.SpendOn(place is PythonSlice ? container : null);
            return Lookup.Item(c, container, place);
        });
    }

    private Expression ParseKey(ref bool isSlice)
    {
        var start = IsOperator(":") ? null : ParseExpression();
        if (!SkipOperator(":"))
            return start!;
        isSlice = true;
        var stop = IsSlicePartEnd() ? null : ParseExpression();
        var step = SkipOperator(":") && !IsSlicePartEnd() ? ParseExpression() : null;
        return Node(c => new PythonSlice(Bound(start, c), Bound(stop, c), Bound(step, c)));

        static int? Bound(Expression? part, RenderContext context) => part is null ? null : PythonSlice.Bound(part(context));
    }

    private bool IsSlicePartEnd() => IsOperator(":") || IsOperator("]") || IsOperator(",");

    private CallArguments ParseArguments()
    {
        var line = Current.Line;
        var positional = new List<Expression>();
        var keywords = new List<(string, Expression)>();
        ParseItems("(", ")", () =>
        {
            if (IsOperator("*") || IsOperator("**"))
                throw PythonError.Unsupported("an argument that is unpacked", line);
            if (Current.Kind == TokenKind.Name && Ahead is { Kind: TokenKind.Operator, Text: "=" })
            {
                var name = Next().Text;
                Next();
                keywords.Add((name, ParseExpression()));
            }
            else if (keywords.Count == 0)
                positional.Add(ParseExpression());
            else
                throw Fail("invalid syntax for function call expression", line);
            return true;
        });
        return new CallArguments(positional, keywords);
    }

    /// <summary>The filters of a block, after the first bar, applied to its text.</summary>
    private Expression ParseBlockFilters()
    {
        var value = ParseFilter(c => c.BlockText);
        while (SkipOperator("|"))
            value = ParseFilter(value);
        return value;
    }

    private Expression ParseFilter(Expression value)
    {
        var (line, name) = (Current.Line, ExpectName());
        var arguments = IsOperator("(") ? ParseArguments() : CallArguments.None;
        Check("filter", name, line, Filters.Find(options, name) is not null, Filters.Refused);
        return Node(c =>
        {
            var input = value(c);
            return Filters.Find(c.Options, name) is { } filter
                ? filter(c, arguments.Evaluate(c, input))
                : throw new PythonError("TemplateRuntimeError", $"No filter named '{name}' found.");
        });
    }

    private Expression ParseTest(Expression value)
    {
        var isNegated = SkipName("not");
        var (line, name) = (Current.Line, ExpectName());
        var arguments = IsOperator("(") ? ParseArguments() : ParseBareTestArgument();
        Check("test", name, line, Tests.Find(name) is not null, Tests.Refused);
        var test = Node(c =>
        {
            var input = value(c);
            return Tests.Find(name) is { } built
                ? built.Invoke(c, arguments.Evaluate(c, input))
                : throw new PythonError("TemplateRuntimeError", $"No test named '{name}' found.");
        });
        return isNegated ? Not(test) : test;
    }

    private void Check(string kind, string name, int line, bool isKnown, IReadOnlySet<string> refused)
    {
        if (!isKnown && refused.Contains(name))
            throw PythonError.Unsupported($"the {kind} '{name}'", line);
        if (!isKnown)
            unknownNames.Add((new PythonError("TemplateAssertionError", $"No {kind} named '{name}'.", line), frameDepth));
    }

    /// <summary>The argument of <c>x is divisibleby 3</c>.</summary>
    private CallArguments ParseBareTestArgument()
    {
        var begins = Current.Kind is TokenKind.Name or TokenKind.String or TokenKind.Integer or TokenKind.Float || IsOperator("[") || IsOperator("{");
        if (!begins || IsName("else") || IsName("or") || IsName("and"))
            return CallArguments.None;
        if (IsName("is"))
            throw Fail("You cannot chain multiple tests with is");
        return new CallArguments([ParsePostfix(ParsePrimary())], []);
    }
}
