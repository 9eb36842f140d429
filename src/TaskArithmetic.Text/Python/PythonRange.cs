using System.Globalization;
using TaskArithmetic.Text.Jinja.Rendering;

namespace TaskArithmetic.Text.Python;

/// <summary>What <c>range()</c> gives.</summary>
internal sealed class PythonRange(long start, long stop, long step, int count) : PythonValue
{
    public override string TypeName => "range";

    internal override int? Length => count;

    internal override bool IsIterable => true;

    public long At(int index) => start + index * step;

    internal override IEnumerable<PythonValue> Iterate()
    {
        for (var i = 0; i < count; i++)
            yield return At(i);
    }

    internal override PythonValue? GetItem(PythonValue key)
    {
        if (Slicing.Index(key, count) is { } index)
            return At(index);
        if (key is not PythonSlice slice)
            return null;
        var (first, end, stride, length) = slice.Resolve(count);
        return new PythonRange(At(first), At(end), step * stride, length);
    }

    internal override void WriteRepr(ReprWriter writer) =>
        writer.Text.Append(string.Create(CultureInfo.InvariantCulture, $"range({start}, {stop}{(step == 1 ? "" : $", {step}")})"));
}
