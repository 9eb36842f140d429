using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;

/// <summary><c>value if condition else alternative</c>; what is left without an alternative is lenient even where undefined is strict, as in Jinja2.</summary>
internal sealed class Conditional(int line, Expression condition, Expression value, Expression? alternative) : Expression
{
    protected override JinjaValue Compute(RenderContext context) =>
        condition.Evaluate(context).IsTrue ? value.Evaluate(context)
        : alternative is not null ? alternative.Evaluate(context)
        : new JinjaUndefined($"the inline if-expression on line {line} evaluated to false and no else section was defined.", strict: false);
}
