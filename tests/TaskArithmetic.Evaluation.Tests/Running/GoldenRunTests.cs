using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Data;
using TaskArithmetic.Evaluation.Results;
using TaskArithmetic.Evaluation.Running;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Tests.Running;

/// <summary>Every recorded run of lm-evaluation-harness, repeated on its recorded answers: prompts, filters, metrics, aggregates, files, tables.</summary>
[TestClass]
[RequiresShared("golden/lm-eval")]
public sealed class GoldenRunTests
{
    private const double Tolerance = 1e-12;

    /// <summary>Keys of lines and configurations that the recorded files add or that are ours alone.</summary>
    private static readonly string[] LineKeys =
        ["doc_id", "target", "resps", "filtered_resps", "filter", "metrics", "doc_hash", "prompt_hash", "target_hash", "doc"];

    private static readonly string[] ResultKeys = ["results", "groups", "group_subtasks", "versions", "n-shot", "higher_is_better", "n-samples", "task_hashes"];

    [TestMethod]
    public async Task Every_recorded_run_is_reproduced_line_by_line_and_score_by_score()
    {
        using var folder = new TemporaryFolder();
        GoldenRun.LayOut(folder);
        var catalog = GoldenRun.Catalog();
        var mismatches = new List<string>();
        var lines = 0;
        foreach (var golden in GoldenRun.All().Where(r => r.IsOk))
        {
            try
            {
                var run = await golden.RepeatAsync(catalog, folder.Path, golden.Engine());
                lines += CompareLines(golden, run, mismatches);
                CompareResults(golden, run, mismatches);
                if (ScoreTable.Write(run).Trim() != golden.Table.Trim())
                    mismatches.Add($"{golden.Id}: table\n{ScoreTable.Write(run)}\ninstead of\n{golden.Table}");
            }
            catch (Exception e) when (e is DiagnosticException or KeyNotFoundException)
            {
                mismatches.Add($"{golden.Id}: {e.GetType().Name}: {e.Message}");
            }
        }
        Assert.IsGreaterThan(1500, lines);
        Assert.IsEmpty(mismatches, $"{mismatches.Count} mismatches:\n{string.Join('\n', mismatches.Take(40))}");
    }

