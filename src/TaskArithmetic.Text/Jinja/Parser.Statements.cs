using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja;

// Tags and their bodies.
internal sealed partial class Parser
{
    private static readonly Statement Nothing = _ => Flow.Normal;

    /// <summary>A statement on its line, whose every execution counts as a step.</summary>
    private static Statement At(int line, Statement run) => context =>
    {
        context.Step();
        context.Line = line;
        return run(context);
    };

    private static Statement Do(int line, Action<RenderContext> action) => At(line, context =>
    {
        action(context);
        return Flow.Normal;
    });

    /// <summary>Statements up to a block tag of one of the given names, which stays the current token.</summary>
    private Statement ParseBody(string[]? ends)
    {
        EnsureStack();
        if (ends is not null)
            endTags.Push(ends);
        var statements = new List<Statement>();
        while (!IsMark(Lexer.End))
        {
            var token = Next();
            if (token.Kind == TokenKind.Text)
                statements.Add(Do(token.Line, c => c.Write(token.Text)));
            else if (token.Text == Lexer.VariableBegin)
            {
                var value = ParseTuple();
                statements.Add(Do(token.Line, c => c.Write(value(c).ToString())));
                ExpectMark(Lexer.VariableEnd);
            }
            else if (ends is not null && Current.Kind == TokenKind.Name && ends.Contains(Current.Text))
            {
                endTags.Pop();
                return Sequence(statements);
            }
            else
            {
                statements.Add(ParseStatement());
                ExpectMark(Lexer.BlockEnd);
            }
        }
        return ends is null ? Sequence(statements) : throw UnknownTag(null, Current.Line);
    }

    private static Statement Sequence(List<Statement> statements) => context =>
    {
        foreach (var statement in statements)
        {
            if (statement(context) is var flow and not Flow.Normal)
                return flow;
        }
        return Flow.Normal;
    };

    /// <summary>The end of a tag, its body, and the name of the tag that ends it.</summary>
    private (Statement Body, string End) ParseBlock(params string[] ends)
    {
        SkipOperator(":");
        ExpectMark(Lexer.BlockEnd);
        var body = ParseBody(ends);
        return (body, Next().Text);
    }

    /// <summary>A body with a frame of its own.</summary>
    private (Statement Body, string End) ParseFrame(params string[] ends)
    {
        frameDepth++;
        var block = ParseBlock(ends);
        frameDepth--;
        return block;
    }

    private Statement ParseStatement()
    {
        if (Current.Kind != TokenKind.Name)
            throw Fail("tag name expected");
        var tag = Next();
        openTags.Push(tag.Text);
        var statement = tag.Text switch
        {
            "set" => ParseSet(tag.Line),
            "for" => ParseFor(tag.Line),
            "if" => ParseIf(tag.Line),
            "macro" => ParseMacro(tag.Line),
            "call" => ParseCallBlock(tag.Line),
            "filter" => ParseCapture(ParseBlockFilters(), "endfilter") is var text ? Do(tag.Line, c => c.Write(text(c).ToString())) : Nothing,
            "break" or "continue" when options.IsChat => ParseLoopControl(tag),
            "generation" when options.IsChat => ParseFrame("endgeneration").Body is var body ? At(tag.Line, c => c.Within(new Scope(c.Scope), () => body(c))) : Nothing,
            "block" or "extends" or "include" or "import" or "from" or "autoescape" or "print" or "with" => throw PythonError.Unsupported($"the tag '{tag.Text}'", tag.Line),
            _ => throw UnknownTag(openTags.Pop(), tag.Line),
        };
        openTags.Pop();
        return statement;
    }

    private Statement ParseSet(int line)
    {
        var target = ParseTarget(withNamespace: true, "=");
        if (SkipOperator("="))
        {
            var value = ParseTuple();
            return Do(line, c => target(c, value(c)));
        }
        var text = ParseCapture(SkipOperator("|") ? ParseBlockFilters() : c => c.BlockText, "endset");
        return Do(line, c => target(c, text(c)));
    }

