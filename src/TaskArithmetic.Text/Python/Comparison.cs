using System.Numerics;
using System.Runtime.CompilerServices;

namespace TaskArithmetic.Text.Python;

/// <summary>Python's comparisons.</summary>
internal static class Comparison
{
    /// <summary><c>left == right</c>.</summary>
    public static bool AreEqual(PythonValue left, PythonValue right) => AreEqual(left, right, new Visits());

    /// <summary>Equality of members, where Python takes an object as equal to itself (a NaN in a list).</summary>
    public static bool AreSameOrEqual(PythonBudget budget, PythonValue left, PythonValue right) => ReferenceEquals(left, right) || Holds(budget, "==", left, right);

    /// <summary><c>left symbol right</c> for all comparison operators, its cost counted.</summary>
    public static bool Holds(PythonBudget budget, string symbol, PythonValue left, PythonValue right)
    {
        var visits = new Visits();
        var holds = symbol switch
        {
            "==" => AreEqual(left, right, visits),
            "!=" => !AreEqual(left, right, visits),
            "in" => Contains(budget, right, left),
            "not in" => !Contains(budget, right, left),
            _ => IsOrdered(symbol, left, right, visits),
        };
        budget.Spend(visits.Count);
        return holds;
    }

    /// <summary><c>item in container</c>.</summary>
    public static bool Contains(PythonBudget budget, PythonValue container, PythonValue item)
    {
        budget.SpendOn(container);
        switch (container)
        {
            case PythonString text when item is PythonString part:
                budget.SpendOnSearch(text.Value, part.Value);
                return text.Value.Contains(part.Value, StringComparison.Ordinal);
            case PythonString:
                throw PythonError.Type($"'in <string>' requires string as left operand, not {item.TypeName}");
            case PythonDictionary dictionary:
                return dictionary.Mutable.ContainsKey(item);
            default:
                return container.IsIterable
                    ? container.Iterate().Any(member => AreSameOrEqual(budget, member, item))
                    : throw PythonError.Type($"argument of type '{container.TypeName}' is not iterable");
        }
    }

    /// <summary>Sorts as <c>sorted</c> does: stable, by <c>&lt;</c> alone, so that an unordered pair raises Python's error.</summary>
    public static List<T> Sort<T>(PythonBudget budget, IEnumerable<T> items, Func<T, PythonValue> key, bool reverse)
    {
        // Span.Sort would wrap the errors of comparisons, hence a merge sort.
        var sorted = items.Select(item => (Item: item, Key: key(item))).ToArray();
        var spare = new (T Item, PythonValue Key)[sorted.Length];
        for (var width = 1; width < sorted.Length; width *= 2)
        {
            for (var start = 0; start < sorted.Length; start += 2 * width)
                Merge(start, Math.Min(start + width, sorted.Length), Math.Min(start + 2 * width, sorted.Length));
            (sorted, spare) = (spare, sorted);
        }
        return [.. sorted.Select(p => p.Item)];

        void Merge(int left, int middle, int end)
        {
            var right = middle;
            for (var i = left; i < end; i++)
                spare[i] = left == middle || (right < end && Precedes(sorted[right].Key, sorted[left].Key)) ? sorted[right++] : sorted[left++];

            bool Precedes(PythonValue later, PythonValue earlier) => reverse ? Holds(budget, "<", earlier, later) : Holds(budget, "<", later, earlier);
        }
    }

    /// <summary>Whether a value may be a dictionary's key.</summary>
    public static bool IsHashable(PythonValue value, Visits? visits = null)
    {
        visits = (visits ?? new Visits()).Add();
        return value is PythonTuple tuple ? tuple.Items.All(item => IsHashable(item, visits)) : value is not (PythonList or PythonDictionary or PythonSlice);
    }

    /// <summary>The hash of a dictionary's key.</summary>
    public static int Hash(PythonValue value, Visits visits)
    {
        visits.Add();
        return value switch
        {
            PythonTuple tuple => tuple.Items.Aggregate(17, (hash, item) => HashCode.Combine(hash, Hash(item, visits))),
            PythonString text => text.Value.GetHashCode(StringComparison.Ordinal),
            // Equal numbers of different types must meet: 1, 1.0 and True.
            _ when Operators.IsNumber(value) => Operators.ToDouble(value).GetHashCode(),
            _ when IsHashable(value) => value.IdentityHash(),
            _ => throw PythonError.Type($"unhashable type: '{value.TypeName}'"),
        };
    }