    [TestMethod]
    public async Task A_length_limit_beyond_the_context_is_refused_before_any_request()
    {
        using var folder = new TemporaryFolder();
        var golden = GoldenRun.All().Single(r => r.Id == "gsm8k-toolong");
        var engine = new ReplayEngine { MaxLength = 512 };
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => golden.RepeatAsync(GoldenRun.Catalog(), folder.Path, engine));
        Assert.AreEqual("TA4038", error.Diagnostics.Single().Code);
        Assert.AreEqual(0, engine.RequestsSeen);
    }

    [TestMethod]
    public void One_task_in_two_groups_is_refused_with_both_names()
    {
        var golden = GoldenRun.All().Single(r => r.Id == "own-family-twice");
        var error = Assert.ThrowsExactly<DiagnosticException>(() => GoldenRun.Catalog().Select(golden.TaskNames));
        Assert.IsTrue(error.Diagnostics.All(d => d.Code == "TA4008"));
        Assert.Contains("'own_family_add' is found in both 'own_family' and 'own_family_unweighted'", error.Message);
    }

    private static int CompareLines(GoldenRun golden, BenchmarkRunResult run, List<string> mismatches)
    {
        var lines = 0;
        foreach (var (task, expected) in golden.Samples())
        {
            var actual = SampleLines.Of(run.Tasks.Single(t => t.Task.Name == task)).ToArray();
            if (actual.Length != expected.Length)
            {
                mismatches.Add($"{golden.Id}/{task}: {actual.Length} lines instead of {expected.Length}");
                continue;
            }
            for (var i = 0; i < actual.Length; i++)
                CompareLine($"{golden.Id}/{task}, line {i + 1}", expected[i], actual[i], mismatches);
            lines += actual.Length;
        }
        return lines;
    }

    private static void CompareLine(string place, PythonDictionary expected, PythonDictionary actual, List<string> mismatches)
    {
        var keys = LineKeys.Concat(((PythonList)expected.Find("metrics")!).Items.Select(m => m.ToString()));
        foreach (var key in keys.Where(k => expected.Find(k) is not null))
        {
            var (wanted, found) = (PythonJson.Write(expected.Find(key)!), actual.Find(key) is { } value ? PythonJson.Write(value) : "nothing");
            if (wanted != found)
                mismatches.Add($"{place}: {key} is {found} instead of {wanted}");
        }
        if (expected.Find("arguments") is PythonDictionary arguments)
            CompareArguments(place, arguments, (PythonDictionary)actual.Find("arguments")!, mismatches);
    }

    private static void CompareArguments(string place, PythonDictionary expected, PythonDictionary actual, List<string> mismatches)
    {
        foreach (var (name, value) in expected.Entries)
        {
            if (actual.Find(name.ToString()) is not PythonDictionary found)
            {
                mismatches.Add($"{place}: {name} is missing");
                continue;
            }
            foreach (var (argument, wanted) in ((PythonDictionary)value).Entries.Where(a => a.Value is not PythonNone))
            {
                if (found.Find(argument.ToString()) is not { } given || PythonJson.Write(given) != PythonJson.Write(wanted))
                    mismatches.Add($"{place}: {name}.{argument} is {found.Find(argument.ToString())} instead of {wanted}");
            }
        }
    }

    private static void CompareResults(GoldenRun golden, BenchmarkRunResult run, List<string> mismatches)
    {
        var expected = golden.Results;
        var actual = ResultsDocument.Of(run, new ModelFacts("models/any") { ChatTemplate = expected.Find("chat_template") is PythonString text ? text.Value : null });
        foreach (var key in ResultKeys)
            Compare($"{golden.Id}/{key}", expected.Find(key), actual.Find(key), mismatches);
        foreach (var key in new[] { "system_instruction", "system_instruction_sha", "fewshot_as_multiturn", "chat_template", "chat_template_sha", "max_length" })
            Compare($"{golden.Id}/{key}", expected.Find(key), actual.Find(key), mismatches);
        foreach (var key in new[] { "limit", "bootstrap_iters", "gen_kwargs", "random_seed", "numpy_seed", "torch_seed", "fewshot_seed" })
            Compare($"{golden.Id}/config/{key}", ((PythonDictionary)expected.Find("config")!).Find(key), ((PythonDictionary)actual.Find("config")!).Find(key), mismatches);
        foreach (var (task, configuration) in ((PythonDictionary)expected.Find("configs")!).Entries)
        {
            var ours = (PythonDictionary)((PythonDictionary)actual.Find("configs")!).Find(task.ToString())!;
            // The recorded files leave the model's arguments out of the metadata.
            foreach (var (key, value) in ((PythonDictionary)configuration).Entries.Where(e => e.Key.ToString() != "metadata"))
                Compare($"{golden.Id}/configs/{task}/{key}", value, ours.Find(key.ToString()), mismatches);
        }
    }

    private static void Compare(string place, PythonValue? expected, PythonValue? actual, List<string> mismatches)
    {
        switch (expected, actual)
        {
            case (null, null):
                return;
            case (PythonDictionary wanted, PythonDictionary found):
                var keys = wanted.Entries.Keys.Concat(found.Entries.Keys).Select(k => k.ToString()).Distinct();
                foreach (var key in keys)
                    Compare($"{place}/{key}", wanted.Find(key), found.Find(key), mismatches);
                return;
            case (PythonFloat wanted, PythonFloat found) when Math.Abs(wanted.Value - found.Value) <= Tolerance * Math.Max(1, Math.Abs(wanted.Value)):
                return;
            case (not null, not null) when expected.TypeName == actual.TypeName && Comparison.AreEqual(expected, actual):
                return;
        }
        mismatches.Add($"{place}: {actual?.ToString() ?? "nothing"} instead of {expected?.ToString() ?? "nothing"}");
    }
}
