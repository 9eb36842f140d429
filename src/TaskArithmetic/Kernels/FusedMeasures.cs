namespace TaskArithmetic.Kernels;

/// <summary>What a fused merge measured, added up over blocks of one tensor in their order.</summary>
/// <param name="terms">Number of terms.</param>
internal sealed class FusedMeasures(int terms)
{
    private readonly FusedTermMeasures[] terms = new FusedTermMeasures[terms];

    /// <summary>Number of elements.</summary>
    public long Elements { get; private set; }

    /// <summary>Σ target².</summary>
    public double TargetSquared { get; private set; }

    /// <summary>Elements whose change before rounding is not zero.</summary>
    public long Asked { get; private set; }

    /// <summary>Those of them that differ from the target after rounding.</summary>
    public long Survived { get; private set; }

    /// <summary>What each term contributed, in their order.</summary>
    public ReadOnlySpan<FusedTermMeasures> Terms => terms;

    /// <summary>Adds a block.</summary>
    public void Add(long elements, double targetSquared, long asked, long survived, ReadOnlySpan<FusedTermMeasures> block)
    {
        Elements += elements;
        TargetSquared += targetSquared;
        Asked += asked;
        Survived += survived;
        for (var i = 0; i < terms.Length; i++)
            terms[i] += block[i];
    }
}

/// <summary>What one term shows of a run of elements. The last four are of pairs, and zero for a term without a second operand.</summary>
/// <param name="Squared">Σ (from − minus)², or Σ from².</param>
/// <param name="Equal">Elements that are equal in both, or zero.</param>
/// <param name="FromSquared">Σ from².</param>
/// <param name="FromDistance">Σ (from − target)².</param>
/// <param name="MinusSquared">Σ minus².</param>
/// <param name="MinusDistance">Σ (minus − target)².</param>
internal readonly record struct FusedTermMeasures(
    double Squared, long Equal, double FromSquared, double FromDistance, double MinusSquared, double MinusDistance)
{
    /// <summary>Sum over two disjoint runs.</summary>
    public static FusedTermMeasures operator +(FusedTermMeasures a, FusedTermMeasures b) => new(
        a.Squared + b.Squared, a.Equal + b.Equal, a.FromSquared + b.FromSquared, a.FromDistance + b.FromDistance,
        a.MinusSquared + b.MinusSquared, a.MinusDistance + b.MinusDistance);
}
