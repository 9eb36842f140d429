using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;

/// <summary><c>{key: value}</c>.</summary>
internal sealed class DictionaryDisplay(IReadOnlyList<(Expression Key, Expression Value)> entries) : Expression
{
    protected override JinjaValue Compute(RenderContext context)
    {
        var result = new JinjaDictionary();
        foreach (var (key, value) in entries)
        {
            var name = key.Evaluate(context);
            context.SpendOn(name);
            result.Mutable[name] = value.Evaluate(context);
        }
        return result;
    }
}