    private static bool AreEqual(PythonValue left, PythonValue right, Visits visits)
    {
        visits.Add(left, right);
        return (left, right) switch
        {
            (PythonString a, PythonString b) => a.Value == b.Value,
            _ when Operators.IsNumber(left) && Operators.IsNumber(right) => Order(left, right) == 0,
            (PythonSequence a, PythonSequence b) => left.GetType() == right.GetType() && a.Items.Count == b.Items.Count && FirstDifference(a.Items, b.Items, visits) == a.Items.Count,
            (PythonDictionary a, PythonDictionary b) => a.Mutable.Count == b.Mutable.Count
                && a.Mutable.All(e => b.Mutable.TryGetValue(e.Key, out var other) && (ReferenceEquals(e.Value, other) || AreEqual(e.Value, other, visits))),
            (PythonRange a, PythonRange b) => a.Iterate().Select(Operators.ToInteger).SequenceEqual(b.Iterate().Select(Operators.ToInteger)),
            // Both are asked, since an undefined value on either side may refuse.
            _ => left.IsSame(right) & right.IsSame(left),
        };
    }

    private static int FirstDifference(IReadOnlyList<PythonValue> a, IReadOnlyList<PythonValue> b, Visits visits)
    {
        var i = 0;
        while (i < Math.Min(a.Count, b.Count) && (ReferenceEquals(a[i], b[i]) || AreEqual(a[i], b[i], visits)))
            i++;
        return i;
    }

    private static bool IsOrdered(string symbol, PythonValue left, PythonValue right, Visits visits)
    {
        visits.Add(left, right);
        if ((left.Misuse ?? right.Misuse) is { } error)
            throw error;
        switch (left, right)
        {
            case (PythonString a, PythonString b):
                return Holds(symbol, CompareText(a.Value, b.Value));
            case (PythonSequence { Items: var a }, PythonSequence { Items: var b }) when left.GetType() == right.GetType():
                var i = FirstDifference(a, b, visits);
                return i < a.Count && i < b.Count ? IsOrdered(symbol, a[i], b[i], visits) : Holds(symbol, a.Count.CompareTo(b.Count));
            default:
                return Operators.IsNumber(left) && Operators.IsNumber(right)
                    ? Order(left, right) is { } order && Holds(symbol, order)
                    : throw PythonError.Type($"'{symbol}' not supported between instances of '{left.TypeName}' and '{right.TypeName}'");
        }
    }

    private static bool Holds(string symbol, int order) => symbol switch
    {
        "<" => order < 0,
        "<=" => order <= 0,
        ">" => order > 0,
        _ => order >= 0,
    };

    /// <summary>The exact order of two numbers; null where one is NaN.</summary>
    private static int? Order(PythonValue left, PythonValue right)
    {
        if (Operators.ToInteger(left) is { } a && Operators.ToInteger(right) is { } b)
            return a.CompareTo(b);
        var (x, y) = (Operators.ToDouble(left), Operators.ToDouble(right));
        if (double.IsNaN(x) || double.IsNaN(y))
            return null;
        // Large integers lose digits as doubles; an equal double is compared once more as an integer.
        return x == y && double.IsFinite(x)
            ? (Operators.ToInteger(left) ?? new BigInteger(x)).CompareTo(Operators.ToInteger(right) ?? new BigInteger(y)) is var exact && Math.Abs(x) > 1L << 53 ? exact : 0
            : x.CompareTo(y);
    }

    /// <summary>Order by code points, which differs from the order of UTF-16 units above U+D7FF.</summary>
    private static int CompareText(string a, string b)
    {
        var common = a.AsSpan().CommonPrefixLength(b);
        return common == a.Length || common == b.Length ? a.Length.CompareTo(b.Length) : Weight(a[common]).CompareTo(Weight(b[common]));

        static int Weight(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
    }
}

/// <summary>Values that one comparison or hash looks at: lists that share parts can be exponentially larger than they are.</summary>
internal sealed class Visits
{
    private const int Most = 1_000_000;

    public long Count { get; private set; }

    public Visits Add()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw PythonError.Recursion(" in comparison");
        return ++Count <= Most ? this : throw PythonError.Limit($"a comparison looks at more than {Most} values");
    }

    /// <summary>Counts two values that are compared; texts are, many characters at a time.</summary>
    public void Add(PythonValue left, PythonValue right)
    {
        Add();
        if (left is PythonString a && right is PythonString b)
            Count += Math.Min(a.Value.Length, b.Value.Length) >> 5;
    }
}

/// <summary>Equality of dictionary keys.</summary>
internal sealed class KeyComparer : IEqualityComparer<PythonValue>
{
    public static KeyComparer Instance { get; } = new();

    public bool Equals(PythonValue? x, PythonValue? y) => Comparison.AreEqual(x!, y!);

    public int GetHashCode(PythonValue value) => Comparison.Hash(value, new Visits());
}
