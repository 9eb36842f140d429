using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;

/// <summary>A variable.</summary>
internal sealed class Name(string identifier) : Expression
{
    public string Identifier => identifier;

    protected override JinjaValue Compute(RenderContext context) =>
        context.Scope.Find(identifier) ?? context.Undefined($"'{identifier}' is undefined");
}
