using TaskArithmetic.Text.Jinja.Methods;

namespace TaskArithmetic.Text.Python;

/// <summary>A list.</summary>
/// <param name="items">The items in order.</param>
public sealed class PythonList(IEnumerable<PythonValue> items) : PythonSequence
{
    internal List<PythonValue> Mutable { get; } = [.. items];

    /// <inheritdoc/>
    public override IReadOnlyList<PythonValue> Items => Mutable;

    /// <inheritdoc/>
    public override string TypeName => "list";

    internal override PythonValue? GetAttribute(string name) => ListMethods.Find(this, name);

    private protected override PythonSequence WithItems(IEnumerable<PythonValue> items) => new PythonList(items);

    internal override void WriteRepr(ReprWriter writer) => writer.Items("[", Items, "]");
}
