using TaskArithmetic.Text.Jinja.Methods;

namespace TaskArithmetic.Text.Python;

/// <summary>A tuple: a list that cannot change and may be a dictionary's key.</summary>
internal sealed class PythonTuple : PythonSequence
{
    private readonly string[]? names;

    /// <summary>A tuple of the given items.</summary>
    /// <param name="items">The items in order.</param>
    public PythonTuple(params IEnumerable<PythonValue> items) => Items = items.ToArray();

    internal PythonTuple(string[] names, params IEnumerable<PythonValue> items) : this(items) => this.names = names;

    /// <inheritdoc/>
    public override IReadOnlyList<PythonValue> Items { get; }

    /// <inheritdoc/>
    public override string TypeName => "tuple";

    internal override PythonValue? GetAttribute(string name) =>
        names is not null && Array.IndexOf(names, name) is >= 0 and var index ? Items[index] : ListMethods.Find(this, name);

    private protected override PythonSequence WithItems(IEnumerable<PythonValue> items) => new PythonTuple(items);

    internal override void WriteRepr(ReprWriter writer) => writer.Items("(", Items, Items.Count == 1 ? ",)" : ")");
}
