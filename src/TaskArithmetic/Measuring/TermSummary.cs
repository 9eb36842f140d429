using TaskArithmetic.Planning;

namespace TaskArithmetic.Measuring;

/// <summary>One term of a merge, over the whole model.</summary>
/// <param name="Label">The term as messages name it.</param>
/// <param name="Norm">Euclidean norm of the vector, before α.</param>
/// <param name="RelativeNorm">That norm against the target's.</param>
/// <param name="EqualFraction">Fraction of weights that are equal in both donors (zero in a vector file): high for a pair of which one was trained from the other.</param>
/// <param name="Tensors">Number of tensors it changes.</param>
/// <param name="LowestCosine">Lowest cosine between target and donors on a large matrix; null for a vector file.</param>
public sealed record TermSummary(string Label, double Norm, double RelativeNorm, double EqualFraction, int Tensors, double? LowestCosine)
{
    internal static TermSummary Of(SourceInput source, MergePlan plan, IReadOnlyDictionary<string, TensorStatistics> tensors)
    {
        var parts = tensors
            .SelectMany(t => t.Value.Terms.Where(term => term.Term == source.Index).Select(term => (Name: t.Key, Tensor: t.Value, Term: term)))
            .ToList();
        var squared = parts.Sum(p => p.Term.Squared);
        var target = parts.Sum(p => p.Tensor.TargetSquared);
        var elements = parts.Sum(p => p.Tensor.Elements);
        var cosines = parts
            .Where(p => DonorStatistics.IsLargeMatrix(plan.Tensors[p.Name].Shape))
            .SelectMany(p => new[] { p.Term.From, p.Term.Minus }.OfType<DonorStatistics>().Select(d => d.Cosine(p.Tensor.TargetSquared)))
            .ToList();
        return new TermSummary(
            source.Label,
            Math.Sqrt(squared),
            target == 0 ? 0 : Math.Sqrt(squared / target),
            elements == 0 ? 0 : (double)parts.Sum(p => p.Term.Equal) / elements,
            parts.Count,
            cosines.Count == 0 ? null : cosines.Min());
    }
}
