using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Statements;

/// <summary>An attribute of a namespace.</summary>
internal sealed record NamespaceTarget(string Name, string Attribute) : AssignmentTarget
{
    public override void Assign(RenderContext context, JinjaValue value)
    {
        if (context.Scope.Find(Name) is not JinjaNamespace space)
            throw new RenderError("TemplateRuntimeError", "cannot assign attribute on non-namespace object");
        space.Set(Attribute, value);
    }
}
