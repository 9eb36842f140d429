using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Statements;

/// <summary><c>{% call(parameters) callee(arguments) %}body{% endcall %}</c>.</summary>
internal sealed class CallBlockStatement(int line, Call call, MacroDefinition body) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        context.Write(call.Invoke(context, new JinjaMacro(body, context.Scope)).ToString());
        return Flow.Normal;
    }
}
