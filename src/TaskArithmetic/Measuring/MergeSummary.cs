using TaskArithmetic.Planning;

namespace TaskArithmetic.Measuring;

/// <summary>What the vectors did to the weights, over the whole model.</summary>
/// <param name="TargetNorm">Euclidean norm of the merged tensors of the target.</param>
/// <param name="Asked">Weights whose change before rounding is not zero.</param>
/// <param name="Survived">Those of them that differ from the target after rounding to the output dtype.</param>
/// <param name="Terms">Each term.</param>
/// <param name="Tensors">Each merged tensor, by name.</param>
public sealed record MergeSummary(
    double TargetNorm, long Asked, long Survived, IReadOnlyList<TermSummary> Terms, IReadOnlyDictionary<string, TensorSummary> Tensors)
{
    /// <summary>Fraction of the asked changes that survive rounding, 0 to 1; null if none was asked.</summary>
    public double? SurvivalFraction => Asked == 0 ? null : (double)Survived / Asked;

    /// <summary>How many changes survive rounding, in words.</summary>
    internal string SurvivalText => SurvivalFraction is { } fraction
        ? FormattableString.Invariant($"{Survived} of {Asked} changed weights survive rounding ({fraction * 100:0.00} %)")
        : "no weight changes";

    internal static MergeSummary Of(MergeSources sources, MergePlan plan, IReadOnlyDictionary<string, TensorStatistics> tensors) => new(
        Math.Sqrt(tensors.Values.Sum(t => t.TargetSquared)),
        tensors.Values.Sum(t => t.Asked),
        tensors.Values.Sum(t => t.Survived),
        [.. sources.Inputs.Select(input => TermSummary.Of(input, plan, tensors))],
        tensors.ToDictionary(t => t.Key, t => TensorSummary.Of(t.Value), StringComparer.Ordinal));

    /// <summary>The summary with models called by their names rather than by where they lie.</summary>
    internal MergeSummary With(IReadOnlyDictionary<string, string> names) => this with
    {
        // A folder may lie in another.
        Terms = [.. Terms.Select(t => t with { Label = names.OrderByDescending(n => n.Key.Length).Aggregate(t.Label, (label, name) => label.Replace(name.Key, name.Value, StringComparison.Ordinal)) })],
    };
}
