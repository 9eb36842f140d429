using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Values;

namespace TaskArithmetic.Text.Python;

/// <summary>The right side of <c>format % values</c>: a tuple's items, a dictionary's entries, or one value.</summary>
internal sealed class PercentArguments(PythonValue values)
{
    private int used;
    private bool usesNames;

    public PythonValue Next() => values switch
    {
        PythonTuple tuple when used < tuple.Items.Count => tuple.Items[used++],
        not PythonTuple when used == 0 && !usesNames => One(),
        _ => throw RenderError.Type("not enough arguments for format string"),
    };

    public PythonValue Named(string name)
    {
        usesNames = true;
        if (values is not PythonDictionary dictionary)
            throw RenderError.Type("format requires a mapping");
        return dictionary.Find(name) ?? throw new RenderError("KeyError", $"'{name}'");
    }

    public void EnsureAllUsed()
    {
        // CPython lets lists and dictionaries go unused, since they could have been looked into by name.
        var isLeft = values is PythonTuple tuple ? used < tuple.Items.Count : used == 0 && !usesNames && values is not (PythonDictionary or PythonList or PythonRange or JinjaUndefined);
        if (isLeft)
            throw RenderError.Type("not all arguments converted during string formatting");
    }

    private PythonValue One()
    {
        used++;
        return values;
    }
}
