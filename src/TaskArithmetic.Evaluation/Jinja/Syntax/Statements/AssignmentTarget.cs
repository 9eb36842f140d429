using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Statements;

/// <summary>What <c>set</c> and <c>for</c> assign to: a name, an attribute of a namespace, or a tuple of those.</summary>
internal abstract record AssignmentTarget
{
    public abstract void Assign(RenderContext context, JinjaValue value);
}
