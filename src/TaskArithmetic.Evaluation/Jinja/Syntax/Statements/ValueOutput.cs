using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Statements;

/// <summary><c>{{ value }}</c>.</summary>
internal sealed class ValueOutput(int line, Expression value) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        context.Write(value.Evaluate(context).ToString());
        return Flow.Normal;
    }
}
