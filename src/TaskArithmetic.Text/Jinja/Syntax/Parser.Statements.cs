using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Syntax.Expressions;
using TaskArithmetic.Text.Jinja.Syntax.Statements;

namespace TaskArithmetic.Text.Jinja.Syntax;

// Tags and their bodies.
internal sealed partial class Parser
{
    /// <summary>Statements up to a block tag of one of the given names, which stays the current token.</summary>
    private Body ParseBody(string[]? ends)
    {
        EnsureStack(Current.Line);
        if (ends is not null)
            endTags.Push(ends);
        var statements = new List<Statement>();
        while (Current.Kind != TokenKind.End)
        {
            var token = Next();
            switch (token.Kind)
            {
                case TokenKind.Data:
                    statements.Add(new TextOutput(token.Line, token.Text));
                    break;
                case TokenKind.VariableBegin:
                    statements.Add(new ValueOutput(token.Line, ParseTuple()));
                    Expect(TokenKind.VariableEnd);
                    break;
                default:
                    if (ends is not null && Current.Kind == TokenKind.Name && ends.Contains(Current.Text))
                    {
                        endTags.Pop();
                        return new Body(statements);
                    }
                    statements.Add(ParseStatement());
                    Expect(TokenKind.BlockEnd);
                    break;
            }
        }
        return ends is null ? new Body(statements) : throw UnknownTag(null, Current.Line);
    }

    /// <summary>The end of a tag, its body, and the name of the tag that ends it.</summary>
    private (Body Body, string End) ParseBlock(params string[] ends)
    {
        SkipOperator(":");
        Expect(TokenKind.BlockEnd);
        var body = ParseBody(ends);
        return (body, Next().Text);
    }

