using TaskArithmetic.Text.Jinja.Methods;
using TaskArithmetic.Text.Jinja.Rendering;

namespace TaskArithmetic.Text.Python;

/// <summary>A dictionary in insertion order; 1, 1.0 and True are one key, as in Python.</summary>
public sealed class PythonDictionary : PythonValue
{
    /// <summary>An empty dictionary.</summary>
    public PythonDictionary()
    {
    }

    /// <summary>A dictionary of the given entries; a later entry replaces an earlier one of the same key in its place.</summary>
    /// <param name="entries">Keys and values in order.</param>
    public PythonDictionary(IEnumerable<KeyValuePair<PythonValue, PythonValue>> entries)
    {
        foreach (var (key, value) in entries)
            Mutable[key] = value;
    }

    /// <summary>A dictionary with text keys.</summary>
    /// <param name="entries">Keys and values in order.</param>
    public PythonDictionary(IEnumerable<KeyValuePair<string, PythonValue>> entries)
        : this(entries.Select(e => KeyValuePair.Create<PythonValue, PythonValue>(e.Key, e.Value)))
    {
    }

    internal OrderedDictionary<PythonValue, PythonValue> Mutable { get; } = new(KeyComparer.Instance);

    /// <summary>Keys and values in insertion order.</summary>
    public IReadOnlyDictionary<PythonValue, PythonValue> Entries => Mutable;

    /// <summary>The value of a text key, or null.</summary>
    /// <param name="key">The key.</param>
    public PythonValue? Find(string key) => Mutable.GetValueOrDefault(key);

    /// <inheritdoc/>
    public override string TypeName => "dict";

    internal override int? Length => Mutable.Count;

    internal override bool IsIterable => true;

    internal override IEnumerable<PythonValue> Iterate() => new PythonDictionaryView(this, DictionaryPart.Keys).Iterate();

    internal override PythonValue? GetItem(PythonValue key) =>
        Comparison.IsHashable(key) ? Mutable.GetValueOrDefault(key) : null;

    internal override PythonValue? GetAttribute(string name) => DictionaryMethods.Find(this, name);

    internal override void WriteRepr(ReprWriter writer) => writer.Entries(Mutable);
}
