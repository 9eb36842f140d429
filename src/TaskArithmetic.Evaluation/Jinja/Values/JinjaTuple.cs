using TaskArithmetic.Evaluation.Jinja.Methods;
using TaskArithmetic.Evaluation.Jinja.Python;

namespace TaskArithmetic.Evaluation.Jinja.Values;

/// <summary>A tuple: a list that cannot change and may be a dictionary's key.</summary>
internal sealed class JinjaTuple : JinjaSequence
{
    private readonly string[]? names;

    /// <summary>A tuple of the given items.</summary>
    /// <param name="items">The items in order.</param>
    public JinjaTuple(params IEnumerable<JinjaValue> items) => Items = items.ToArray();

    internal JinjaTuple(string[] names, params IEnumerable<JinjaValue> items) : this(items) => this.names = names;

    /// <inheritdoc/>
    public override IReadOnlyList<JinjaValue> Items { get; }

    /// <inheritdoc/>
    public override string TypeName => "tuple";

    internal override JinjaValue? GetAttribute(string name) =>
        names is not null && Array.IndexOf(names, name) is >= 0 and var index ? Items[index] : ListMethods.Find(this, name);

    private protected override JinjaSequence WithItems(IEnumerable<JinjaValue> items) => new JinjaTuple(items);

    internal override void WriteRepr(ReprWriter writer) => writer.Items("(", Items, Items.Count == 1 ? ",)" : ")");
}
