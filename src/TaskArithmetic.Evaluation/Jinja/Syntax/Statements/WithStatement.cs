using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Statements;

/// <summary><c>{% with name = value %}body{% endwith %}</c>.</summary>
internal sealed class WithStatement(int line, IReadOnlyList<(AssignmentTarget Target, Expression Value)> assignments, Body body) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        // All values belong to the outer scope.
        var values = assignments.Select(a => a.Value.Evaluate(context)).ToArray();
        return context.Within(new Scope(context.Scope), () =>
        {
            for (var i = 0; i < values.Length; i++)
                assignments[i].Target.Assign(context, values[i]);
            return body.Execute(context);
        });
    }
}
