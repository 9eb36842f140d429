using TaskArithmetic.Evaluation.Jinja.Methods;
using TaskArithmetic.Evaluation.Jinja.Python;
using TaskArithmetic.Evaluation.Jinja.Rendering;

namespace TaskArithmetic.Evaluation.Jinja.Values;

/// <summary>A dictionary in insertion order; 1, 1.0 and True are one key, as in Python.</summary>
public sealed class JinjaDictionary : JinjaValue
{
    /// <summary>An empty dictionary.</summary>
    public JinjaDictionary()
    {
    }

    /// <summary>A dictionary of the given entries; a later entry replaces an earlier one of the same key in its place.</summary>
    /// <param name="entries">Keys and values in order.</param>
    public JinjaDictionary(IEnumerable<KeyValuePair<JinjaValue, JinjaValue>> entries)
    {
        foreach (var (key, value) in entries)
            Mutable[key] = value;
    }

    /// <summary>A dictionary with text keys.</summary>
    /// <param name="entries">Keys and values in order.</param>
    public JinjaDictionary(IEnumerable<KeyValuePair<string, JinjaValue>> entries)
        : this(entries.Select(e => KeyValuePair.Create<JinjaValue, JinjaValue>(e.Key, e.Value)))
    {
    }

    internal OrderedDictionary<JinjaValue, JinjaValue> Mutable { get; } = new(KeyComparer.Instance);

    /// <summary>Keys and values in insertion order.</summary>
    public IReadOnlyDictionary<JinjaValue, JinjaValue> Entries => Mutable;

    /// <summary>The value of a text key, or null.</summary>
    /// <param name="key">The key.</param>
    public JinjaValue? Find(string key) => Mutable.GetValueOrDefault(key);

    /// <inheritdoc/>
    public override string TypeName => "dict";

    internal override int? Length => Mutable.Count;

    internal override bool IsIterable => true;

    internal override IEnumerable<JinjaValue> Iterate() => new JinjaDictionaryView(this, DictionaryPart.Keys).Iterate();

    internal override JinjaValue? GetItem(JinjaValue key) =>
        Comparison.IsHashable(key) ? Mutable.GetValueOrDefault(key) : null;

    internal override JinjaValue? GetAttribute(string name) => DictionaryMethods.Find(this, name);

    internal override void WriteRepr(ReprWriter writer) => writer.Entries(Mutable);
}
