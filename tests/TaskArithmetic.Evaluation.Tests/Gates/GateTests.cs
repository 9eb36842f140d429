using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Gates;
using TaskArithmetic.Methods;

namespace TaskArithmetic.Evaluation.Tests.Gates;

[TestClass]
public sealed class GateTests
{
    [TestMethod]
    [DataRow(100, 50, 40.0, GateVerdict.Pass, null)] // bounds 41.4 to 58.6
    [DataRow(100, 50, 45.0, GateVerdict.Inconclusive, "TA4203")]
    [DataRow(100, 50, 50.0, GateVerdict.Inconclusive, "TA4203")]
    [DataRow(100, 50, 60.0, GateVerdict.Fail, "TA4200")]
    [DataRow(4, 2, 40.0, GateVerdict.Inconclusive, "TA4203")]
    [DataRow(1, 1, 50.0, GateVerdict.Inconclusive, "TA4203")] // one right answer shows 5 %
    [DataRow(1, 1, 5.0, GateVerdict.Pass, null)]
    [DataRow(2, 0, 50.0, GateVerdict.Inconclusive, "TA4203")]
    [DataRow(50, 0, 10.0, GateVerdict.Fail, "TA4200")]
    [DataRow(50, 50, 94.0, GateVerdict.Pass, null)]
    [DataRow(50, 50, 100.0, GateVerdict.Inconclusive, "TA4203")] // no number of items shows 100 %
    [DataRow(50, 0, 0.0, GateVerdict.Pass, null)]
    public void MinScore_is_met_where_the_exact_bounds_leave_no_lower_score(int count, int right, double minimum, GateVerdict verdict, string? code)
    {
        var scores = new PairedScores("gsm8k", "exact_match", null, [.. Enumerable.Range(0, count).Select(i => i < right ? 1.0 : 0)]);

        var report = Gate.Judge([new(scores, new GateCriteria { MinScore = minimum })], new GateOptions());

        Assert.AreEqual(verdict, report.Verdict);
        Assert.AreEqual(code, report.Diagnostics.SingleOrDefault()?.Code);
        Assert.AreEqual(verdict == GateVerdict.Fail, report.Blocks);
    }

    [TestMethod]
    [DataRow(400, 10, 10, 5.0, GateVerdict.Pass)] // bounds -1.8 to 1.8
    [DataRow(400, 0, 20, 3.0, GateVerdict.Fail)] // 5 pp lost, bounds -7.2 to -3.4
    [DataRow(100, 0, 10, 5.0, GateVerdict.Fail)] // bounds -16.4 to -5.5
    [DataRow(100, 0, 8, 5.0, GateVerdict.Inconclusive)] // a loss, shown, yet not one beyond the margin
    [DataRow(100, 6, 8, 5.0, GateVerdict.Inconclusive)]
    [DataRow(50, 0, 0, 0.0, GateVerdict.Inconclusive)] // nothing changed, and a loss of up to 5.8 pp would look like that
    [DataRow(50, 0, 0, 5.0, GateVerdict.Inconclusive)]
    [DataRow(59, 0, 0, 5.0, GateVerdict.Pass)]
    [DataRow(1, 0, 0, 5.0, GateVerdict.Inconclusive)]
    [DataRow(1, 0, 1, 5.0, GateVerdict.Inconclusive)]
    [DataRow(1, 1, 0, 5.0, GateVerdict.Inconclusive)]
    [DataRow(2, 0, 2, 5.0, GateVerdict.Inconclusive)]
    [DataRow(2, 2, 0, 5.0, GateVerdict.Inconclusive)]
    [DataRow(10, 0, 10, 5.0, GateVerdict.Fail)]
    [DataRow(200, 44, 14, 5.0, GateVerdict.Pass)] // the sample at alpha 1
    [DataRow(200, 2, 35, 5.0, GateVerdict.Fail)] // the sample at alpha -1
    [DataRow(1000, 0, 10, 5.0, GateVerdict.Pass)] // a loss, shown, and shown to be small
    public void MaxRegression_passes_fails_or_says_that_it_cannot_tell(int count, int wins, int losses, double margin, GateVerdict verdict)
    {
        var report = Gate.Judge([Request("gsm8k", count, wins, losses, new GateCriteria { MaxRegression = margin })], new GateOptions());

        Assert.AreEqual(verdict, report.Verdict, report.Benchmarks[0].Criteria[0].Explanation);
    }

