using System.Text;
using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;

/// <summary><c>a ~ b ~ c</c>: the printed forms joined.</summary>
internal sealed class Concatenation(IReadOnlyList<Expression> operands) : Expression
{
    protected override JinjaValue Compute(RenderContext context)
    {
        var text = new StringBuilder();
        foreach (var operand in operands)
        {
            text.Append(operand.Evaluate(context));
            context.Charge(text.Length);
        }
        return new JinjaString(text.ToString());
    }
}
