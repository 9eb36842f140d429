using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;

/// <summary><c>a &lt; b == c</c>: every neighbouring pair must hold; what comes after a pair that does not is left unevaluated.</summary>
internal sealed class ComparisonChain(Expression first, IReadOnlyList<(string Symbol, Expression Operand)> rest) : Expression
{
    protected override JinjaValue Compute(RenderContext context)
    {
        var left = first.Evaluate(context);
        foreach (var (symbol, operand) in rest)
        {
            var right = operand.Evaluate(context);
            if (!Comparison.Holds(context, symbol, left, right))
                return false;
            left = right;
        }
        return true;
    }
}
