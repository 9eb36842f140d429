using System.Numerics;
using TaskArithmetic.Text.Jinja.Filters;
using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Tests;

/// <summary>The built-in tests, what stands after <c>is</c>.</summary>
internal static class TestTable
{
    private static readonly Dictionary<string, BuiltIn> Table = BuiltIn.Table([
        Is("defined", v => v is not JinjaUndefined),
        Is("undefined", v => v is JinjaUndefined),
        Is("none", v => v is PythonNone),
        Is("boolean", v => v is PythonBoolean),
        Is("true", v => v is PythonBoolean { Value: true }),
        Is("false", v => v is PythonBoolean { Value: false }),
        Is("integer", v => v is PythonInteger),
        Is("float", v => v is PythonFloat),
        Is("number", Arithmetic.IsNumber),
        Is("string", v => v is PythonString),
        Is("mapping", v => v is PythonDictionary),
        Is("sequence", v => v is PythonString or PythonSequence or PythonDictionary or PythonRange or JinjaUndefined { IsStrict: false }),
        Is("iterable", v => v.IsIterable || v is JinjaLoop),
        Is("callable", v => v is JinjaCallable or JinjaMacro or JinjaLoop or JinjaUndefined or JinjaJoiner),
        Is("escaped", v => v is PythonString { IsMarkup: true }),
        Is("lower", v => LetterCase.IsLower(v.ToString())),
        Is("upper", v => LetterCase.IsUpper(v.ToString())),
        Is("odd", v => Remainder(v, 2) is var rest && Comparison.AreEqual(rest, 1)),
        Is("even", v => Remainder(v, 2) is var rest && Comparison.AreEqual(rest, 0)),
        new("divisibleby", "value num", (c, a) => Comparison.AreEqual(Operators.Apply(c, "%", a[0]!, a[1]!), 0)),
        new("sameas", "value other", (_, a) => AreSame(a[0]!, a[1]!)),
        new("in", "value seq", (c, a) => Comparison.Contains(c, a[1]!, a[0]!)),
        new("filter", "value", (c, a) => a[0] is PythonString name && FilterTable.Find(c.Options, name.Value) is not null),
        new("test", "value", (_, a) => a[0] is PythonString name && Find(name.Value) is not null),
        .. Comparisons("<", "lt", "lessthan", "<"),
        .. Comparisons("<=", "le", "<="),
        .. Comparisons(">", "gt", "greaterthan", ">"),
        .. Comparisons(">=", "ge", ">="),
        .. Comparisons("==", "eq", "equalto", "=="),
        .. Comparisons("!=", "ne", "!="),
    ]);

    public static JinjaFunction? Find(string name) => Table.TryGetValue(name, out var test) ? test.Invoke : null;

    private static BuiltIn Is(string name, Func<PythonValue, bool> test) => new(name, "value", (_, a) => test(a[0]!));

    private static IEnumerable<BuiltIn> Comparisons(string symbol, params string[] names) =>
        names.Select(name => new BuiltIn(name, "a b", (c, a) => Comparison.Holds(c, symbol, a[0]!, a[1]!)));

    // Small integers and texts are single objects in CPython.
    private static bool AreSame(PythonValue a, PythonValue b) => ReferenceEquals(a, b) || (a, b) switch
    {
        (PythonInteger x, PythonInteger y) => x.Value == y.Value && x.Value >= -5 && x.Value <= 256,
        (PythonString x, PythonString y) => x.Value == y.Value,
        _ => false,
    };

    private static PythonValue Remainder(PythonValue value, BigInteger divisor) => value switch
    {
        JinjaUndefined undefined => throw undefined.Error,
        PythonString => throw RenderError.Type("not all arguments converted during string formatting"),
        _ when Arithmetic.IsNumber(value) => Arithmetic.Apply("%", value, new PythonInteger(divisor), JinjaLimits.Default),
        _ => throw RenderError.Type($"unsupported operand type(s) for %: '{value.TypeName}' and 'int'"),
    };
}
