using TaskArithmetic.Evaluation.Jinja.Rendering;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Statements;

/// <summary>A body that is rendered in its own scope: the tag <c>generation</c> of transformers.</summary>
internal sealed class ScopedStatement(int line, Body body) : Statement(line)
{
    protected override Flow Run(RenderContext context) => context.Within(new Scope(context.Scope), () => body.Execute(context));
}