    /// <summary>A body with a frame of its own.</summary>
    private (Body Body, string End) ParseFrame(params string[] ends)
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
        var tag = Current;
        openTags.Push(tag.Text);
        var statement = ParseStatement(tag);
        openTags.Pop();
        return statement;
    }

    private Statement ParseStatement(Token tag)
    {
        switch (tag.Text)
        {
            case "set":
                return ParseSet();
            case "for":
                return ParseFor();
            case "if":
                return ParseIf();
            case "macro":
                return ParseMacro();
            case "call":
                return ParseCallBlock();
            case "filter":
                return ParseFilterBlock();
            case "with":
                return ParseWith();
            case "print":
                return ParsePrint();
            case "break" or "continue" when options.LoopControls:
                return ParseLoopControl();
            case "generation" when options.GenerationTag:
                Next();
                return new ScopedStatement(tag.Line, ParseFrame("endgeneration").Body);
            case "block" or "extends" or "include" or "import" or "from" or "autoescape":
                throw new TemplateSyntaxError($"the tag '{tag.Text}' is not supported", tag.Line, "UnsupportedError");
            default:
                openTags.Pop();
                throw UnknownTag(tag.Text, tag.Line);
        }
    }

    private Statement ParseSet()
    {
        var line = Next().Line;
        var target = ParseTarget(withNamespace: true, "=");
        if (SkipOperator("="))
            return new SetStatement(line, target, ParseTuple());
        var filter = IsOperator("|") ? (FilterUse)ParseFilters(null) : null;
        return new SetBlockStatement(line, target, filter, ParseFrame("endset").Body);
    }

    private Statement ParseFor()
    {
        var line = Next().Line;
        var target = ParseTarget(withNamespace: false, "in");
        ExpectName("in");
        var source = ParseTuple(withConditional: false, endName: "recursive");
        var condition = SkipName("if") ? ParseExpression() : null;
        var isRecursive = SkipName("recursive");
        loopDepth++;
        var (body, end) = ParseFrame("endfor", "else");
        loopDepth--;
        var otherwise = end == "else" ? ParseFrame("endfor").Body : Body.Empty;
        return new ForStatement(line, target, source, condition, isRecursive, body, otherwise);
    }

    private Statement ParseIf()
    {
        var line = Current.Line;
        var firstUnknown = unknownNames.Count;
        var branches = new List<(Expression, Body)>();
        var otherwise = Body.Empty;
        for (var end = Next().Text; end != "endif";)
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
        return new IfStatement(line, branches, otherwise);
    }

    private Statement ParseMacro()
    {
        var line = Next().Line;
        var name = Expect(TokenKind.Name).Text;
        return new MacroStatement(line, ParseMacroBody(name, ParseParameters, "endmacro"));
    }

    private Statement ParseCallBlock()
    {
        var line = Next().Line;
        var parameters = IsOperator("(") ? ParseParameters() : [];
        var call = ParseExpression() as Call ?? throw Fail("expected call", line);
        return new CallBlockStatement(line, call, ParseMacroBody("caller", () => parameters, "endcall"));
    }

    private MacroDefinition ParseMacroBody(string name, Func<List<(string, Expression?)>> parseParameters, string end)
    {
        var outerLoops = loopDepth;
        loopDepth = 0;
        macros.Push([]);
        var parameters = parseParameters();
        var body = ParseFrame(end).Body;
        loopDepth = outerLoops;
        return new MacroDefinition(name, parameters, body, macros.Pop());
    }

    private List<(string Name, Expression? Default)> ParseParameters()
    {
        var parameters = new List<(string Name, Expression? Default)>();
        ExpectOperator("(");
        while (!IsOperator(")"))
        {
            if (parameters.Count > 0)
                ExpectOperator(",");
            var name = Expect(TokenKind.Name).Text;
            if (SkipOperator("="))
                parameters.Add((name, ParseExpression()));
            else if (parameters.Count > 0 && parameters[^1].Default is not null)
                throw Fail("non-default argument follows default argument");
            else
                parameters.Add((name, null));
        }
        ExpectOperator(")");
        return parameters;
    }

    private Statement ParseFilterBlock()
    {
        var line = Next().Line;
        var filter = ParseFilter(null);
        while (IsOperator("|"))
        {
            Next();
            filter = ParseFilter(filter);
        }
        return new FilterBlockStatement(line, filter, ParseFrame("endfilter").Body);
    }

    private Statement ParseWith()
    {
        var line = Next().Line;
        var assignments = new List<(AssignmentTarget, Expression)>();
        while (Current.Kind != TokenKind.BlockEnd)
        {
            if (assignments.Count > 0)
                ExpectOperator(",");
            var target = ParseTarget(withNamespace: false, "=");
            ExpectOperator("=");
            assignments.Add((target, ParseExpression()));
        }
        return new WithStatement(line, assignments, ParseFrame("endwith").Body);
    }

    private Statement ParsePrint()
    {
        var line = Next().Line;
        var values = new List<Expression>();
        while (Current.Kind != TokenKind.BlockEnd)
        {
            if (values.Count > 0)
                ExpectOperator(",");
            values.Add(ParseExpression());
        }
        return new ValueOutput(line, new Concatenation(values));
    }

    private Statement ParseLoopControl()
    {
        var token = Next();
        if (loopDepth == 0)
            throw Fail(token.Text == "break" ? "'break' outside loop" : "'continue' not properly in loop", token.Line);
        return new LoopControlStatement(token.Line, token.Text == "break" ? Flow.Break : Flow.Continue);
    }

    private AssignmentTarget ParseTarget(bool withNamespace, string end)
    {
        var line = Current.Line;
        var targets = new List<AssignmentTarget>();
        var isTuple = false;
        while (true)
        {
            if (targets.Count > 0 && (IsTupleEnd() || IsName(end) || IsOperator(end)))
                break;
            targets.Add(ParseSingleTarget(withNamespace));
            if (!SkipOperator(","))
                break;
            isTuple = true;
        }
        return isTuple ? new TupleTarget(targets) : targets[0];
    }

    private AssignmentTarget ParseSingleTarget(bool withNamespace)
    {
        EnsureStack(Current.Line);
        if (SkipOperator("("))
        {
            var inner = ParseTarget(withNamespace, ")");
            ExpectOperator(")");
            return inner;
        }
        if (Current.Kind != TokenKind.Name)
            throw Fail(Current.Kind is TokenKind.String or TokenKind.Integer or TokenKind.Float ? "can't assign to 'const'" : $"unexpected '{Current.Description}'");
        var name = Next();
        if (name.Text is "true" or "false" or "none" or "True" or "False" or "None")
            throw Fail("can't assign to 'const'", name.Line);
        return withNamespace && SkipOperator(".") ? new NamespaceTarget(name.Text, Expect(TokenKind.Name).Text) : new NameTarget(name.Text);
    }

    private TemplateSyntaxError UnknownTag(string? name, int line)
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
