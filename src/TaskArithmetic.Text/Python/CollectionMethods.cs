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
        new("append", "self object", (b, a) => Change(b, a, list => list.Add(a[1]!))),
        new("extend", "self iterable", (b, a) => Change(b, a, list => list.AddRange(a[1]!.Iterate().ToList()))),
        new("insert", "self index object", (b, a) => Change(b, a, list => list.Insert(Place(a[1].AsIndex(0), list.Count), a[2]!))),
        new("pop", "self index=", (_, a) => Pop(((PythonList)a[0]!).Mutable, a[1].AsIndex(-1))));

    /// <summary>Methods that change a list, which the immutable sandbox does not give.</summary>
    public static IReadOnlySet<string> Changing { get; } = new HashSet<string> { "append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort" };

    public static PythonValue? Find(PythonSequence sequence, string name) =>
        Shared.TryGetValue(name, out var method) || (sequence is PythonList && OfLists.TryGetValue(name, out method))
            ? new PythonFunction(name, (budget, arguments) => method.Invoke(budget, arguments.Prepend(sequence)))
            : sequence is PythonList && Changing.Contains(name) ? new PythonFunction(name, (_, _) => throw PythonError.Unsupported($"the method '{name}' of list")) : null;

    private static IReadOnlyList<PythonValue> Items(PythonValue?[] arguments) => ((PythonSequence)arguments[0]!).Items;

    private static PythonNone Change(PythonBudget budget, PythonValue?[] arguments, Action<List<PythonValue>> change)
    {
        var list = ((PythonList)arguments[0]!).Mutable;
        change(list);
        budget.ChargeItems(list.Count);
        return PythonNone.Instance;
    }

    private static int Place(int index, int count) => index < 0 ? Math.Max(0, index + count) : Math.Min(index, count);

    private static PythonValue Pop(List<PythonValue> list, int index)
    {
        var place = index < 0 ? index + list.Count : index;
        if (place < 0 || place >= list.Count)
            throw new PythonError("IndexError", list.Count == 0 ? "pop from empty list" : "pop index out of range");
        var item = list[place];
        list.RemoveAt(place);
        return item;
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
        new("copy", "self", (_, a) => new PythonDictionary(Self(a).Mutable)),
        new("pop", "self key default=", (_, a) => Self(a).Mutable.Remove(a[1]!, out var value) ? value : a[2] ?? throw new PythonError("KeyError", a[1]!.Repr())));

    /// <summary>Methods that change a dictionary, which the immutable sandbox does not give.</summary>
    public static IReadOnlySet<string> Changing { get; } = new HashSet<string> { "clear", "pop", "popitem", "setdefault", "update" };

    public static PythonValue? Find(PythonDictionary dictionary, string name) =>
        Table.TryGetValue(name, out var method) ? new PythonFunction(name, (budget, arguments) => method.Invoke(budget, arguments.Prepend(dictionary)))
        : name == "update" ? new PythonFunction(name, (budget, arguments) => Update(dictionary, budget, arguments))
        : Changing.Contains(name) ? new PythonFunction(name, (_, _) => throw PythonError.Unsupported($"the method '{name}' of dict"))
        : null;

    private static PythonDictionary Self(PythonValue?[] arguments) => (PythonDictionary)arguments[0]!;

    private static PythonNone Update(PythonDictionary dictionary, PythonBudget budget, PythonArguments arguments)
    {
        dictionary.Fill(budget, arguments);
        return PythonNone.Instance;
    }
}
