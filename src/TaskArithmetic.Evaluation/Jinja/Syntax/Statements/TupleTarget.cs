using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Statements;

/// <summary>Several targets that take the items of one value.</summary>
internal sealed record TupleTarget(IReadOnlyList<AssignmentTarget> Targets) : AssignmentTarget
{
    public override void Assign(RenderContext context, JinjaValue value)
    {
        if (!value.IsIterable)
            throw RenderError.Type($"cannot unpack non-iterable {value.TypeName} object");
        var items = value.Iterate().Take(Targets.Count + 1).ToArray();
        if (items.Length < Targets.Count)
            throw RenderError.Value($"not enough values to unpack (expected {Targets.Count}, got {items.Length})");
        if (items.Length > Targets.Count)
            throw RenderError.Value($"too many values to unpack (expected {Targets.Count})");
        for (var i = 0; i < items.Length; i++)
            Targets[i].Assign(context, items[i]);
    }
}
