using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;

/// <summary><c>value|name(arguments)</c>; the value is null for the first filter of a filter block, which gets the block's text.</summary>
internal sealed class FilterUse(Expression? value, string name, CallArguments arguments) : Expression
{
    protected override JinjaValue Compute(RenderContext context) => Apply(context, null);

    public JinjaValue Apply(RenderContext context, JinjaValue? blockText)
    {
        context.Step();
        var input = value switch
        {
            null => blockText!,
            FilterUse inner => inner.Apply(context, blockText),
            _ => value.Evaluate(context),
        };
        return Filters.FilterTable.Find(context.Options, name) is { } filter
            ? filter(arguments.Evaluate(context, input))
            : throw new RenderError("TemplateRuntimeError", $"No filter named '{name}' found.");
    }
}
