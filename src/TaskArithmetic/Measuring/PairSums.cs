using TaskArithmetic.Kernels;

namespace TaskArithmetic.Measuring;

/// <summary>What is counted and summed over the elements of two task vectors a and c.</summary>
internal readonly record struct PairSums
{
    /// <summary>Elements.</summary>
    public long Values { get; init; }

    /// <summary>Elements of equal value in both.</summary>
    public long Equal { get; init; }

    /// <summary>Elements whose magnitudes are both above <see cref="VectorSums.Tolerance"/>.</summary>
    public long Shared { get; init; }

    /// <summary>Elements that are zero in neither.</summary>
    public long BothNonZero { get; init; }

    /// <summary>Elements of opposite signs.</summary>
    public long Conflicts { get; init; }

    /// <summary>Elements of which both bases and models are known.</summary>
    public long Compared { get; init; }

    /// <summary>Those that a changes in bfloat16.</summary>
    public long ChangedFirst { get; init; }

    /// <summary>Those that c changes in bfloat16.</summary>
    public long ChangedSecond { get; init; }

    /// <summary>Those that both change in bfloat16.</summary>
    public long ChangedBoth { get; init; }

    /// <summary>Σ a·c.</summary>
    public double Dot { get; init; }

    /// <summary>Σ αa·γc, with the strengths that the vectors have in the tensor.</summary>
    public double StrongDot { get; init; }

    /// <summary>Sums of two disjoint parts; parts of a tensor are added in their order.</summary>
    public static PairSums operator +(PairSums a, PairSums b) => new()
    {
        Values = a.Values + b.Values,
        Equal = a.Equal + b.Equal,
        Shared = a.Shared + b.Shared,
        BothNonZero = a.BothNonZero + b.BothNonZero,
        Conflicts = a.Conflicts + b.Conflicts,
        Compared = a.Compared + b.Compared,
        ChangedFirst = a.ChangedFirst + b.ChangedFirst,
        ChangedSecond = a.ChangedSecond + b.ChangedSecond,
        ChangedBoth = a.ChangedBoth + b.ChangedBoth,
        Dot = a.Dot + b.Dot,
        StrongDot = a.StrongDot + b.StrongDot,
    };

    /// <summary>Counts and sums over a block, after <see cref="VectorSums.Of"/> marked the changed elements of both.</summary>
    public static PairSums Of(VectorBlock first, VectorBlock second, ReadOnlySpan<float> firstMarks, ReadOnlySpan<float> secondMarks)
    {
        var a = first.Difference;
        var c = second.Difference;
        var compared = first.IsCompared && second.IsCompared;
        return new()
        {
            Values = a.Length,
            Equal = Reducing.CountEqual(a, c),
            Shared = Reducing.CountBothAbove(a, c, VectorSums.Tolerance),
            BothNonZero = Reducing.CountBothNonZero(a, c),
            Conflicts = Reducing.CountOppositeSigns(a, c),
            Compared = compared ? a.Length : 0,
            ChangedFirst = compared ? Reducing.CountNonZero(firstMarks) : 0,
            ChangedSecond = compared ? Reducing.CountNonZero(secondMarks) : 0,
            ChangedBoth = compared ? Reducing.CountBothNonZero(firstMarks, secondMarks) : 0,
            Dot = Reducing.Dot(a, c),
        };
    }
}