    /// <summary>The text of a block after its filters.</summary>
    private Expression ParseCapture(Expression filter, string end)
    {
        var body = ParseFrame(end).Body;
        return c =>
        {
            c.BlockText = c.Capture(new Scope(c.Scope), body);
            return filter(c);
        };
    }

    private Statement ParseFor(int line)
    {
        var target = ParseTarget(withNamespace: false, "in");
        Expect(SkipName("in"), "in");
        var source = ParseTuple(withConditional: false, endName: "recursive");
        var condition = SkipName("if") ? ParseExpression() : null;
        if (IsName("recursive"))
            throw PythonError.Unsupported("a recursive loop", Current.Line);
        loopDepth++;
        var (body, end) = ParseFrame("endfor", "else");
        loopDepth--;
        var otherwise = end == "else" ? ParseFrame("endfor").Body : Nothing;
        return At(line, c => Loop(c, condition is null ? source(c) : new PythonIterator(Select(c, source(c).Iterate(), c.Scope, target, condition)), target, body, otherwise));
    }

    private static Flow Loop(RenderContext context, PythonValue items, Assignment target, Statement body, Statement otherwise)
    {
        var outer = context.Scope;
        var loop = new JinjaLoop(context, items);
        var hasFinishedTurn = false;
        while (loop.MoveNext())
        {
            context.Step();
            var scope = new Scope(outer);
            scope.Set("loop", loop);
            var flow = context.Within(scope, () =>
            {
                target(context, loop.Current);
                return body(context);
            });
            hasFinishedTurn |= flow == Flow.Normal;
            if (flow == Flow.Break)
                break;
        }
        // As in Jinja2, turns cut short by break or continue do not count.
        return hasFinishedTurn ? Flow.Normal : context.Within(new Scope(outer), () => otherwise(context));
    }

    private static IEnumerable<PythonValue> Select(RenderContext context, IEnumerable<PythonValue> items, Scope outer, Assignment target, Expression condition)
    {
        foreach (var item in items)
        {
            context.Step();
            var holds = context.Within(new Scope(outer), () =>
            {
                target(context, item);
                return condition(context).IsTrue;
            });
            if (holds)
                yield return item;
        }
    }

    private Statement ParseIf(int line)
    {
        var firstUnknown = unknownNames.Count;
        var branches = new List<(Expression Condition, Statement Body)>();
        var otherwise = Nothing;
        for (var end = "if"; end != "endif";)
        {
            if (end == "else")
            {
                (otherwise, end) = ParseBlock("endif");
                continue;
            }
            var condition = ParseTuple(withConditional: false);
            (var body, end) = ParseBlock("elif", "else", "endif");
            branches.Add((condition, body));
        }
        ForgiveUnknownNames(firstUnknown);
        // No scope of its own: what a branch sets stays set.
        return At(line, c =>
        {
            foreach (var (condition, body) in branches)
            {
                if (condition(c).IsTrue)
                    return body(c);
            }
            return otherwise(c);
        });
    }

    private Statement ParseMacro(int line)
    {
        var definition = ParseMacroBody(ExpectName(), null, "endmacro");
        return Do(line, c => c.Scope.Set(definition.Name, new JinjaMacro(c, definition)));
    }

    private Statement ParseCallBlock(int line)
    {
        var parameters = IsOperator("(") ? ParseParameters() : [];
        var called = ParseExpression();
        var (node, callee, arguments) = lastCall;
        if (called != node)
            throw Fail("expected call", line);
        var definition = ParseMacroBody("caller", parameters, "endcall");
        return Do(line, c => c.Write(callee(c).Call(c, arguments.Evaluate(c, caller: new JinjaMacro(c, definition))).ToString()));
    }

