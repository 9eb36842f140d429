using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Statements;

/// <summary><c>{% filter name %}body{% endfilter %}</c>.</summary>
internal sealed class FilterBlockStatement(int line, FilterUse filter, Body body) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        var text = body.Render(context, new Scope(context.Scope));
        context.Write(filter.Apply(context, text).ToString());
        return Flow.Normal;
    }
}
