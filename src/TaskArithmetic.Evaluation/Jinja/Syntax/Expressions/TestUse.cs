using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;

/// <summary><c>value is name(arguments)</c>.</summary>
internal sealed class TestUse(Expression value, string name, CallArguments arguments) : Expression
{
    protected override JinjaValue Compute(RenderContext context)
    {
        var input = value.Evaluate(context);
        return Tests.TestTable.Find(name) is { } test
            ? test(arguments.Evaluate(context, input))
            : throw new RenderError("TemplateRuntimeError", $"No test named '{name}' found.");
    }
}
