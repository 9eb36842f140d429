using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Statistics;

namespace TaskArithmetic.Evaluation.Gates;

/// <summary>
/// Judges a merged model's scores against its base's. There are three verdicts, not two: with the few items of a smoke test
/// "not shown to be worse" and "shown to be no worse" are far apart, and a gate that calls both a pass is decoration.
/// </summary>
internal static class Gate
{
    // Rises of truncated or unparseable answers beyond this are pointed out beside the score.
    private const double NotableRise = 0.05;

    /// <summary>Judges all benchmarks of a build together.</summary>
    /// <exception cref="DiagnosticException">TA4204 to TA4206: scores or requirements that cannot be judged, all at once.</exception>
    public static GateReport Judge(IReadOnlyList<GateRequest> requests, GateOptions options)
    {
        var problems = requests.SelectMany(Problems).ToList();
        if (problems.Count > 0)
            throw new DiagnosticException(problems);

        var comparisons = Compare([.. requests.Select(r => r.Scores)], options.Alpha);
        var results = requests.Select((request, i) => Judge(request, comparisons[i], options.Alpha)).ToList();
        return new GateReport(
            results, Pool(results, options.Alpha), options.Inconclusive,
            [.. results.SelectMany(result => GateDiagnostics.Of(result, options.Inconclusive)), .. results.SelectMany(QualityWarnings)]);
    }

    /// <summary>Requirements that no scores could meet: no percentages.</summary>
    internal static IEnumerable<Diagnostic> Problems(string benchmark, GateCriteria criteria)
    {
        if (criteria.MinScore is { } minimum && !(minimum is >= 0 and <= 100))
            yield return GateDiagnostics.CriterionOutOfRange(benchmark, nameof(criteria.MinScore), minimum);
        if (criteria.MaxRegression is { } margin && !(margin is >= 0 and <= 100))
            yield return GateDiagnostics.CriterionOutOfRange(benchmark, nameof(criteria.MaxRegression), margin);
    }

    private static BenchmarkGateResult Judge(GateRequest request, BaselineComparison? comparison, double alpha)
    {
        var (scores, criteria) = (request.Scores, request.Criteria);
        var merged = MeanEstimate.Of(scores.Merged, scores.Clusters, alpha);
        var results = new List<CriterionResult>();
        if (criteria.MinScore is { } minimum)
            results.Add(GateCriterionJudge.MinScore(merged, minimum, alpha));
        if (criteria.MaxRegression is { } margin)
            results.Add(GateCriterionJudge.MaxRegression(comparison!, margin, alpha));
        if (criteria.RequireImprovement)
            results.Add(GateCriterionJudge.RequireImprovement(comparison!, alpha));
        var cut = (scores.BaseQuality?.CutPrompts ?? 0) + (scores.MergedQuality?.CutPrompts ?? 0);
        return new(scores, merged, comparison, results.ConvertAll(r => GateCriterionJudge.Unseen(r, cut)));
    }

    private static BaselineComparison?[] Compare(IReadOnlyList<PairedScores> all, double alpha)
    {
        var paired = all.Select(s => s.Base is null ? (PairedDifference?)null : PairedDifference.Of(s.Base, s.Merged, s.Clusters, alpha)).ToArray();
        var tests = Array.ConvertAll(paired, p => p is { } difference ? McNemarTest.Of(difference.Wins, difference.Losses) : (McNemarTest?)null);
        // Only benchmarks that were compared count towards the correction.
        var better = new Queue<double>(HolmCorrection.Adjust([.. tests.OfType<McNemarTest>().Select(t => t.Better)]));
        var worse = new Queue<double>(HolmCorrection.Adjust([.. tests.OfType<McNemarTest>().Select(t => t.Worse)]));
        var comparisons = new BaselineComparison?[all.Count];
        for (var i = 0; i < all.Count; i++)
        {
            if (paired[i] is { } difference)
            {
                comparisons[i] = new(
                    MeanEstimate.Of(all[i].Base!, all[i].Clusters, alpha), difference, tests[i]!.Value, better.Dequeue(), worse.Dequeue(),
                    PowerAnalysis.SmallestDetectableDifference(difference.Count, difference.Discordance, alpha));
            }
        }
        return comparisons;
    }

    /// <summary>A benchmark that is judged twice, with two limits or metrics, counts once: with most items.</summary>
    private static PooledComparison? Pool(List<BenchmarkGateResult> results, double alpha)
    {
        var scores = results.Select(r => r.Scores).Where(s => s.Base is not null).GroupBy(s => s.Task).Select(g => g.MaxBy(s => s.Merged.Count)!).ToList();
        if (scores.Count == 0)
            return null;
        var pooled = PairedDifference.Of([.. scores.SelectMany(s => s.Base!)], [.. scores.SelectMany(s => s.Merged)], null, alpha);
        return new(pooled, McNemarTest.Of(pooled.Wins, pooled.Losses));
    }

    private static IEnumerable<Diagnostic> Problems(GateRequest request)
    {
        var (scores, criteria) = (request.Scores, request.Criteria);
        if (scores.Merged.Count == 0 || (scores.Base is not null && scores.Base.Count != scores.Merged.Count)
            || (scores.Clusters is not null && scores.Clusters.Count != scores.Merged.Count))
            yield return GateDiagnostics.UnpairedScores(scores);
        else if (scores.Merged.Concat(scores.Base ?? []).Any(score => !(score is >= 0 and <= 1)))
            yield return GateDiagnostics.ScoreOutOfRange(scores);
        if (scores.Base is null && criteria.NeedsBaseline)
            yield return GateDiagnostics.NoBaseline(scores.Benchmark);
        foreach (var problem in Problems(scores.Benchmark, criteria))
            yield return problem;
    }

    private static IEnumerable<Diagnostic> QualityWarnings(BenchmarkGateResult result)
    {
        if (result.Scores is not { BaseQuality: { } before, MergedQuality: { } after })
            yield break;
        if (after.TruncationRate is { } cut && before.TruncationRate is { } cutBefore && cut - cutBefore > NotableRise)
            yield return GateDiagnostics.QualityFell(result.Scores, "cut at the token limit", cutBefore, cut);
        if (after.UnparseableRate is { } unread && before.UnparseableRate is { } unreadBefore && unread - unreadBefore > NotableRise)
            yield return GateDiagnostics.QualityFell(result.Scores, "without an answer that could be extracted", unreadBefore, unread);
    }
}
