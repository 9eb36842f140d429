using System.Numerics;
using System.Runtime.CompilerServices;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Rendering;

/// <summary>Python's comparisons.</summary>
internal static class Comparison
{
    public static bool IsHashable(JinjaValue value) => value switch
    {
        JinjaList or JinjaDictionary or JinjaSlice => false,
        JinjaTuple tuple => tuple.Items.All(IsHashable),
        _ => true,
    };

    /// <summary><c>left == right</c>.</summary>
    public static bool AreEqual(JinjaValue left, JinjaValue right)
    {
        EnsureStack();
        if (left is JinjaUndefined { IsStrict: true } strict)
            throw strict.Error;
        return (left, right) switch
        {
            (_, JinjaUndefined { IsStrict: true } other) => throw other.Error,
            (JinjaUndefined, JinjaUndefined) => true,
            (JinjaString a, JinjaString b) => a.Value == b.Value,
            _ when Arithmetic.IsNumber(left) && Arithmetic.IsNumber(right) => Arithmetic.Compare(left, right) == 0,
            (JinjaList a, JinjaList b) => AreEqual(a.Items, b.Items),
            (JinjaTuple a, JinjaTuple b) => AreEqual(a.Items, b.Items),
            (JinjaDictionary a, JinjaDictionary b) => a.Mutable.Count == b.Mutable.Count
                && a.Mutable.All(e => b.Mutable.TryGetValue(e.Key, out var value) && AreSameOrEqual(e.Value, value)),
            (JinjaRange a, JinjaRange b) => a.Length == b.Length && AreEqual(a.Iterate().ToList(), b.Iterate().ToList()),
            _ => ReferenceEquals(left, right),
        };
    }

    /// <summary>Equality of members, where Python takes an object as equal to itself (a NaN in a list).</summary>
    public static bool AreSameOrEqual(JinjaValue left, JinjaValue right) => ReferenceEquals(left, right) || AreEqual(left, right);

    private static bool AreEqual(IReadOnlyList<JinjaValue> a, IReadOnlyList<JinjaValue> b)
    {
        if (a.Count != b.Count)
            return false;
        for (var i = 0; i < a.Count; i++)
        {
            if (!AreSameOrEqual(a[i], b[i]))
                return false;
        }
        return true;
    }

    /// <summary>The order operators <c>&lt; &lt;= &gt; &gt;=</c>.</summary>
    public static bool Holds(string symbol, JinjaValue left, JinjaValue right)
    {
        EnsureStack();
        if ((left as JinjaUndefined ?? right as JinjaUndefined) is { } undefined)
            throw undefined.Error;
        return (left, right) switch
        {
            (JinjaString a, JinjaString b) => Holds(symbol, CompareText(a.Value, b.Value)),
            _ when Arithmetic.IsNumber(left) && Arithmetic.IsNumber(right) => Arithmetic.Compare(left, right) is { } order && Holds(symbol, order),
            (JinjaList a, JinjaList b) => Holds(symbol, a.Items, b.Items),
            (JinjaTuple a, JinjaTuple b) => Holds(symbol, a.Items, b.Items),
            _ => throw RenderError.Type($"'{symbol}' not supported between instances of '{left.TypeName}' and '{right.TypeName}'"),
        };
    }

    /// <summary>Sorts as <c>sorted</c> does: stable, by <c>&lt;</c> alone, so that an unordered pair raises Python's error.</summary>
    public static List<T> Sort<T>(IEnumerable<T> items, Func<T, JinjaValue> key, bool reverse)
    {
        // Span.Sort would wrap the errors of comparisons, hence a merge sort.
        var sorted = items.Select(item => (Item: item, Key: key(item))).ToArray();
        var spare = new (T Item, JinjaValue Key)[sorted.Length];
        for (var width = 1; width < sorted.Length; width *= 2)
        {
            for (var start = 0; start < sorted.Length; start += 2 * width)
                Merge(sorted, spare, start, Math.Min(start + width, sorted.Length), Math.Min(start + 2 * width, sorted.Length), reverse);
            (sorted, spare) = (spare, sorted);
        }
        return [.. sorted.Select(p => p.Item)];
    }

    private static void Merge<T>((T Item, JinjaValue Key)[] from, (T Item, JinjaValue Key)[] to, int start, int middle, int end, bool reverse)
    {
        var (left, right) = (start, middle);
        for (var i = start; i < end; i++)
        {
            var takesRight = left == middle || (right < end
                && (reverse ? Holds("<", from[left].Key, from[right].Key) : Holds("<", from[right].Key, from[left].Key)));
            to[i] = takesRight ? from[right++] : from[left++];
        }
    }

    /// <summary><c>item in container</c>.</summary>
    public static bool Contains(JinjaValue container, JinjaValue item) => container switch
    {
        JinjaString text when item is JinjaString part => text.Value.Contains(part.Value, StringComparison.Ordinal),
        JinjaString when item is JinjaUndefined { IsStrict: true } undefined => throw undefined.Error,
        JinjaString => throw RenderError.Type($"'in <string>' requires string as left operand, not {item.TypeName}"),
        JinjaDictionary dictionary => dictionary.Mutable.ContainsKey(item),
        { IsIterable: true } => container.Iterate().Any(member => AreSameOrEqual(member, item)),
        _ => throw RenderError.Type($"argument of type '{container.TypeName}' is not iterable"),
    };

    private static bool Holds(string symbol, int order) => symbol switch
    {
        "<" => order < 0,
        "<=" => order <= 0,
        ">" => order > 0,
        _ => order >= 0,
    };

    private static bool Holds(string symbol, IReadOnlyList<JinjaValue> a, IReadOnlyList<JinjaValue> b)
    {
        for (var i = 0; i < Math.Min(a.Count, b.Count); i++)
        {
            if (!AreSameOrEqual(a[i], b[i]))
                return Holds(symbol, a[i], b[i]);
        }
        return Holds(symbol, a.Count.CompareTo(b.Count));
    }

    /// <summary>Order by code points, which differs from the order of UTF-16 units above U+D7FF.</summary>
    private static int CompareText(string a, string b)
    {
        var common = a.AsSpan().CommonPrefixLength(b);
        if (common == a.Length || common == b.Length)
            return a.Length.CompareTo(b.Length);
        return Weight(a[common]).CompareTo(Weight(b[common]));

        static int Weight(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
    }

    private static void EnsureStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new RenderError("RecursionError", "maximum recursion depth exceeded in comparison");
    }
}
