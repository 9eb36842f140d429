using TaskArithmetic.Diagnostics;
using TaskArithmetic.Measuring;
using TaskArithmetic.Planning;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Merging;

/// <summary>
/// Whether target and donors come from one initialisation: checkpoints that do have cosines above 0.99 on their big
/// matrices, unrelated ones are near 0 and their difference vectors mean nothing to each other.
/// </summary>
internal static class Lineage
{
    /// <summary>Below this cosine a large matrix counts as unrelated.</summary>
    public const double LowestCosine = 0.9;


    /// <summary>One finding for each donor that does not share the target's lineage.</summary>
    public static IEnumerable<Diagnostic> Judge(MergeSources sources, MergePlan plan, IReadOnlyDictionary<string, TensorStatistics> statistics)
    {
        var large = statistics.Where(s => DonorStatistics.IsLargeMatrix(plan.Tensors[s.Key].Shape)).ToList();
        foreach (var source in sources.Inputs.Where(t => t.Minus is not null))
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
}
