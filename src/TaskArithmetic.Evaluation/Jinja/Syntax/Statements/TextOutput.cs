using TaskArithmetic.Evaluation.Jinja.Rendering;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Statements;

/// <summary>Text outside of tags.</summary>
internal sealed class TextOutput(int line, string text) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        context.Write(text);
        return Flow.Normal;
    }
}
