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
            var piece = operand.Evaluate(context).ToString();
            context.Charge(piece.Length);
            context.RequireLength((long)text.Length + piece.Length);
            text.Append(piece);
        }
        return new JinjaString(text.ToString());
    }
}
