using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja;

/// <summary>The built-in tests, what stands after <c>is</c>.</summary>
internal static class Tests
{
    private static readonly Dictionary<string, BuiltIn<RenderContext>> Table = BuiltIn<RenderContext>.Table([
        Is("defined", v => v is not JinjaUndefined),
        Is("undefined", v => v is JinjaUndefined),
        Is("none", v => v is PythonNone),
        Is("boolean", v => v is PythonBoolean),
        Is("true", v => v is PythonBoolean { Value: true }),
        Is("false", v => v is PythonBoolean { Value: false }),
        Is("integer", v => v is PythonInteger),
        Is("float", v => v is PythonFloat),
        Is("number", Operators.IsNumber),
        Is("string", v => v is PythonString),
        Is("mapping", v => v is PythonDictionary),
        Is("sequence", v => v is PythonString or PythonSequence or PythonDictionary or PythonRange or JinjaUndefined { IsStrict: false }),
        Is("iterable", v => v.IsIterable || v is JinjaLoop),
        Is("callable", v => v is PythonFunction or JinjaMacro or JinjaLoop or JinjaUndefined),
        Is("lower", v => LetterCase.IsLower(v.ToString())),
        Is("upper", v => LetterCase.IsUpper(v.ToString())),
        new("odd", "value", (c, a) => Comparison.AreEqual(Operators.Apply(c, "%", a[0]!, 2), 1)),
        new("even", "value", (c, a) => Comparison.AreEqual(Operators.Apply(c, "%", a[0]!, 2), 0)),
        new("divisibleby", "value num", (c, a) => Comparison.AreEqual(Operators.Apply(c, "%", a[0]!, a[1]!), 0)),
        new("sameas", "value other", (_, a) => AreSame(a[0]!, a[1]!)),
        new("in", "value seq", (c, a) => Comparison.Contains(c, a[1]!, a[0]!)),
        .. Comparisons("<", "lt", "lessthan", "<"),
        .. Comparisons("<=", "le", "<="),
        .. Comparisons(">", "gt", "greaterthan", ">"),
        .. Comparisons(">=", "ge", ">="),
        .. Comparisons("==", "eq", "equalto", "=="),
        .. Comparisons("!=", "ne", "!="),
    ]);

    /// <summary>Tests of Jinja2 that this engine leaves out.</summary>
    public static IReadOnlySet<string> Refused { get; } = new HashSet<string> { "escaped", "filter", "test" };

    public static BuiltIn<RenderContext>? Find(string name) => Table.GetValueOrDefault(name);

    private static BuiltIn<RenderContext> Is(string name, Func<PythonValue, bool> test) => new(name, "value", (_, a) => test(a[0]!));

    private static IEnumerable<BuiltIn<RenderContext>> Comparisons(string symbol, params string[] names) =>
        names.Select(name => new BuiltIn<RenderContext>(name, "a b", (c, a) => Comparison.Holds(c, symbol, a[0]!, a[1]!)));

    // Small integers and texts are single objects in CPython.
    private static bool AreSame(PythonValue a, PythonValue b) => ReferenceEquals(a, b) || (a, b) switch
    {
        (PythonInteger x, PythonInteger y) => x.Value == y.Value && x.Value >= -5 && x.Value <= 256,
        (PythonString x, PythonString y) => x.Value == y.Value,
        _ => false,
    };
}
