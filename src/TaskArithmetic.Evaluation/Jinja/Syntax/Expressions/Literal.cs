using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;

/// <summary>A constant.</summary>
internal sealed class Literal(JinjaValue value) : Expression
{
    protected override JinjaValue Compute(RenderContext context) => value;
}
