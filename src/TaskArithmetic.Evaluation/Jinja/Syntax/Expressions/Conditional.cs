using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;

/// <summary><c>value if condition else alternative</c>.</summary>
internal sealed class Conditional(int line, Expression condition, Expression value, Expression? alternative) : Expression
{
    protected override JinjaValue Compute(RenderContext context) =>
        condition.Evaluate(context).IsTrue ? value.Evaluate(context)
        : alternative is not null ? alternative.Evaluate(context)
        : context.Undefined($"the inline if-expression on line {line} evaluated to false and no else section was defined.");
}
