using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Methods;

/// <summary>The methods of <c>list</c> and <c>tuple</c>; those that change a list are refused by the immutable sandbox before they are called.</summary>
internal static class ListMethods
{
    private static readonly Dictionary<string, BuiltIn> Shared = BuiltIn.Table(
        new("count", "self value", (c, a) => Items(a).Count(item => Comparison.AreSameOrEqual(c, item, a[1]!))),
        new("index", "self value start= stop=", (c, a) => Index(c, Items(a), a[1]!, a[2].AsIndex(0), a[3].AsIndex(int.MaxValue))));

    private static readonly Dictionary<string, BuiltIn> OfLists = BuiltIn.Table(
        new("append", "self object", (c, a) => Change(c, a, list => list.Add(a[1]!))),
        new("clear", "self", (c, a) => Change(c, a, list => list.Clear())),
        new("copy", "self", (_, a) => new PythonList(Items(a))),
        new("extend", "self iterable", (c, a) => Change(c, a, list => list.AddRange(a[1]!.Iterate().ToList()))),
        new("insert", "self index object", (c, a) => Change(c, a, list => list.Insert(Clamp(a[1].AsIndex(0), list.Count), a[2]!))),
        new("pop", "self index=", (_, a) => Pop(((PythonList)a[0]!).Mutable, a[1].AsIndex(-1))),
        new("remove", "self value", (c, a) => Change(c, a, list => list.RemoveAt(IndexToRemove(c, list, a[1]!)))),
        new("reverse", "self", (c, a) => Change(c, a, list => list.Reverse())),
        new("sort", "self key= reverse=", (c, a) => Change(c, a, list => Sort(c, list, a[1], a[2].AsFlag()))));

    public static PythonValue? Find(PythonSequence sequence, string name) =>
        Shared.TryGetValue(name, out var method) || (sequence is PythonList && OfLists.TryGetValue(name, out method)) ? method.Bind(sequence) : null;

    private static IReadOnlyList<PythonValue> Items(PythonValue?[] arguments) => ((PythonSequence)arguments[0]!).Items;

    private static PythonNone Change(RenderContext context, PythonValue?[] arguments, Action<List<PythonValue>> change)
    {
        var list = ((PythonList)arguments[0]!).Mutable;
        change(list);
        context.ChargeItems(list.Count);
        return PythonNone.Instance;
    }

    private static int Index(RenderContext context, IReadOnlyList<PythonValue> items, PythonValue value, int start, int stop)
    {
        for (var i = Clamp(start, items.Count); i < Clamp(stop, items.Count); i++)
        {
            if (Comparison.AreSameOrEqual(context, items[i], value))
                return i;
        }
        throw RenderError.Value($"{value} is not in list");
    }

    private static int Clamp(int index, int count) => index < 0 ? Math.Max(0, index + count) : Math.Min(index, count);

    private static PythonValue Pop(List<PythonValue> list, int index)
    {
        if (list.Count == 0)
            throw new RenderError("IndexError", "pop from empty list");
        var place = index < 0 ? index + list.Count : index;
        if (place < 0 || place >= list.Count)
            throw new RenderError("IndexError", "pop index out of range");
        var item = list[place];
        list.RemoveAt(place);
        return item;
    }

    private static int IndexToRemove(RenderContext context, List<PythonValue> list, PythonValue value) =>
        list.FindIndex(item => Comparison.AreSameOrEqual(context, item, value)) is >= 0 and var place ? place : throw RenderError.Value("list.remove(x): x not in list");

    private static void Sort(RenderContext context, List<PythonValue> list, PythonValue? key, bool reverse)
    {
        var sorted = Comparison.Sort(context, list, item => key is null or PythonNone ? item : key.Call(new JinjaArguments(context, [item])), reverse);
        list.Clear();
        list.AddRange(sorted);
    }
}
