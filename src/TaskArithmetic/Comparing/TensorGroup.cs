using TaskArithmetic.Measuring;


namespace TaskArithmetic.Comparing;

/// <summary>How several tensors of two checkpoints differ, taken as one long vector.</summary>
/// <param name="Name">What they have in common.</param>
/// <param name="Tensors">Number of tensors, those of one side included.</param>
/// <param name="Elements">Weights compared.</param>
/// <param name="EqualFraction">Share of them of equal value; NaN where none was compared.</param>
/// <param name="Cosine">Cosine between the two sides; NaN where no values were compared.</param>
/// <param name="RelativeDistance">|right − left| / |left|; NaN where no values were compared.</param>
internal sealed record TensorGroup(string Name, int Tensors, long Elements, double EqualFraction, double Cosine, double RelativeDistance)
{
    /// <summary>Sums the tensors of a group.</summary>
    public static TensorGroup Of(string name, IEnumerable<TensorComparison> tensors)
    {
        var all = tensors.ToList();
        var compared = all.Where(t => t.Elements > 0).ToList();
        var numbers = compared.Where(t => !double.IsNaN(t.RelativeDistance)).ToList();
        var left = numbers.Sum(t => t.LeftNorm * t.LeftNorm);
        var donor = new DonorStatistics(numbers.Sum(t => t.RightNorm * t.RightNorm), numbers.Sum(t => t.DifferenceNorm * t.DifferenceNorm));
        var elements = compared.Sum(t => t.Elements);
        return new TensorGroup(
            name, all.Count, elements,
            elements == 0 ? double.NaN : (double)compared.Sum(t => t.Equal) / elements,
            numbers.Count == 0 ? double.NaN : donor.Cosine(left),
            numbers.Count == 0 ? double.NaN : donor.RelativeDistance(left));
    }
}
