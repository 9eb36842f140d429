using TaskArithmetic.Evaluation.Jinja.Rendering;

namespace TaskArithmetic.Evaluation.Jinja.Values;

/// <summary>A list or a tuple.</summary>
public abstract class JinjaSequence : JinjaValue
{
    private protected JinjaSequence()
    {
    }

    /// <summary>The items in order.</summary>
    public abstract IReadOnlyList<JinjaValue> Items { get; }

    internal override int? Length => Items.Count;

    internal override bool IsIterable => true;

    internal override IEnumerable<JinjaValue> Iterate()
    {
        // By index, since a template may append to the list it walks over, as in Python.
        for (var i = 0; i < Items.Count; i++)
            yield return Items[i];
    }

    internal override JinjaValue? GetItem(JinjaValue key) =>
        Slicing.Index(key, Items.Count) is { } index ? Items[index]
        : key is JinjaSlice slice ? WithItems(slice.Indices(Items.Count).Select(i => Items[i]))
        : null;

    private protected abstract JinjaSequence WithItems(IEnumerable<JinjaValue> items);
}
