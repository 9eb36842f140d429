using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;

/// <summary>A part of a template that has a value.</summary>
internal abstract class Expression
{
    public JinjaValue Evaluate(RenderContext context)
    {
        context.Step();
        return Compute(context);
    }

    protected abstract JinjaValue Compute(RenderContext context);
}
