namespace TaskArithmetic.Kernels;

/// <summary>The k-th smallest of numbers in memory, without ordering the others.</summary>
internal static class Quickselect
{
    // What halving takes, with room for bad pivots; beyond it sorting bounds the time.
    private const int Rounds = 64;

    /// <summary>The number at this place of ascending order; the span is left in another order.</summary>
    /// <param name="values">The numbers, at least one.</param>
    /// <param name="place">The place, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public static ulong Find(Span<ulong> values, int place)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(place);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(place, values.Length);
        for (var round = 0; values.Length > 1; round++)
        {
            if (round == Rounds)
            {
                values.Sort();
                return values[place];
            }
            var boundary = Part(values, MedianOfThree(values[0], values[values.Length / 2], values[^1]));
            if (place <= boundary)
            {
                values = values[..(boundary + 1)];
                continue;
            }
            values = values[(boundary + 1)..];
            place -= boundary + 1;
        }
        return values[0];
    }

    /// <summary>Hoare's partition: up to the place that is returned nothing exceeds the pivot, behind it nothing falls below; neither part is empty.</summary>
    /// <remarks>The pivot is one of the numbers, so both scans end; where it is the last and largest, the first part is all but it.</remarks>
    private static int Part(Span<ulong> values, ulong pivot)
    {
        var (low, high) = (-1, values.Length);
        while (true)
        {
            while (values[++low] < pivot)
            {
            }
            while (values[--high] > pivot)
            {
            }
            if (low >= high)
                return Math.Min(high, values.Length - 2);
            (values[low], values[high]) = (values[high], values[low]);
        }
    }

    private static ulong MedianOfThree(ulong a, ulong b, ulong c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
