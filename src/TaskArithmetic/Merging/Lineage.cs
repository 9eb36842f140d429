using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Merging;

/// <summary>
/// Whether target and donors come from one initialisation: checkpoints that do have cosines above 0.99 on their big
/// matrices, unrelated ones are near 0 and their difference vectors mean nothing to each other.
/// </summary>
internal static class Lineage
{
    /// <summary>Below this cosine a large matrix counts as unrelated.</summary>
    public const double LowestCosine = 0.9;

    /// <summary>Elements from which a matrix is large; smaller ones and norms may differ honestly.</summary>
    private const ulong LargeMatrix = 1024;

    /// <summary>One finding for each donor that does not share the target's lineage.</summary>
    public static IEnumerable<Diagnostic> Judge(MergeSources sources, MergePlan plan, IReadOnlyDictionary<string, TensorStatistics> statistics)
    {
        var large = statistics.Where(s => IsLargeMatrix(plan.Tensors[s.Key].Target.Info.Shape)).ToList();
        foreach (var source in sources.Terms.Where(t => t.Minus is not null))
        {
            foreach (var (donor, pick) in new (string, Func<TermStatistics, DonorStatistics?>)[] { (source.From.Path, t => t.From), (source.Minus!.Path, t => t.Minus) })
            {
                var unlike = large
                    .SelectMany(s => s.Value.Terms.Where(t => t.Term == source.Index).Select(t => (s.Key, Cosine: pick(t)!.Value.Cosine(s.Value.TargetSquared))))
                    .Where(c => c.Cosine < LowestCosine)
                    .ToList();
                if (unlike.Count > 0)
                    yield return MergeDiagnostics.LineageDiffers(source.Label, donor, unlike, sources.Recipe.RequireSameLineage);
            }
        }
    }

    /// <summary>Whether a tensor of this shape tells about lineage.</summary>
    public static bool IsLargeMatrix(IReadOnlyList<ulong> shape) =>
        shape.Count >= 2 && shape.Aggregate(1UL, (product, extent) => product * extent) >= LargeMatrix;
}