    private MacroDefinition ParseMacroBody(string name, List<(string, Expression?)>? parameters, string end)
    {
        var (outerLoops, outerUsesCaller) = (loopDepth, usesCaller);
        (loopDepth, usesCaller) = (0, false);
        macroDepth++;
        var definition = new MacroDefinition(name, parameters ?? ParseParameters(), ParseFrame(end).Body, usesCaller);
        macroDepth--;
        (loopDepth, usesCaller) = (outerLoops, usesCaller | outerUsesCaller);
        return definition;
    }

    private List<(string Name, Expression? Default)> ParseParameters()
    {
        var hasDefaults = false;
        return ParseItems("(", ")", () =>
        {
            var name = ExpectName();
            if (hasDefaults && !IsOperator("="))
                throw Fail("non-default argument follows default argument");
            hasDefaults |= IsOperator("=");
            return (name, SkipOperator("=") ? ParseExpression() : null);
        });
    }

    private Statement ParseLoopControl(Token tag)
    {
        if (loopDepth == 0)
            throw Fail(tag.Text == "break" ? "'break' outside loop" : "'continue' not properly in loop", tag.Line);
        var flow = tag.Text == "break" ? Flow.Break : Flow.Continue;
        return At(tag.Line, _ => flow);
    }

    private Assignment ParseTarget(bool withNamespace, string end)
    {
        var targets = new List<Assignment>();
        do
        {
            if (targets.Count > 0 && (IsTupleEnd() || IsName(end) || IsOperator(end)))
                return Unpack(targets);
            targets.Add(ParseSingleTarget(withNamespace));
        }
        while (SkipOperator(","));
        return targets.Count == 1 ? targets[0] : Unpack(targets);
    }

    private static Assignment Unpack(List<Assignment> targets) => (context, value) =>
    {
        if (!value.IsIterable)
            throw PythonError.Type($"cannot unpack non-iterable {value.TypeName} object");
        var items = value.Iterate().Take(targets.Count + 1).ToArray();
        if (items.Length < targets.Count)
            throw PythonError.Value($"not enough values to unpack (expected {targets.Count}, got {items.Length})");
        if (items.Length > targets.Count)
            throw PythonError.Value($"too many values to unpack (expected {targets.Count})");
        for (var i = 0; i < items.Length; i++)
            targets[i](context, items[i]);
    };

    private Assignment ParseSingleTarget(bool withNamespace)
    {
        EnsureStack();
        if (SkipOperator("("))
        {
            var inner = ParseTarget(withNamespace, ")");
            ExpectOperator(")");
            return inner;
        }
        if (Current.Kind is TokenKind.String or TokenKind.Integer or TokenKind.Float or TokenKind.Name && Current is not { Kind: TokenKind.Name, Text: not ("true" or "false" or "none" or "True" or "False" or "None") })
            throw Fail("can't assign to 'const'");
        var name = Current.Kind == TokenKind.Name ? Next().Text : throw Fail($"unexpected '{Current.Description}'");
        if (!withNamespace || !SkipOperator("."))
            return (c, value) => c.Scope.Set(name, value);
        var attribute = ExpectName();
        return (c, value) => (c.Scope.Find(name) as JinjaNamespace ?? throw new PythonError("TemplateRuntimeError", "cannot assign attribute on non-namespace object")).Set(attribute, value);
    }

    private PythonError UnknownTag(string? name, int line)
    {
        var message = name is null ? "Unexpected end of template." : $"Encountered unknown tag '{name}'.";
        if (endTags.TryPeek(out var ends))
        {
            var looking = string.Join(" or ", ends.Select(e => $"'{e}'"));
            message += name is not null && endTags.Any(e => e.Contains(name))
                ? $" You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for {looking}."
                : $" Jinja was looking for the following tags: {looking}.";
        }
        if (openTags.TryPeek(out var innermost))
            message += $" The innermost block that needs to be closed is '{innermost}'.";
        return Fail(message, line);
    }
}
