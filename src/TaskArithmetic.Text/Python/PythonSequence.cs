using TaskArithmetic.Text.Jinja.Rendering;

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
        Slicing.Index(key, Items.Count) is { } index ? Items[index]
        : key is PythonSlice slice ? WithItems(slice.Indices(Items.Count).Select(i => Items[i]))
        : null;

    private protected abstract PythonSequence WithItems(IEnumerable<PythonValue> items);
}
