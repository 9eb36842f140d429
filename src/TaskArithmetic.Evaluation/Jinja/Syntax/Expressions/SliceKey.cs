using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;

/// <summary><c>start:stop:step</c> between brackets.</summary>
internal sealed class SliceKey(Expression? start, Expression? stop, Expression? step) : Expression
{
    protected override JinjaValue Compute(RenderContext context) => new JinjaSlice(Bound(start, context), Bound(stop, context), Bound(step, context));

    private static int? Bound(Expression? part, RenderContext context) => part is null ? null : Slicing.Bound(part.Evaluate(context));
}
