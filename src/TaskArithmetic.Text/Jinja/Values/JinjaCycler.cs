using TaskArithmetic.Text.Python;
namespace TaskArithmetic.Text.Jinja.Values;

/// <summary>What <c>cycler()</c> gives: its items in turn.</summary>
internal sealed class JinjaCycler(IReadOnlyList<PythonValue> items) : PythonValue
{
    private int place;

    public override string TypeName => "Cycler";

    internal override PythonValue? GetAttribute(string name) => name switch
    {
        "current" => items[place],
        "next" => new JinjaCallable(name, _ => Next()),
        "reset" => new JinjaCallable(name, _ => Reset()),
        _ => null,
    };

    private PythonValue Next()
    {
        var item = items[place];
        place = (place + 1) % items.Count;
        return item;
    }

    private PythonNone Reset()
    {
        place = 0;
        return PythonNone.Instance;
    }
}
