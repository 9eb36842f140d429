using System.Runtime.InteropServices;
using TaskArithmetic.Kernels;

namespace TaskArithmetic.Methods.Summing;

/// <summary>
/// Sums over a tensor that no cut into chunks changes: elements are summed in groups of a fixed number, counted from the tensor's first
/// element, and the groups' sums are then added in order. Where a chunk ends within a group, its elements are kept until the rest arrives.
/// </summary>
/// <typeparam name="TSum">The sum of a group.</typeparam>
/// <param name="group">Elements of a group.</param>
internal abstract class GroupedSums<TSum>(int group) : IMeasure
{
    private readonly List<float> head = [];
    private readonly List<TSum> groups = [];
    private readonly List<float> tail = [];
    private long first = -1;
    private long next;

    /// <inheritdoc/>
    public bool IsExact => false;

    /// <summary>Number of elements so far.</summary>
    protected long Count => first < 0 ? 0 : next - first;

    /// <summary>Sums of the whole groups, in order; all of the tensor's elements but for <see cref="Rest"/>.</summary>
    protected IReadOnlyList<TSum> Groups => groups;

    /// <summary>Elements after the last whole group.</summary>
    protected ReadOnlySpan<float> Rest => CollectionsMarshal.AsSpan(tail);

    /// <summary>Adds the run of elements that begins at this index; it follows upon what was added before.</summary>
    public void Append(long index, ReadOnlySpan<float> values)
    {
        if (values.IsEmpty)
            return;
        if (first < 0)
            first = next = index;
        if (index != next)
            throw new InvalidOperationException($"Element {next} follows, not {index}.");
        next += values.Length;
        // A measure that starts within a group cannot sum it.
        var toBoundary = (int)((group - (first % group)) % group) - head.Count;
        if (toBoundary > 0)
        {
            var length = Math.Min(toBoundary, values.Length);
            head.AddRange(values[..length]);
            values = values[length..];
        }
        while (!values.IsEmpty)
        {
            if (tail.Count == 0 && values.Length >= group)
            {
                groups.Add(SumOf(values[..group]));
                values = values[group..];
                continue;
            }
            var length = Math.Min(group - tail.Count, values.Length);
            tail.AddRange(values[..length]);
            values = values[length..];
            if (tail.Count == group)
            {
                groups.Add(SumOf(Rest));
                tail.Clear();
            }
        }
    }

    /// <inheritdoc/>
    public void Add(IMeasure other)
    {
        var sums = (GroupedSums<TSum>)other;
        if (sums.first < 0)
            return;
        Append(sums.first, CollectionsMarshal.AsSpan(sums.head));
        if (sums.groups.Count > 0)
        {
            if (first < 0)
                first = next = sums.first;
            groups.AddRange(sums.groups);
            next += (long)sums.groups.Count * group;
        }
        Append(sums.next - sums.tail.Count, sums.Rest);
    }

    /// <summary>The sum of one whole group.</summary>
    protected abstract TSum SumOf(ReadOnlySpan<float> values);
}

/// <summary>Σ |v| in float64.</summary>
internal sealed class MagnitudeSum() : GroupedSums<double>(4096)
{
    /// <summary>The sum over all elements.</summary>
    public double Total => Groups.Sum() + Reducing.SumOfMagnitudes(Rest);

    /// <inheritdoc/>
    protected override double SumOf(ReadOnlySpan<float> values) => Reducing.SumOfMagnitudes(values);
}

/// <summary>Σ v² in float64.</summary>
internal sealed class SquareSum() : GroupedSums<double>(4096)
{
    /// <summary>The sum over all elements.</summary>
    public double Total => Groups.Sum() + Reducing.SumOfSquares(Rest);

    /// <inheritdoc/>
    protected override double SumOf(ReadOnlySpan<float> values) => Reducing.SumOfSquares(values);
}
