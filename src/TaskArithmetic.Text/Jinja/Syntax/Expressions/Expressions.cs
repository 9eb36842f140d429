using System.Text;
using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Syntax.Expressions;

/// <summary><c>value.name</c>.</summary>
internal sealed class AttributeAccess(Expression value, string name) : Expression
{
    protected override PythonValue Compute(RenderContext context) => Lookup.Attribute(context, value.Evaluate(context), name);
}

/// <summary><c>left + right</c> and the other arithmetic operators.</summary>
internal sealed class BinaryOperation(string symbol, Expression left, Expression right) : Expression
{
    protected override PythonValue Compute(RenderContext context)
    {
        var first = left.Evaluate(context);
        return Operators.Apply(context, symbol, first, right.Evaluate(context));
    }
}

/// <summary><c>callee(arguments)</c>.</summary>
internal sealed class Call(Expression callee, CallArguments arguments) : Expression
{
    protected override PythonValue Compute(RenderContext context) => Invoke(context, null);

    /// <summary>Calls with the body of a <c>call</c> block as the keyword argument <c>caller</c>.</summary>
    public PythonValue Invoke(RenderContext context, PythonValue? caller)
    {
        var function = callee.Evaluate(context);
        var values = arguments.Evaluate(context);
        if (caller is not null)
            values = new JinjaArguments(context, values.Positional, new OrderedDictionary<string, PythonValue>(values.Keywords) { ["caller"] = caller });
        return function.Call(values);
    }
}

/// <summary><c>a &lt; b == c</c>: every neighbouring pair must hold; what comes after a pair that does not is left unevaluated.</summary>
internal sealed class ComparisonChain(Expression first, IReadOnlyList<(string Symbol, Expression Operand)> rest) : Expression
{
    protected override PythonValue Compute(RenderContext context)
    {
        var left = first.Evaluate(context);
        foreach (var (symbol, operand) in rest)
        {
            var right = operand.Evaluate(context);
            if (!Comparison.Holds(context, symbol, left, right))
                return false;
            left = right;
        }
        return true;
    }
}

/// <summary><c>a ~ b ~ c</c>: the printed forms joined.</summary>
internal sealed class Concatenation(IReadOnlyList<Expression> operands) : Expression
{
    protected override PythonValue Compute(RenderContext context)
    {
        var text = new StringBuilder();
        foreach (var operand in operands)
        {
            var piece = operand.Evaluate(context).ToString();
            context.Charge(piece.Length);
            context.RequireLength((long)text.Length + piece.Length);
            text.Append(piece);
        }
        return new PythonString(text.ToString());
    }
}

/// <summary><c>value if condition else alternative</c>; what is left without an alternative is lenient even where undefined is strict, as in Jinja2.</summary>
internal sealed class Conditional(int line, Expression condition, Expression value, Expression? alternative) : Expression
{
    protected override PythonValue Compute(RenderContext context) =>
        condition.Evaluate(context).IsTrue ? value.Evaluate(context)
        : alternative is not null ? alternative.Evaluate(context)
        : new JinjaUndefined($"the inline if-expression on line {line} evaluated to false and no else section was defined.", strict: false);
}

/// <summary><c>{key: value}</c>.</summary>
internal sealed class DictionaryDisplay(IReadOnlyList<(Expression Key, Expression Value)> entries) : Expression
{
    protected override PythonValue Compute(RenderContext context)
    {
        var result = new PythonDictionary();
        foreach (var (key, value) in entries)
        {
            var name = key.Evaluate(context);
            context.SpendOn(name);
            result.Mutable[name] = value.Evaluate(context);
        }
        return result;
    }
}

/// <summary>A part of a template that has a value.</summary>
internal abstract class Expression
{
    public PythonValue Evaluate(RenderContext context)
    {
        context.Step();
        return Compute(context);
    }

    protected abstract PythonValue Compute(RenderContext context);
}

/// <summary><c>value|name(arguments)</c>; the value is null for the first filter of a filter block, which gets the block's text.</summary>
internal sealed class FilterUse(Expression? value, string name, CallArguments arguments) : Expression
{
    protected override PythonValue Compute(RenderContext context) => Apply(context, null);

    public PythonValue Apply(RenderContext context, PythonValue? blockText)
    {
        context.Step();
        var input = value switch
        {
            null => blockText!,
            FilterUse inner => inner.Apply(context, blockText),
            _ => value.Evaluate(context),
        };
        return Filters.FilterTable.Find(context.Options, name) is { } filter
            ? filter(arguments.Evaluate(context, input))
            : throw new RenderError("TemplateRuntimeError", $"No filter named '{name}' found.");
    }
}

/// <summary><c>value[key]</c>.</summary>
internal sealed class ItemAccess(Expression value, Expression key) : Expression
{
    protected override PythonValue Compute(RenderContext context)
    {
        var container = value.Evaluate(context);
        var index = key.Evaluate(context);
        if (index is PythonSlice)
            context.SpendOn(container);
        return Lookup.Item(context, container, index);
    }
}

/// <summary><c>[a, b]</c> or <c>(a, b)</c>.</summary>
internal sealed class ListDisplay(IReadOnlyList<Expression> items, bool isTuple) : Expression
{
    public IReadOnlyList<Expression> Items => items;

    public bool IsTuple => isTuple;

    protected override PythonValue Compute(RenderContext context)
    {
        var values = new PythonValue[items.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = items[i].Evaluate(context);
        return isTuple ? new PythonTuple(values) : new PythonList(values);
    }
}

/// <summary>A constant.</summary>
internal sealed class Literal(PythonValue value) : Expression
{
    protected override PythonValue Compute(RenderContext context) => value;
}

/// <summary><c>left and right</c> or <c>left or right</c>: the operand that decides is the result, the other may stay unevaluated.</summary>
internal sealed class LogicalOperation(bool isAnd, Expression left, Expression right) : Expression
{
    protected override PythonValue Compute(RenderContext context)
    {
        var first = left.Evaluate(context);
        return first.IsTrue == isAnd ? right.Evaluate(context) : first;
    }
}

/// <summary>A variable.</summary>
internal sealed class Name(string identifier) : Expression
{
    public string Identifier => identifier;

    protected override PythonValue Compute(RenderContext context) =>
        context.Scope.Find(identifier) ?? context.Undefined($"'{identifier}' is undefined");
}

/// <summary><c>start:stop:step</c> between brackets.</summary>
internal sealed class SliceKey(Expression? start, Expression? stop, Expression? step) : Expression
{
    protected override PythonValue Compute(RenderContext context) => new PythonSlice(Bound(start, context), Bound(stop, context), Bound(step, context));

    private static int? Bound(Expression? part, RenderContext context) => part is null ? null : Slicing.Bound(part.Evaluate(context));
}

/// <summary><c>value is name(arguments)</c>.</summary>
internal sealed class TestUse(Expression value, string name, CallArguments arguments) : Expression
{
    protected override PythonValue Compute(RenderContext context)
    {
        var input = value.Evaluate(context);
        return Tests.TestTable.Find(name) is { } test
            ? test(arguments.Evaluate(context, input))
            : throw new RenderError("TemplateRuntimeError", $"No test named '{name}' found.");
    }
}

/// <summary><c>-operand</c>, <c>+operand</c> or <c>not operand</c>.</summary>
internal sealed class UnaryOperation(string symbol, Expression operand) : Expression
{
    protected override PythonValue Compute(RenderContext context)
    {
        var value = operand.Evaluate(context);
        return symbol switch
        {
            "not" => !value.IsTrue,
            "-" => Operators.Negate(value),
            _ => Operators.Plus(value),
        };
    }
}