    [TestMethod]
    [DataRow(1, 1.0)]
    [DataRow(2, 1.0)]
    [DataRow(30, 0.0)]
    [DataRow(30, 1.0)]
    public void Equal_answers_all_right_or_all_wrong_show_no_more_than_their_number(int count, double score)
    {
        double[] scores = [.. Enumerable.Repeat(score, count)];
        var request = new GateRequest(new PairedScores("gsm8k", "exact_match", scores, scores), new GateCriteria { MaxRegression = 5, RequireImprovement = true });

        var report = Gate.Judge([request], new GateOptions());

        Assert.IsTrue(report.Benchmarks[0].Criteria.All(c => c.Verdict == GateVerdict.Inconclusive), report.Benchmarks[0].Criteria[0].Explanation);
        Assert.DoesNotContain("NaN", string.Join(' ', report.Diagnostics.Select(d => d.Message)));
    }

    [TestMethod]
    [DataRow(1, 0)]
    [DataRow(0, 3)]
    public void Prompts_that_the_model_did_not_see_whole_make_every_verdict_inconclusive(int cutOfBase, int cutOfMerged)
    {
        var request = Request("gsm8k", 200, 40, 10, new GateCriteria { MinScore = 1, MaxRegression = 5, RequireImprovement = true });
        var scores = request.Scores with { BaseQuality = new(0, 0, cutOfBase), MergedQuality = new(0, 0, cutOfMerged) };

        var report = Gate.Judge([request with { Scores = scores }], new GateOptions());

        Assert.AreEqual(3, report.Benchmarks[0].Criteria.Count(c => c.Verdict == GateVerdict.Inconclusive));
        Assert.StartsWith($"{cutOfBase + cutOfMerged} prompts were cut", report.Benchmarks[0].Criteria[0].Explanation);
        Assert.AreEqual("TA4203 TA4203 TA4203", string.Join(' ', report.Diagnostics.Select(d => d.Code)));
    }

    [TestMethod]
    public void Without_a_requirement_there_is_no_gate_and_no_verdict()
    {
        var report = Gate.Judge([Request("a", 100, 1, 30, new())], new GateOptions { Inconclusive = InconclusivePolicy.Fail });

        Assert.IsNull(report.Verdict);
        Assert.IsFalse(report.Blocks);
    }

    [TestMethod]
    public void A_gain_in_one_cluster_alone_is_no_gain_in_all()
    {
        // 20 items won, all of them in one of four subtasks: the exact test by itself would call that better.
        var scores = Request("bbh", 100, 20, 0, new()).Scores with { Clusters = [.. Enumerable.Range(0, 100).Select(i => i / 25)] };

        var report = Gate.Judge([new(scores, new GateCriteria { RequireImprovement = true })], new GateOptions());

        Assert.IsLessThan(0.05, report.Benchmarks[0].Comparison!.AdjustedBetter);
        Assert.AreEqual(GateVerdict.Inconclusive, report.Verdict);
    }

    [TestMethod]
    [DataRow(12, 2, GateVerdict.Pass)]
    [DataRow(5, 4, GateVerdict.Inconclusive)]
    [DataRow(2, 12, GateVerdict.Fail)]
    public void RequireImprovement_needs_a_gain_that_is_shown(int wins, int losses, GateVerdict verdict)
    {
        var report = Gate.Judge([Request("gsm8k", 100, wins, losses, new GateCriteria { RequireImprovement = true })], new GateOptions());

        Assert.AreEqual(verdict, report.Verdict, report.Benchmarks[0].Criteria[0].Explanation);
        Assert.AreEqual(verdict switch { GateVerdict.Fail => "TA4202", GateVerdict.Inconclusive => "TA4203", _ => null }, report.Diagnostics.SingleOrDefault()?.Code);
    }

    [TestMethod]
    [DataRow(InconclusivePolicy.Warn, DiagnosticSeverity.Warning, false)]
    [DataRow(InconclusivePolicy.Fail, DiagnosticSeverity.Error, true)]
    public void An_inconclusive_gate_warns_or_blocks_by_policy(InconclusivePolicy policy, DiagnosticSeverity severity, bool blocks)
    {
        var report = Gate.Judge(
            [Request("gsm8k", 100, 6, 8, new GateCriteria { MaxRegression = 5 })], new GateOptions { Inconclusive = policy });

        Assert.AreEqual(("TA4203", severity, blocks), (report.Diagnostics.Single().Code, report.Diagnostics.Single().Severity, report.Blocks));
        StringAssert.Contains(report.Diagnostics.Single().Message, "smallest difference these items could show 9.2 pp");
    }

