using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;

/// <summary><c>value.name</c>.</summary>
internal sealed class AttributeAccess(Expression value, string name) : Expression
{
    protected override JinjaValue Compute(RenderContext context) => Lookup.Attribute(context, value.Evaluate(context), name);
}
