namespace TaskArithmetic.Measuring;

/// <summary>How one donor's tensor lies to the target's.</summary>
/// <param name="Squared">Σ donor².</param>
/// <param name="DistanceSquared">Σ (donor − target)².</param>
internal readonly record struct DonorStatistics(double Squared, double DistanceSquared)
{
    /// <summary>Sum of two disjoint parts of a tensor.</summary>
    public static DonorStatistics operator +(DonorStatistics a, DonorStatistics b) => new(a.Squared + b.Squared, a.DistanceSquared + b.DistanceSquared);

    /// <summary>
    /// Cosine between donor and target, from |t − d|² = |t|² + |d|² − 2 t·d: for near equal tensors more exact than a dot product.
    /// 1 if both are zero, 0 if one is.
    /// </summary>
    public double Cosine(double targetSquared)
    {
        if (Squared == 0 || targetSquared == 0)
            return Squared == targetSquared ? 1 : 0;
        return (targetSquared + Squared - DistanceSquared) / (2 * Math.Sqrt(targetSquared) * Math.Sqrt(Squared));
    }

    /// <summary>|donor − target| / |target|.</summary>
    public double RelativeDistance(double targetSquared) => targetSquared == 0 ? 0 : Math.Sqrt(DistanceSquared / targetSquared);

    /// <summary>Whether a tensor is large enough for its cosine to tell relatives from strangers.</summary>
    public static bool IsLargeMatrix(IReadOnlyList<ulong> shape) =>
        shape.Count >= 2 && shape.Aggregate(1UL, (product, extent) => product * extent) >= 1024;
}
