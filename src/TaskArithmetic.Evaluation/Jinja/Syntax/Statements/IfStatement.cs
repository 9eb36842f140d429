using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Statements;

/// <summary><c>if</c>, <c>elif</c> and <c>else</c>; they open no scope.</summary>
internal sealed class IfStatement(int line, IReadOnlyList<(Expression Condition, Body Body)> branches, Body otherwise) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        foreach (var (condition, body) in branches)
        {
            if (condition.Evaluate(context).IsTrue)
                return body.Execute(context);
        }
        return otherwise.Execute(context);
    }
}
