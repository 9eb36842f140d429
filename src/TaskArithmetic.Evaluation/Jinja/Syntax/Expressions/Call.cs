using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;

/// <summary><c>callee(arguments)</c>.</summary>
internal sealed class Call(Expression callee, CallArguments arguments) : Expression
{
    protected override JinjaValue Compute(RenderContext context) => Invoke(context, null);

    /// <summary>Calls with the body of a <c>call</c> block as the keyword argument <c>caller</c>.</summary>
    public JinjaValue Invoke(RenderContext context, JinjaValue? caller)
    {
        var function = callee.Evaluate(context);
        var values = arguments.Evaluate(context);
        if (caller is not null)
            values = new JinjaArguments(context, values.Positional, new OrderedDictionary<string, JinjaValue>(values.Keywords) { ["caller"] = caller });
        return function.Call(values);
    }
}
