using System.Runtime.CompilerServices;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Rendering;

/// <summary>Python's comparisons.</summary>
internal static class Comparison
{
    /// <summary>Values that one comparison may visit: lists that share parts can be exponentially larger than they are.</summary>
    public const int MaxVisits = 1_000_000;

    public static bool IsHashable(PythonValue value)
    {
        var visits = MaxVisits;
        return IsHashable(value, ref visits);
    }

    /// <summary><c>left == right</c>.</summary>
    public static bool AreEqual(PythonValue left, PythonValue right)
    {
        var visits = MaxVisits;
        return AreEqual(left, right, ref visits);
    }

    /// <summary>Equality of members, where Python takes an object as equal to itself (a NaN in a list).</summary>
    public static bool AreSameOrEqual(RenderContext context, PythonValue left, PythonValue right) => ReferenceEquals(left, right) || Holds(context, "==", left, right);

    /// <summary>The order operators <c>&lt; &lt;= &gt; &gt;=</c>.</summary>
    public static bool Holds(string symbol, PythonValue left, PythonValue right)
    {
        var visits = MaxVisits;
        return Holds(symbol, left, right, ref visits);
    }

    /// <summary><c>left symbol right</c> for all comparison operators, its cost counted against the rendering's limit.</summary>
    public static bool Holds(RenderContext context, string symbol, PythonValue left, PythonValue right)
    {
        var visits = MaxVisits;
        var holds = symbol switch
        {
            "==" => AreEqual(left, right, ref visits),
            "!=" => !AreEqual(left, right, ref visits),
            "in" => Contains(context, right, left),
            "not in" => !Contains(context, right, left),
            _ => Holds(symbol, left, right, ref visits),
        };
        context.Spend(MaxVisits - visits);
        return holds;
    }

    /// <summary><c>item in container</c>.</summary>
    public static bool Contains(RenderContext context, PythonValue container, PythonValue item)
    {
        context.SpendOn(container);
        return container switch
        {
            PythonString text when item is PythonString part => Holds(context, text.Value, part.Value),
            PythonString => throw RenderError.Type($"'in <string>' requires string as left operand, not {item.TypeName}"),
            PythonDictionary dictionary => dictionary.Mutable.ContainsKey(item),
            { IsIterable: true } => container.Iterate().Any(member => AreSameOrEqual(context, member, item)),
            _ => throw RenderError.Type($"argument of type '{container.TypeName}' is not iterable"),
        };
    }

    /// <summary>Sorts as <c>sorted</c> does: stable, by <c>&lt;</c> alone, so that an unordered pair raises Python's error.</summary>
    public static List<T> Sort<T>(RenderContext context, IEnumerable<T> items, Func<T, PythonValue> key, bool reverse)
    {
        // Span.Sort would wrap the errors of comparisons, hence a merge sort.
        var sorted = items.Select(item => (Item: item, Key: key(item))).ToArray();
        var spare = new (T Item, PythonValue Key)[sorted.Length];
        for (var width = 1; width < sorted.Length; width *= 2)
        {
            for (var start = 0; start < sorted.Length; start += 2 * width)
                Merge(context, sorted, spare, start, Math.Min(start + width, sorted.Length), Math.Min(start + 2 * width, sorted.Length), reverse);
            (sorted, spare) = (spare, sorted);
        }
        return [.. sorted.Select(p => p.Item)];
    }

    /// <summary>Whether a text holds another.</summary>
    private static bool Holds(RenderContext context, string text, string part)
    {
        context.SpendOnSearch(text, part);
        return text.Contains(part, StringComparison.Ordinal);
    }

    /// <summary>Counts two texts that are compared, many characters at a time.</summary>
    private static void Visit(ref int visits, string a, string b) => visits -= Math.Min(a.Length, b.Length) >> 5;

