using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Python;

/// <summary>The right side of <c>format % values</c>: a tuple's items, a dictionary's entries, or one value.</summary>
internal sealed class PercentArguments(JinjaValue values)
{
    private int used;
    private bool usesNames;

    public JinjaValue Next() => values switch
    {
        JinjaTuple tuple when used < tuple.Items.Count => tuple.Items[used++],
        not JinjaTuple when used == 0 && !usesNames => One(),
        _ => throw RenderError.Type("not enough arguments for format string"),
    };

    public JinjaValue Named(string name)
    {
        usesNames = true;
        if (values is not JinjaDictionary dictionary)
            throw RenderError.Type("format requires a mapping");
        return dictionary.Find(name) ?? throw new RenderError("KeyError", $"'{name}'");
    }

    public void EnsureAllUsed()
    {
        // CPython lets lists and dictionaries go unused, since they could have been looked into by name.
        var isLeft = values is JinjaTuple tuple ? used < tuple.Items.Count : used == 0 && !usesNames && values is not (JinjaDictionary or JinjaList or JinjaRange or JinjaUndefined);
        if (isLeft)
            throw RenderError.Type("not all arguments converted during string formatting");
    }

    private JinjaValue One()
    {
        used++;
        return values;
    }
}
