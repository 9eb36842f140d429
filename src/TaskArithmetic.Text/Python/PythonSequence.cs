using System.Globalization;

namespace TaskArithmetic.Text.Python;

/// <summary>A list or a tuple.</summary>
public abstract class PythonSequence : PythonValue
{
    private protected PythonSequence()
    {
    }

    /// <summary>The items in order.</summary>
    public abstract IReadOnlyList<PythonValue> Items { get; }

    internal override int? Length => Items.Count;

    internal override bool IsIterable => true;

    internal override IEnumerable<PythonValue> Iterate()
    {
        // By index, since a template may append to the list it walks over, as in Python.
        for (var i = 0; i < Items.Count; i++)
            yield return Items[i];
    }

    internal override PythonValue? GetItem(PythonValue key) =>
        PythonSlice.Index(key, Items.Count) is { } index ? Items[index]
        : key is not PythonSlice slice ? null
        : slice.Indices(Items.Count).Select(i => Items[i]) is var items && this is PythonList ? new PythonList(items) : new PythonTuple(items);

    internal override PythonValue? GetAttribute(string name) => SequenceMethods.Find(this, name);
}

/// <summary>A list.</summary>
/// <param name="items">The items in order.</param>
public sealed class PythonList(IEnumerable<PythonValue> items) : PythonSequence
{
    internal List<PythonValue> Mutable { get; } = [.. items];

    /// <inheritdoc/>
    public override IReadOnlyList<PythonValue> Items => Mutable;

    /// <inheritdoc/>
    public override string TypeName => "list";

    internal override void WriteRepr(ReprWriter writer) => writer.Items("[", Items, "]");
}

/// <summary>A tuple: a list that cannot change and may be a dictionary's key.</summary>
internal sealed class PythonTuple(params IEnumerable<PythonValue> items) : PythonSequence
{
    public override IReadOnlyList<PythonValue> Items { get; } = [.. items];

    public override string TypeName => "tuple";

    internal override void WriteRepr(ReprWriter writer) => writer.Items("(", Items, Items.Count == 1 ? ",)" : ")");
}

/// <summary>What <c>range()</c> gives.</summary>
internal sealed class PythonRange(long start, long stop, long step, int count) : PythonValue
{
    public override string TypeName => "range";

    internal override int? Length => count;

    internal override bool IsIterable => true;

    internal override IEnumerable<PythonValue> Iterate() => Enumerable.Range(0, count).Select(i => (PythonValue)At(i));

    internal override PythonValue? GetItem(PythonValue key)
    {
        if (PythonSlice.Index(key, count) is { } index)
            return At(index);
        if (key is not PythonSlice slice)
            return null;
        var (first, end, stride, length) = slice.Resolve(count);
        return new PythonRange(At(first), At(end), step * stride, length);
    }

    internal override void WriteRepr(ReprWriter writer) =>
        writer.Text.Append(CultureInfo.InvariantCulture, $"range({start}, {stop}").Append(step == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", {step}")).Append(')');

    private long At(int index) => start + index * step;
}
