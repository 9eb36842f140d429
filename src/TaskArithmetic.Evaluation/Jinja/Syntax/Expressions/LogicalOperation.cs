using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;

/// <summary><c>left and right</c> or <c>left or right</c>: the operand that decides is the result, the other may stay unevaluated.</summary>
internal sealed class LogicalOperation(bool isAnd, Expression left, Expression right) : Expression
{
    protected override JinjaValue Compute(RenderContext context)
    {
        var first = left.Evaluate(context);
        return first.IsTrue == isAnd ? right.Evaluate(context) : first;
    }
}
