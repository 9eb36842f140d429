namespace TaskArithmetic.Text.Python;

/// <summary>The key of <c>a[start:stop:step]</c>; null stands for a part that is left out.</summary>
internal sealed class PythonSlice(int? start, int? stop, int? step) : PythonValue
{
    public override string TypeName => "slice";

    public bool HasZeroStep => step == 0;

    /// <summary>First index, the bound not reached, step and number of indices within a sequence of the given length, as <c>slice.indices</c> resolves them.</summary>
    public (int First, int End, int Step, int Count) Resolve(int length)
    {
        var stride = step ?? 1;
        var low = stride > 0 ? 0 : -1;
        var high = stride > 0 ? length : length - 1;
        var first = Clamp(start, stride > 0 ? low : high);
        var end = Clamp(stop, stride > 0 ? high : low);
        long span = stride > 0 ? (long)end - first : (long)first - end;
        var size = Math.Abs((long)stride);
        return (first, end, stride, span <= 0 ? 0 : (int)((span - 1) / size + 1));

        int Clamp(int? bound, int missing) => bound switch
        {
            null => missing,
            < 0 => (int)Math.Max((long)bound.Value + length, low),
            _ => Math.Min(bound.Value, high),
        };
    }

    public IEnumerable<int> Indices(int length)
    {
        var (first, _, stride, count) = Resolve(length);
        for (var i = 0; i < count; i++)
            yield return first + i * stride;
    }
}
