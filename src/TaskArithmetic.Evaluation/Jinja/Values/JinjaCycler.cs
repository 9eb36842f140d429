namespace TaskArithmetic.Evaluation.Jinja.Values;

/// <summary>What <c>cycler()</c> gives: its items in turn.</summary>
internal sealed class JinjaCycler(IReadOnlyList<JinjaValue> items) : JinjaValue
{
    private int place;

    public override string TypeName => "Cycler";

    internal override JinjaValue? GetAttribute(string name) => name switch
    {
        "current" => items[place],
        "next" => new JinjaCallable(name, _ => Next()),
        "reset" => new JinjaCallable(name, _ => Reset()),
        _ => null,
    };

    private JinjaValue Next()
    {
        var item = items[place];
        place = (place + 1) % items.Count;
        return item;
    }

    private JinjaNone Reset()
    {
        place = 0;
        return JinjaNone.Instance;
    }
}
