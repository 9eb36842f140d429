using TaskArithmetic.Evaluation.Jinja.Rendering;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Statements;

/// <summary>A part of a template that does something.</summary>
internal abstract class Statement(int line)
{
    public int Line => line;

    public Flow Execute(RenderContext context)
    {
        context.Step();
        context.Line = line;
        return Run(context);
    }

    protected abstract Flow Run(RenderContext context);
}
