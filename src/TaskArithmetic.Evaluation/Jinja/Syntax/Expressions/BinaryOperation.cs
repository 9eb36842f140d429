using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;

/// <summary><c>left + right</c> and the other arithmetic operators.</summary>
internal sealed class BinaryOperation(string symbol, Expression left, Expression right) : Expression
{
    protected override JinjaValue Compute(RenderContext context)
    {
        var first = left.Evaluate(context);
        return Operators.Apply(context, symbol, first, right.Evaluate(context));
    }
}
