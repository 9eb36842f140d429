using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Syntax.Expressions;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Syntax.Statements;

/// <summary>What <c>set</c> and <c>for</c> assign to: a name, an attribute of a namespace, or a tuple of those.</summary>
internal abstract record AssignmentTarget
{
    public abstract void Assign(RenderContext context, PythonValue value);
}

/// <summary>Statements in order.</summary>
internal sealed class Body(IReadOnlyList<Statement> statements)
{
    public static Body Empty { get; } = new([]);

    public bool IsEmpty => statements.Count == 0;

    public Flow Execute(RenderContext context)
    {
        foreach (var statement in statements)
        {
            if (statement.Execute(context) is var flow and not Flow.Normal)
                return flow;
        }
        return Flow.Normal;
    }

    /// <summary>The text the statements write, run in a scope of their own.</summary>
    public string Render(RenderContext context, Scope scope) =>
        context.Capture(() => context.Within(scope, () => Execute(context)));
}

/// <summary><c>{% call(parameters) callee(arguments) %}body{% endcall %}</c>.</summary>
internal sealed class CallBlockStatement(int line, Call call, MacroDefinition body) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        context.Write(call.Invoke(context, new JinjaMacro(body, context.Scope)).ToString());
        return Flow.Normal;
    }
}

/// <summary><c>{% filter name %}body{% endfilter %}</c>.</summary>
internal sealed class FilterBlockStatement(int line, FilterUse filter, Body body) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        var text = body.Render(context, new Scope(context.Scope));
        context.Write(filter.Apply(context, text).ToString());
        return Flow.Normal;
    }
}

/// <summary><c>if</c>, <c>elif</c> and <c>else</c>; they open no scope.</summary>
internal sealed class IfStatement(int line, IReadOnlyList<(Expression Condition, Body Body)> branches, Body otherwise) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        foreach (var (condition, body) in branches)
        {
            if (condition.Evaluate(context).IsTrue)
                return body.Execute(context);
        }
        return otherwise.Execute(context);
    }
}

/// <summary><c>break</c> or <c>continue</c>.</summary>
internal sealed class LoopControlStatement(int line, Flow flow) : Statement(line)
{
    protected override Flow Run(RenderContext context) => flow;
}

/// <summary>Name, parameters and body of a macro, or of the body of a <c>call</c> block.</summary>
internal sealed record MacroDefinition(string Name, IReadOnlyList<(string Name, Expression? Default)> Parameters, Body Body, IReadOnlySet<string> UsedNames);

/// <summary><c>{% macro name(parameters) %}body{% endmacro %}</c>.</summary>
internal sealed class MacroStatement(int line, MacroDefinition definition) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        context.Scope.Set(definition.Name, new JinjaMacro(definition, context.Scope));
        return Flow.Normal;
    }
}

/// <summary>A variable of the innermost scope.</summary>
internal sealed record NameTarget(string Name) : AssignmentTarget
{
    public override void Assign(RenderContext context, PythonValue value) => context.Scope.Set(Name, value);
}

/// <summary>An attribute of a namespace.</summary>
internal sealed record NamespaceTarget(string Name, string Attribute) : AssignmentTarget
{
    public override void Assign(RenderContext context, PythonValue value)
    {
        if (context.Scope.Find(Name) is not JinjaNamespace space)
            throw new RenderError("TemplateRuntimeError", "cannot assign attribute on non-namespace object");
        space.Set(Attribute, value);
    }
}

/// <summary>A body that is rendered in its own scope: the tag <c>generation</c> of transformers.</summary>
internal sealed class ScopedStatement(int line, Body body) : Statement(line)
{
    protected override Flow Run(RenderContext context) => context.Within(new Scope(context.Scope), () => body.Execute(context));
}

/// <summary><c>{% set target %}body{% endset %}</c>, optionally with filters.</summary>
internal sealed class SetBlockStatement(int line, AssignmentTarget target, FilterUse? filter, Body body) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        PythonValue text = body.Render(context, new Scope(context.Scope));
        target.Assign(context, filter is null ? text : filter.Apply(context, text));
        return Flow.Normal;
    }
}

/// <summary><c>{% set target = value %}</c>.</summary>
internal sealed class SetStatement(int line, AssignmentTarget target, Expression value) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        target.Assign(context, value.Evaluate(context));
        return Flow.Normal;
    }
}

/// <summary>A part of a template that does something.</summary>
internal abstract class Statement(int line)
{
    public int Line => line;

    public Flow Execute(RenderContext context)
    {
        context.Step();
        context.Line = line;
        return Run(context);
    }

    protected abstract Flow Run(RenderContext context);
}

/// <summary>Text outside of tags.</summary>
internal sealed class TextOutput(int line, string text) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        context.Write(text);
        return Flow.Normal;
    }
}

/// <summary>Several targets that take the items of one value.</summary>
internal sealed record TupleTarget(IReadOnlyList<AssignmentTarget> Targets) : AssignmentTarget
{
    public override void Assign(RenderContext context, PythonValue value)
    {
        if (!value.IsIterable)
            throw RenderError.Type($"cannot unpack non-iterable {value.TypeName} object");
        var items = value.Iterate().Take(Targets.Count + 1).ToArray();
        if (items.Length < Targets.Count)
            throw RenderError.Value($"not enough values to unpack (expected {Targets.Count}, got {items.Length})");
        if (items.Length > Targets.Count)
            throw RenderError.Value($"too many values to unpack (expected {Targets.Count})");
        for (var i = 0; i < items.Length; i++)
            Targets[i].Assign(context, items[i]);
    }
}

/// <summary><c>{{ value }}</c>.</summary>
internal sealed class ValueOutput(int line, Expression value) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        context.Write(value.Evaluate(context).ToString());
        return Flow.Normal;
    }
}

/// <summary><c>{% with name = value %}body{% endwith %}</c>.</summary>
internal sealed class WithStatement(int line, IReadOnlyList<(AssignmentTarget Target, Expression Value)> assignments, Body body) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        // All values belong to the outer scope.
        var values = assignments.Select(a => a.Value.Evaluate(context)).ToArray();
        return context.Within(new Scope(context.Scope), () =>
        {
            for (var i = 0; i < values.Length; i++)
                assignments[i].Target.Assign(context, values[i]);
            return body.Execute(context);
        });
    }
}
