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

    internal override IEnumerable<PythonValue> Iterate() => new PythonDictionaryView("keys", this).Iterate();

    internal override PythonValue? GetItem(PythonValue key) => Comparison.IsHashable(key) ? Mutable.GetValueOrDefault(key) : null;

    internal override PythonValue? GetAttribute(string name) => DictionaryMethods.Find(this, name);

    internal override void WriteRepr(ReprWriter writer) => writer.Entries(Mutable);

    /// <summary>Takes the entries that <c>dict(...)</c> and <c>namespace(...)</c> are given.</summary>
    internal PythonDictionary Fill(PythonArguments arguments)
    {
        if (arguments.Positional.Count > 0 && arguments.Positional is not [PythonDictionary])
            throw PythonError.Unsupported("dict() of anything but one dictionary and names");
        foreach (var (key, value) in arguments.Positional.OfType<PythonDictionary>().SelectMany(d => d.Mutable))
            Mutable[key] = value;
        foreach (var (name, value) in arguments.Keywords)
            Mutable[name] = value;
        return this;
    }
}

/// <summary>What <c>keys()</c>, <c>values()</c> and <c>items()</c> give: it has a length, but no indices.</summary>
internal sealed class PythonDictionaryView(string part, PythonDictionary dictionary) : PythonValue
{
    public override string TypeName => "dict_" + part;

    internal override int? Length => dictionary.Mutable.Count;

    internal override bool IsIterable => true;

    internal override IEnumerable<PythonValue> Iterate()
    {
        var size = dictionary.Mutable.Count;
        for (var i = 0; i < size; i++)
        {
            if (dictionary.Mutable.Count != size)
                throw new PythonError("RuntimeError", "dictionary changed size during iteration");
            var (key, value) = dictionary.Mutable.GetAt(i);
            yield return part switch { "keys" => key, "values" => value, _ => new PythonTuple(key, value) };
        }
    }

    internal override void WriteRepr(ReprWriter writer)
    {
        writer.Text.Append(TypeName);
        writer.Items("([", Iterate(), "])");
    }
}
