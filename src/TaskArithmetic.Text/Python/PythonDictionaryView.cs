using TaskArithmetic.Text.Jinja.Rendering;

namespace TaskArithmetic.Text.Python;

/// <summary>What <c>keys()</c>, <c>values()</c> and <c>items()</c> give: it has a length, but no indices.</summary>
internal sealed class PythonDictionaryView(PythonDictionary dictionary, DictionaryPart part) : PythonValue
{
    public override string TypeName => part switch
    {
        DictionaryPart.Keys => "dict_keys",
        DictionaryPart.Values => "dict_values",
        _ => "dict_items",
    };

    internal override int? Length => dictionary.Mutable.Count;

    internal override bool IsIterable => true;

    internal override IEnumerable<PythonValue> Iterate()
    {
        var size = dictionary.Mutable.Count;
        for (var i = 0; i < size; i++)
        {
            if (dictionary.Mutable.Count != size)
                throw new RenderError("RuntimeError", "dictionary changed size during iteration");
            var (key, value) = dictionary.Mutable.GetAt(i);
            yield return part switch
            {
                DictionaryPart.Keys => key,
                DictionaryPart.Values => value,
                _ => new PythonTuple(key, value),
            };
        }
    }

    internal override void WriteRepr(ReprWriter writer)
    {
        writer.Text.Append(TypeName).Append('(');
        writer.Items("[", Iterate(), "]");
        writer.Text.Append(')');
    }
}
