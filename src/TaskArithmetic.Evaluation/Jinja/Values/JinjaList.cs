using TaskArithmetic.Evaluation.Jinja.Methods;
using TaskArithmetic.Evaluation.Jinja.Python;

namespace TaskArithmetic.Evaluation.Jinja.Values;

/// <summary>A list.</summary>
/// <param name="items">The items in order.</param>
public sealed class JinjaList(IEnumerable<JinjaValue> items) : JinjaSequence
{
    internal List<JinjaValue> Mutable { get; } = [.. items];

    /// <inheritdoc/>
    public override IReadOnlyList<JinjaValue> Items => Mutable;

    /// <inheritdoc/>
    public override string TypeName => "list";

    internal override JinjaValue? GetAttribute(string name) => ListMethods.Find(this, name);

    private protected override JinjaSequence WithItems(IEnumerable<JinjaValue> items) => new JinjaList(items);

    internal override void WriteRepr(ReprWriter writer) => writer.Items("[", Items, "]");
}
