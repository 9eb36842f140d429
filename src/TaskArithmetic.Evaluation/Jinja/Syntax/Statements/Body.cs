using TaskArithmetic.Evaluation.Jinja.Rendering;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Statements;

/// <summary>Statements in order.</summary>
internal sealed class Body(IReadOnlyList<Statement> statements)
{
    public static Body Empty { get; } = new([]);

    public bool IsEmpty => statements.Count == 0;

    public Flow Execute(RenderContext context)
    {
        foreach (var statement in statements)
        {
            if (statement.Execute(context) is var flow and not Flow.Normal)
                return flow;
        }
        return Flow.Normal;
    }

    /// <summary>The text the statements write, run in a scope of their own.</summary>
    public string Render(RenderContext context, Scope scope) =>
        context.Capture(() => context.Within(scope, () => Execute(context)));
}
