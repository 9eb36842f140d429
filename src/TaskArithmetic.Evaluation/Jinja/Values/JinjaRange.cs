using System.Globalization;
using TaskArithmetic.Evaluation.Jinja.Python;
using TaskArithmetic.Evaluation.Jinja.Rendering;

namespace TaskArithmetic.Evaluation.Jinja.Values;

/// <summary>What <c>range()</c> gives.</summary>
internal sealed class JinjaRange(long start, long stop, long step, int count) : JinjaValue
{
    public override string TypeName => "range";

    internal override int? Length => count;

    internal override bool IsIterable => true;

    public long At(int index) => start + index * step;

    internal override IEnumerable<JinjaValue> Iterate()
    {
        for (var i = 0; i < count; i++)
            yield return At(i);
    }

    internal override JinjaValue? GetItem(JinjaValue key)
    {
        if (Slicing.Index(key, count) is { } index)
            return At(index);
        if (key is not JinjaSlice slice)
            return null;
        var (first, end, stride, length) = slice.Resolve(count);
        return new JinjaRange(At(first), At(end), step * stride, length);
    }

    internal override void WriteRepr(ReprWriter writer) =>
        writer.Text.Append(string.Create(CultureInfo.InvariantCulture, $"range({start}, {stop}{(step == 1 ? "" : $", {step}")})"));
}
