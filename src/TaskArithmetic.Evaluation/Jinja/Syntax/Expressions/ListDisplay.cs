using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;

/// <summary><c>[a, b]</c> or <c>(a, b)</c>.</summary>
internal sealed class ListDisplay(IReadOnlyList<Expression> items, bool isTuple) : Expression
{
    public IReadOnlyList<Expression> Items => items;

    public bool IsTuple => isTuple;

    protected override JinjaValue Compute(RenderContext context)
    {
        var values = new JinjaValue[items.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = items[i].Evaluate(context);
        return isTuple ? new JinjaTuple(values) : new JinjaList(values);
    }
}
