using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Statements;

/// <summary><c>{% set target %}body{% endset %}</c>, optionally with filters.</summary>
internal sealed class SetBlockStatement(int line, AssignmentTarget target, FilterUse? filter, Body body) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        JinjaValue text = body.Render(context, new Scope(context.Scope));
        target.Assign(context, filter is null ? text : filter.Apply(context, text));
        return Flow.Normal;
    }
}
