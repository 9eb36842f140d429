using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;

/// <summary><c>value[key]</c>.</summary>
internal sealed class ItemAccess(Expression value, Expression key) : Expression
{
    protected override JinjaValue Compute(RenderContext context)
    {
        var container = value.Evaluate(context);
        var index = key.Evaluate(context);
        if (index is JinjaSlice)
            context.SpendOn(container);
        return Lookup.Item(context, container, index);
    }
}
