namespace TaskArithmetic.Text.Python;

/// <summary>The methods of <c>list</c> and <c>tuple</c>.</summary>
internal static class SequenceMethods
{
    private static readonly Dictionary<string, BuiltIn<PythonBudget>> Shared = BuiltIn<PythonBudget>.Table(
        new("count", "self value", (b, a) => Items(a).Count(item => Comparison.AreSameOrEqual(b, item, a[1]!))),
        new("index", "self value", (b, a) => Items(a).TakeWhile(item => !Comparison.AreSameOrEqual(b, item, a[1]!)).Count() is var place && place < Items(a).Count
            ? place
            : throw PythonError.Value($"{a[1]!.Repr()} is not in list")));

    private static readonly Dictionary<string, BuiltIn<PythonBudget>> OfLists = BuiltIn<PythonBudget>.Table(
        new("copy", "self", (_, a) => new PythonList(Items(a))),
        new("append", "self object", (b, a) => Append(b, ((PythonList)a[0]!).Mutable, a[1]!)));

    /// <summary>Methods that change a list, which the immutable sandbox does not give.</summary>
    public static IReadOnlySet<string> Changing { get; } = new HashSet<string> { "append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort" };

    public static PythonValue? Find(PythonSequence sequence, string name) =>
        Shared.TryGetValue(name, out var method) || (sequence is PythonList && OfLists.TryGetValue(name, out method))
            ? new PythonFunction(name, (budget, arguments) => method.Invoke(budget, arguments.Prepend(sequence)))
            : sequence is PythonList && Changing.Contains(name) ? new PythonFunction(name, (_, _) => throw PythonError.Unsupported($"the method '{name}' of list")) : null;

    private static IReadOnlyList<PythonValue> Items(PythonValue?[] arguments) => ((PythonSequence)arguments[0]!).Items;

    private static PythonNone Append(PythonBudget budget, List<PythonValue> list, PythonValue item)
    {
        budget.ChargeItems(list.Count + 1L);
        list.Add(item);
        return PythonNone.Instance;
    }
}

/// <summary>The methods of <c>dict</c>.</summary>
internal static class DictionaryMethods
{
    private static readonly Dictionary<string, BuiltIn<PythonBudget>> Table = BuiltIn<PythonBudget>.Table(
        new("get", "self key default=", (_, a) => Self(a).Mutable.TryGetValue(a[1]!, out var value) ? value : a[2] ?? PythonNone.Instance),
        new("keys", "self", (_, a) => new PythonDictionaryView("keys", Self(a))),
        new("values", "self", (_, a) => new PythonDictionaryView("values", Self(a))),
        new("items", "self", (_, a) => new PythonDictionaryView("items", Self(a))),
        new("copy", "self", (_, a) => new PythonDictionary(Self(a).Mutable)));

    /// <summary>Methods that change a dictionary, which the immutable sandbox does not give.</summary>
    public static IReadOnlySet<string> Changing { get; } = new HashSet<string> { "clear", "pop", "popitem", "setdefault", "update" };

    public static PythonValue? Find(PythonDictionary dictionary, string name) =>
        Table.TryGetValue(name, out var method) ? new PythonFunction(name, (budget, arguments) => method.Invoke(budget, arguments.Prepend(dictionary)))
        : Changing.Contains(name) ? new PythonFunction(name, (_, _) => throw PythonError.Unsupported($"the method '{name}' of dict"))
        : null;

    private static PythonDictionary Self(PythonValue?[] arguments) => (PythonDictionary)arguments[0]!;
}
