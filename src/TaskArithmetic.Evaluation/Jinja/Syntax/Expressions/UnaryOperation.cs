using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;

/// <summary><c>-operand</c>, <c>+operand</c> or <c>not operand</c>.</summary>
internal sealed class UnaryOperation(string symbol, Expression operand) : Expression
{
    protected override JinjaValue Compute(RenderContext context)
    {
        var value = operand.Evaluate(context);
        return symbol switch
        {
            "not" => !value.IsTrue,
            "-" => Operators.Negate(value),
            _ => Operators.Plus(value),
        };
    }
}