    [TestMethod]
    public void Among_several_benchmarks_one_weak_sign_is_not_enough()
    {
        // p = 0.0318 (5 against 0 among 100 items) alone shows a gain; next to three others it does not.
        var criteria = new GateCriteria { RequireImprovement = true };
        GateRequest[] four = [Request("a", 100, 5, 0, criteria), .. new[] { "b", "c", "d" }.Select(name => Request(name, 100, 3, 3, new GateCriteria()))];

        var alone = Gate.Judge([four[0]], new GateOptions());
        var together = Gate.Judge(four, new GateOptions());

        Assert.AreEqual(GateVerdict.Pass, alone.Benchmarks[0].Verdict);
        Assert.AreEqual(GateVerdict.Inconclusive, together.Benchmarks[0].Verdict);
        Assert.AreEqual(4 * 0.03125, together.Benchmarks[0].Comparison!.AdjustedBetter, 1e-12);
    }

    [TestMethod]
    public void The_pooled_difference_is_item_weighted_and_tested_once()
    {
        var report = Gate.Judge([Request("a", 100, 10, 2, new()), Request("b", 300, 9, 3, new())], new GateOptions());

        Assert.AreEqual(14.0 / 400, report.Pooled!.Difference.Difference, 1e-15);
        Assert.AreEqual((19, 5), (report.Pooled.Difference.Wins, report.Pooled.Difference.Losses));
        Assert.IsLessThan(0.005, report.Pooled.Test.Better);
        Assert.IsInRange(0, 14.0 / 400, report.Pooled.Difference.Bounds.Lower);
        Assert.IsNull(report.Verdict);
        Assert.IsEmpty(report.Diagnostics);
    }

    [TestMethod]
    public void Clusters_widen_the_bounds()
    {
        var scores = Request("sciq", 200, 20, 10, new()).Scores;
        int[] clusters = [.. Enumerable.Range(0, 200).Select(i => i / 10)];

        var single = Gate.Judge([new(scores, new())], new GateOptions()).Benchmarks[0].Comparison!.Difference.Bounds;
        var clustered = Gate.Judge([new(scores with { Clusters = clusters }, new())], new GateOptions()).Benchmarks[0].Comparison!.Difference.Bounds;

        Assert.IsLessThan(single.Lower, clustered.Lower);
    }

    [TestMethod]
    public void What_cannot_be_judged_is_refused_all_at_once()
    {
        GateRequest[] requests =
        [
            new(new("a", "acc", [1, 0], [1]), new()),
            new(new("b", "acc", null, [1, 0]), new GateCriteria { MaxRegression = 5 }),
            new(new("c", "acc", [1, 0], [1, 0]), new GateCriteria { MaxRegression = -1, MinScore = 400 }),
            new(new("d", "acc", [1, 0], [double.NaN, 0]), new()),
            new(new("e", "acc", null, []), new()),
        ];

        var exception = Assert.Throws<DiagnosticException>(() => Gate.Judge(requests, new GateOptions()));

        CollectionAssert.AreEqual(
            new[] { "TA4204", "TA4205", "TA4206", "TA4206", "TA4204", "TA4204" }, exception.Diagnostics.Select(d => d.Code).ToArray());
    }

    [TestMethod]
    public void A_fall_in_answers_that_can_be_read_is_pointed_out()
    {
        var scores = Request("gsm8k", 100, 3, 3, new()).Scores with
        {
            BaseQuality = new AnswerQuality(0.02, 0.01),
            MergedQuality = new AnswerQuality(0.30, 0.02),
        };

        var diagnostic = Gate.Judge([new(scores, new())], new GateOptions()).Diagnostics.Single();

        Assert.AreEqual(("TA4207", DiagnosticSeverity.Warning), (diagnostic.Code, diagnostic.Severity));
        StringAssert.Contains(diagnostic.Message, "from 2.0 % to 30.0 %");
    }

    internal static GateRequest Request(string name, int count, int wins, int losses, GateCriteria criteria)
    {
        double[] before = new double[count], after = new double[count];
        for (var i = 0; i < count; i++)
        {
            before[i] = i < wins ? 0 : i < wins + losses ? 1 : i % 2;
            after[i] = i < wins ? 1 : i < wins + losses ? 0 : i % 2;
        }
        return new(new PairedScores(name, "exact_match", before, after), criteria);
    }
}
