using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Statistics;

namespace TaskArithmetic.Evaluation.Gates;

/// <summary>
/// Judges a merged model against its base. There are three verdicts, not two: with the few items of a smoke test "not
/// shown to be worse" and "shown to be no worse" are far apart, and a gate that calls both a pass is decoration.
/// </summary>
public static class Gate
{
    // Rises of truncated or unparseable answers beyond this are pointed out beside the score.
    private const double NotableRise = 0.05;

    /// <summary>Judges all benchmarks of a build together.</summary>
    /// <param name="requests">Scores and requirements, one for each benchmark.</param>
    /// <param name="options">Level, policy and seed.</param>
    /// <exception cref="DiagnosticException">TA4204 to TA4206: scores or requirements that cannot be judged, all at once.</exception>
    public static GateReport Judge(IReadOnlyList<GateRequest> requests, GateOptions options)
    {
        var problems = requests.SelectMany(Problems).ToList();
        if (problems.Count > 0)
            throw new DiagnosticException(problems);

        var comparisons = Compare([.. requests.Select(r => r.Scores)], options);
        var results = requests.Select((request, i) => Judge(request, comparisons[i], options)).ToList();
        return new GateReport(
            results, Pool(results, options), options.Inconclusive,
            [.. results.SelectMany(result => GateDiagnostics.Of(result, options.Inconclusive)), .. results.SelectMany(QualityWarnings)]);
    }

    private static BenchmarkGateResult Judge(GateRequest request, BaselineComparison? comparison, GateOptions options)
    {
        var merged = MeanEstimate.Of([.. request.Scores.Merged]);
        var criteria = new List<CriterionResult>();
        if (request.Criteria.MinScore is { } minimum)
            criteria.Add(GateCriterionJudge.MinScore(merged, minimum));
        if (request.Criteria.MaxRegression is { } margin)
            criteria.Add(GateCriterionJudge.MaxRegression(comparison!, margin, options.Alpha));
        if (request.Criteria.RequireImprovement)
            criteria.Add(GateCriterionJudge.RequireImprovement(comparison!, options.Alpha));
        return new(request.Scores, merged, WilsonInterval.Of(merged.Mean, merged.Count), comparison, criteria);
    }

    private static BaselineComparison?[] Compare(IReadOnlyList<PairedScores> all, GateOptions options)
    {
        var paired = all.Select(Pair).ToArray();
        var tests = paired.Select(p => p is { } difference ? McNemarTest.Of(difference.Wins, difference.Losses) : (McNemarTest?)null).ToArray();
        // Only benchmarks that were compared count towards the correction.
        var better = new Queue<double>(HolmCorrection.Adjust([.. tests.OfType<McNemarTest>().Select(t => t.Better)]));
        var worse = new Queue<double>(HolmCorrection.Adjust([.. tests.OfType<McNemarTest>().Select(t => t.Worse)]));
        var comparisons = new BaselineComparison?[all.Count];
        for (var i = 0; i < all.Count; i++)
        {
            if (paired[i] is not { } difference)
                continue;
            comparisons[i] = new(
                MeanEstimate.Of([.. all[i].Base!]), difference, Bounds(all[i], difference, options), tests[i]!.Value,
                better.Dequeue(), worse.Dequeue(), PowerAnalysis.SmallestDetectableDifference(difference.Count, difference.Discordance, options.Alpha));
        }
        return comparisons;
    }

    private static PairedDifference? Pair(PairedScores scores) =>
        scores.Base is null ? null : PairedDifference.Of([.. scores.Base], [.. scores.Merged], scores.Clusters);

    /// <summary>
    /// From the standard error for scores of 0 and 1; other scores are too far from normal for that, so theirs come from
    /// the bootstrap.
    /// </summary>
    private static ConfidenceInterval Bounds(PairedScores scores, PairedDifference difference, GateOptions options) =>
        scores.Base!.Concat(scores.Merged).All(score => score is 0 or 1)
            ? NonInferiority.Bounds(difference, options.Alpha)
            : PairedBootstrap.Interval([Stratum(scores)], options.Seed, 1 - 2 * options.Alpha);

    private static PooledComparison? Pool(List<BenchmarkGateResult> results, GateOptions options)
    {
        var compared = results.Where(r => r.Comparison is not null).ToList();
        if (compared.Count == 0)
            return null;
        var pooled = PairedDifference.Pool([.. compared.Select(r => r.Comparison!.Difference)]);
        return new(
            pooled, PairedBootstrap.Interval([.. compared.Select(r => Stratum(r.Scores))], options.Seed), McNemarTest.Of(pooled.Wins, pooled.Losses));
    }

    private static BootstrapStratum Stratum(PairedScores scores) =>
        new([.. scores.Base!.Zip(scores.Merged, (before, after) => after - before)], scores.Clusters);

    private static IEnumerable<Diagnostic> Problems(GateRequest request)
    {
        var (scores, criteria) = (request.Scores, request.Criteria);
        if (scores.Merged.Count == 0 || (scores.Base is not null && scores.Base.Count != scores.Merged.Count)
            || (scores.Clusters is not null && scores.Clusters.Count != scores.Merged.Count))
            yield return GateDiagnostics.UnpairedScores(scores);
        else if (scores.Merged.Concat(scores.Base ?? []).Any(score => !(score is >= 0 and <= 1)))
            yield return GateDiagnostics.ScoreOutOfRange(scores);
        if (scores.Base is null && (criteria.MaxRegression is not null || criteria.RequireImprovement))
            yield return GateDiagnostics.NoBaseline(scores);
        if (criteria.MinScore is { } minimum && !(minimum is >= 0 and <= 100))
            yield return GateDiagnostics.CriterionOutOfRange(scores, nameof(criteria.MinScore), minimum);
        if (criteria.MaxRegression is { } margin && !(margin is >= 0 and <= 100))
            yield return GateDiagnostics.CriterionOutOfRange(scores, nameof(criteria.MaxRegression), margin);
    }

    private static IEnumerable<Diagnostic> QualityWarnings(BenchmarkGateResult result)
    {
        if (result.Scores is not { BaseQuality: { } before, MergedQuality: { } after })
            yield break;
        if (after.TruncationRate - before.TruncationRate > NotableRise)
            yield return GateDiagnostics.QualityFell(result.Scores, "cut at the token limit", before.TruncationRate, after.TruncationRate);
        if (after.UnparseableRate - before.UnparseableRate > NotableRise)
            yield return GateDiagnostics.QualityFell(result.Scores, "without an answer that could be extracted", before.UnparseableRate, after.UnparseableRate);
    }
}