    /// <summary>Counts a value that a comparison or a hash looks at.</summary>
    public static void Visit(ref int visits)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new RenderError("RecursionError", "maximum recursion depth exceeded in comparison");
        if (--visits < 0)
            throw RenderError.Limit($"a comparison looks at more than {MaxVisits} values");
    }

    private static bool IsHashable(PythonValue value, ref int visits)
    {
        Visit(ref visits);
        if (value is not PythonTuple tuple)
            return value is not (PythonList or PythonDictionary or PythonSlice);
        foreach (var item in tuple.Items)
        {
            if (!IsHashable(item, ref visits))
                return false;
        }
        return true;
    }

    private static bool AreEqual(PythonValue left, PythonValue right, ref int visits)
    {
        Visit(ref visits);
        if ((left as JinjaUndefined ?? right as JinjaUndefined) is { } undefined)
            return AreEqual(undefined, left, right);
        if (left is PythonString one && right is PythonString other)
            Visit(ref visits, one.Value, other.Value);
        return (left, right) switch
        {
            (PythonString a, PythonString b) => a.Value == b.Value,
            _ when Arithmetic.IsNumber(left) && Arithmetic.IsNumber(right) => Arithmetic.Compare(left, right) == 0,
            (PythonList a, PythonList b) => AreEqual(a.Items, b.Items, ref visits),
            (PythonTuple a, PythonTuple b) => AreEqual(a.Items, b.Items, ref visits),
            (PythonDictionary a, PythonDictionary b) => AreEqual(a, b, ref visits),
            (PythonRange a, PythonRange b) => a.Iterate().Select(Arithmetic.ToInteger).SequenceEqual(b.Iterate().Select(Arithmetic.ToInteger)),
            _ => ReferenceEquals(left, right),
        };
    }

    private static bool AreEqual(JinjaUndefined undefined, PythonValue left, PythonValue right)
    {
        if (undefined.IsStrict)
            throw undefined.Error;
        return right is JinjaUndefined { IsStrict: true } strict ? throw strict.Error : left is JinjaUndefined && right is JinjaUndefined;
    }

    private static bool AreEqual(IReadOnlyList<PythonValue> a, IReadOnlyList<PythonValue> b, ref int visits)
    {
        if (a.Count != b.Count)
            return false;
        for (var i = 0; i < a.Count; i++)
        {
            if (!ReferenceEquals(a[i], b[i]) && !AreEqual(a[i], b[i], ref visits))
                return false;
        }
        return true;
    }

    private static bool AreEqual(PythonDictionary a, PythonDictionary b, ref int visits)
    {
        if (a.Mutable.Count != b.Mutable.Count)
            return false;
        foreach (var (key, value) in a.Mutable)
        {
            if (!b.Mutable.TryGetValue(key, out var other) || !(ReferenceEquals(value, other) || AreEqual(value, other, ref visits)))
                return false;
        }
        return true;
    }

    private static bool Holds(string symbol, PythonValue left, PythonValue right, ref int visits)
    {
        Visit(ref visits);
        if ((left as JinjaUndefined ?? right as JinjaUndefined) is { } undefined)
            throw undefined.Error;
        if (left is PythonString one && right is PythonString other)
            Visit(ref visits, one.Value, other.Value);
        return (left, right) switch
        {
            (PythonString a, PythonString b) => Holds(symbol, CompareText(a.Value, b.Value)),
            _ when Arithmetic.IsNumber(left) && Arithmetic.IsNumber(right) => Arithmetic.Compare(left, right) is { } order && Holds(symbol, order),
            (PythonList a, PythonList b) => Holds(symbol, a.Items, b.Items, ref visits),
            (PythonTuple a, PythonTuple b) => Holds(symbol, a.Items, b.Items, ref visits),
            _ => throw RenderError.Type($"'{symbol}' not supported between instances of '{left.TypeName}' and '{right.TypeName}'"),
        };
    }

    private static bool Holds(string symbol, int order) => symbol switch
    {
        "<" => order < 0,
        "<=" => order <= 0,
        ">" => order > 0,
        _ => order >= 0,
    };

    private static bool Holds(string symbol, IReadOnlyList<PythonValue> a, IReadOnlyList<PythonValue> b, ref int visits)
    {
        for (var i = 0; i < Math.Min(a.Count, b.Count); i++)
        {
            if (!ReferenceEquals(a[i], b[i]) && !AreEqual(a[i], b[i], ref visits))
                return Holds(symbol, a[i], b[i], ref visits);
        }
        return Holds(symbol, a.Count.CompareTo(b.Count));
    }

    private static void Merge<T>(RenderContext context, (T Item, PythonValue Key)[] from, (T Item, PythonValue Key)[] to, int start, int middle, int end, bool reverse)
    {
        var (left, right) = (start, middle);
        for (var i = start; i < end; i++)
        {
            var takesRight = left == middle || (right < end
                && (reverse ? Holds(context, "<", from[left].Key, from[right].Key) : Holds(context, "<", from[right].Key, from[left].Key)));
            to[i] = takesRight ? from[right++] : from[left++];
        }
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
}
