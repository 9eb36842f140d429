using System.Numerics;

namespace TaskArithmetic.Text.Python;

/// <summary>The key of <c>a[start:stop:step]</c>; null stands for a part that is left out.</summary>
internal sealed class PythonSlice(int? start, int? stop, int? step) : PythonValue
{
    public override string TypeName => "slice";

    public bool HasZeroStep => step == 0;

    /// <summary>The place that an integer key means, counting from the end when negative; null when it is no integer or outside.</summary>
    public static int? Index(PythonValue key, int length)
    {
        if (Operators.ToInteger(key) is not { } index)
            return null;
        if (index.Sign < 0)
            index += length;
        return index.Sign >= 0 && index < length ? (int)index : null;
    }

    /// <summary>One of the three parts of a slice; integers beyond the range of sequences are clamped, as CPython does.</summary>
    public static int? Bound(PythonValue value) => value is PythonNone ? null
        : Operators.ToInteger(value) is { } number ? Clamp(number)
        : throw PythonError.Type("slice indices must be integers or None or have an __index__ method");

    public static int Clamp(BigInteger number) => (int)BigInteger.Max(BigInteger.Min(number, int.MaxValue), -int.MaxValue);

    /// <summary>First index, the bound not reached, step and number of indices within a sequence of the given length, as <c>slice.indices</c> resolves them.</summary>
    public (int First, int End, int Step, int Count) Resolve(int length)
    {
        var stride = step ?? 1;
        var low = stride > 0 ? 0 : -1;
        var high = stride > 0 ? length : length - 1;
        var first = Place(start, stride > 0 ? low : high);
        var end = Place(stop, stride > 0 ? high : low);
        long span = stride > 0 ? (long)end - first : (long)first - end;
        return (first, end, stride, span <= 0 ? 0 : (int)((span - 1) / Math.Abs((long)stride) + 1));

        int Place(int? bound, int missing) => bound is not { } place ? missing : place < 0 ? (int)Math.Max((long)place + length, low) : Math.Min(place, high);
    }

    public IEnumerable<int> Indices(int length)
    {
        var (first, _, stride, count) = Resolve(length);
        return Enumerable.Range(0, count).Select(i => first + i * stride);
    }
}
