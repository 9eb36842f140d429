using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Statements;

/// <summary>A variable of the innermost scope.</summary>
internal sealed record NameTarget(string Name) : AssignmentTarget
{
    public override void Assign(RenderContext context, JinjaValue value) => context.Scope.Set(Name, value);
}
