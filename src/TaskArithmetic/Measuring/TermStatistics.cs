namespace TaskArithmetic.Measuring;

/// <summary>What one term did to one tensor.</summary>
/// <param name="Term">Place in the recipe.</param>
/// <param name="Squared">Σ v², before α.</param>
/// <param name="Equal">Weights that are equal in both donors, or zero in a vector.</param>
/// <param name="From">The donor with the skill against the target; null for a vector file.</param>
/// <param name="Minus">The other donor against the target; null for a vector file.</param>
internal sealed record TermStatistics(int Term, double Squared, long Equal, DonorStatistics? From, DonorStatistics? Minus)
{
    /// <summary>Sum over two disjoint parts of the same tensor.</summary>
    public static TermStatistics operator +(TermStatistics a, TermStatistics b) =>
        new(a.Term, a.Squared + b.Squared, a.Equal + b.Equal, a.From + b.From, a.Minus + b.Minus);
}
