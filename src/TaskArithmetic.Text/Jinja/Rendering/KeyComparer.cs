using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Rendering;

/// <summary>Equality of dictionary keys.</summary>
internal sealed class KeyComparer : IEqualityComparer<PythonValue>
{
    public static KeyComparer Instance { get; } = new();

    public bool Equals(PythonValue? x, PythonValue? y) => Comparison.AreEqual(x!, y!);

    public int GetHashCode(PythonValue value)
    {
        var visits = Comparison.MaxVisits;
        return Hash(value, ref visits);
    }

    private static int Hash(PythonValue value, ref int visits)
    {
        Comparison.Visit(ref visits);
        return value is PythonTuple tuple ? HashItems(tuple, ref visits) : HashOne(value);
    }

    private static int HashItems(PythonTuple tuple, ref int visits)
    {
        var hash = 17;
        foreach (var item in tuple.Items)
            hash = HashCode.Combine(hash, Hash(item, ref visits));
        return hash;
    }

    private static int HashOne(PythonValue value) => value switch
    {
        PythonString text => text.Value.GetHashCode(StringComparison.Ordinal),
        PythonInteger or PythonBoolean or PythonFloat => Number(value),
        PythonNone => 1,
        JinjaUndefined { IsStrict: true } undefined => throw undefined.Error,
        JinjaUndefined => 2,
        PythonList or PythonDictionary or PythonSlice => throw RenderError.Type($"unhashable type: '{value.TypeName}'"),
        _ => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value),
    };

    // Equal numbers of different types must meet: 1, 1.0 and True.
    private static int Number(PythonValue value) => Arithmetic.ToDouble(value).GetHashCode();
}
