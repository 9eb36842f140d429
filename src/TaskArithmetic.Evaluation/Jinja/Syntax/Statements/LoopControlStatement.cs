using TaskArithmetic.Evaluation.Jinja.Rendering;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Statements;

/// <summary><c>break</c> or <c>continue</c>.</summary>
internal sealed class LoopControlStatement(int line, Flow flow) : Statement(line)
{
    protected override Flow Run(RenderContext context) => flow;
}
