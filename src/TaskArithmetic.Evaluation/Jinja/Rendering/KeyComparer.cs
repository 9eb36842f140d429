using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Rendering;

/// <summary>Equality of dictionary keys.</summary>
internal sealed class KeyComparer : IEqualityComparer<JinjaValue>
{
    public static KeyComparer Instance { get; } = new();

    public bool Equals(JinjaValue? x, JinjaValue? y) => Comparison.AreEqual(x!, y!);

    public int GetHashCode(JinjaValue value)
    {
        var visits = Comparison.MaxVisits;
        return Hash(value, ref visits);
    }

    private static int Hash(JinjaValue value, ref int visits)
    {
        Comparison.Visit(ref visits);
        return value is JinjaTuple tuple ? HashItems(tuple, ref visits) : HashOne(value);
    }

    private static int HashItems(JinjaTuple tuple, ref int visits)
    {
        var hash = 17;
        foreach (var item in tuple.Items)
            hash = HashCode.Combine(hash, Hash(item, ref visits));
        return hash;
    }

    private static int HashOne(JinjaValue value) => value switch
    {
        JinjaString text => text.Value.GetHashCode(StringComparison.Ordinal),
        JinjaInteger or JinjaBoolean or JinjaFloat => Number(value),
        JinjaNone => 1,
        JinjaUndefined { IsStrict: true } undefined => throw undefined.Error,
        JinjaUndefined => 2,
        JinjaList or JinjaDictionary or JinjaSlice => throw RenderError.Type($"unhashable type: '{value.TypeName}'"),
        _ => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value),
    };

    // Equal numbers of different types must meet: 1, 1.0 and True.
    private static int Number(JinjaValue value) => Arithmetic.ToDouble(value).GetHashCode();
}
