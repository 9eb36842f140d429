using System.Globalization;
using TaskArithmetic.Evaluation.Running;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Results;

/// <summary>The Markdown tables that lm-evaluation-harness prints, and the same with what it does not show.</summary>
internal static class ScoreTable
{
    private static readonly string[] Headers = ["Version", "Filter", "n-shot", "Metric", "", "Value", "", "Stderr"];

    /// <summary>The table of all tasks and groups, and the table of groups alone where there are any; as lm-evaluation-harness prints them.</summary>
    public static string Write(BenchmarkRunResult run)
    {
        var text = Table("Tasks", Rows(run, groupsOnly: false));
        if (run.Groups.Any(g => g.Scores.Count > 0))
            text += "\n" + Table("Groups", Rows(run, groupsOnly: true));
        return text;
    }

    /// <summary>The scores for a reader: with how many answers were cut off and how many could not be read, what was skipped, and what the scores compare with.</summary>
    public static string Summarize(BenchmarkRunResult run)
    {
        var table = new MarkdownTable("Task", "Version", "Filter", "n-shot", "n", "Metric", "", "Value", "", "Stderr", "Truncated", "Unparseable", "Prompts cut");
        foreach (var task in run.Tasks)
        {
            string[] CellsOf(string filter, IEnumerable<string> score, double? unparseable) =>
                [task.Task.DisplayName, VersionText(task.Task.Version), filter, Text(task.NumFewshot), Text(task.Documents.Count), .. score, Percent(task.TruncationRate), Percent(unparseable), Text(task.CutPrompts)];

            foreach (var score in task.Scores.OrderBy(s => s.Key, StringComparer.Ordinal))
                table.Add(CellsOf(score.Filter, Cells(score), task.UnparseableRate(score.Filter)));
            if (task.SkippedBecause is not null)
                table.Add(CellsOf("", ["", "", "skipped", "", ""], null));
        }
        foreach (var group in run.Groups)
        {
            var cut = run.Tasks.Where(t => group.Group.AllTasks.Any(g => g.Name == t.Task.Name)).Sum(t => t.CutPrompts);
            foreach (var score in group.Scores)
                table.Add([group.Group.DisplayName, VersionText(group.Group.Version), score.Filter, Text(ResultsDocument.GroupShots(run, group)), Text(group.SampleCounts[score.Key]), .. Cells(score), "–", "–", Text(cut)]);
        }
        var profile = $"Profile: {run.Options.Profile.ToString().ToLowerInvariant()}. ";
        var comparison = run.NotComparableBecause.Count == 0
            ? $"Comparable to lm-evaluation-harness {ResultsDocument.HarnessVersion}.\n"
            : $"Not comparable to lm-evaluation-harness because {string.Join("; ", run.NotComparableBecause)}.\n";
        return table.Write() + "\n" + profile + comparison;
    }

    private static string Table(string title, IEnumerable<string[]> rows)
    {
        var table = new MarkdownTable([title, .. Headers]);
        foreach (var row in rows)
            table.Add(row);
        return table.Write();
    }

    /// <summary>Tasks by name; a group stands before its members, which are indented below it.</summary>
    private static IEnumerable<string[]> Rows(BenchmarkRunResult run, bool groupsOnly)
    {
        var byName = run.Tasks.ToDictionary(t => t.Task.Name, StringComparer.Ordinal);
        var inner = run.Groups.SelectMany(g => g.Group.Groups.Select(i => i.Name).Concat(g.Group.Tasks.Select(t => t.Name))).ToHashSet(StringComparer.Ordinal);
        var top = run.Tasks.Select(t => t.Task.Name).Concat(run.Groups.Select(g => g.Group.Name)).Where(n => !inner.Contains(n)).Distinct().Order(StringComparer.Ordinal);
        return top.SelectMany(name => run.Groups.FirstOrDefault(g => g.Group.Name == name) is { } group ? GroupRows(run, byName, group, 0, groupsOnly)
            : groupsOnly ? [] : TaskRows(byName[name], 0));
    }

    private static IEnumerable<string[]> GroupRows(
        BenchmarkRunResult run, IReadOnlyDictionary<string, TaskResult> tasks, GroupResult group, int depth, bool groupsOnly) =>
    [
        .. group.Scores.Count > 0 || !groupsOnly
            ? ScoreRows(Indent(depth) + group.Group.DisplayName, VersionText(group.Group.Version), ResultsDocument.GroupShots(run, group), group.Scores) : [],
        .. groupsOnly ? [] : group.Group.Tasks.OrderBy(t => t.Name, StringComparer.Ordinal).SelectMany(t => TaskRows(tasks[t.Name], depth + 1)),
        .. group.Group.Groups.OrderBy(g => g.Name, StringComparer.Ordinal).SelectMany(inner => GroupRows(run, tasks, run.Groups.First(g => g.Group.Name == inner.Name), depth + 1, groupsOnly)),
    ];

    private static IEnumerable<string[]> TaskRows(TaskResult task, int depth) =>
        ScoreRows(Indent(depth) + task.Task.DisplayName, VersionText(task.Task.Version, "Yaml"), task.NumFewshot, task.Scores);

    // The three spaces are lm-evaluation-harness's.
    private static IEnumerable<string[]> ScoreRows(string name, string version, int shots, IReadOnlyList<Score> scores) => scores.OrderBy(s => s.Key, StringComparer.Ordinal)
        .Select((score, i) => (string[])[i == 0 ? name : "", i == 0 ? version : "", score.Filter, Text(shots), .. Cells(score, "   N/A")]);

    private static string[] Cells(Score score, string missing = "N/A") =>
        [score.Metric, Arrow(score), Fixed(score.Value), "±", score.StandardError is { } error ? Fixed(error) : missing];

    private static string Indent(int depth) => depth == 0 ? "" : new string(' ', depth) + "- ";

    private static string Arrow(Score score) => score.HigherIsBetter switch { true => "↑", false => "↓", null => "" };

    private static string VersionText(PythonValue? version, string missing = "N/A") => version?.ToString() ?? missing;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Fixed(double value) => !double.IsFinite(value) ? "N/A" : value.ToString("F4", CultureInfo.InvariantCulture);

    private static string Percent(double? rate) => rate is { } value ? value.ToString("0.0 %", CultureInfo.InvariantCulture) : "–";
}
