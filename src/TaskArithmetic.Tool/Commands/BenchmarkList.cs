using System.Globalization;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Catalog;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Commands;

/// <summary><c>eval --list</c>: the benchmarks that can be named.</summary>
internal static class BenchmarkList
{
    public static Task<int> RunAsync(ToolTerminal terminal, Func<BenchmarkCatalog> catalog) => terminal.RunAsync(() =>
    {
        var benchmarks = catalog().List();
        terminal.Result(new { benchmarks }, () => Print(terminal, benchmarks));
        return ExitCode.Done;
    });

    /// <summary>Members of groups are counted, since BBH alone has a hundred.</summary>
    private static void Print(ToolTerminal terminal, IReadOnlyList<BenchmarkListing> benchmarks)
    {
        var members = benchmarks.Where(b => b.Kind == "group").SelectMany(b => b.Members).ToHashSet(StringComparer.Ordinal);
        var table = new TextTable("benchmark", "kind", "shots", "asks by", "metrics");
        foreach (var benchmark in benchmarks.Where(b => !members.Contains(b.Name)))
        {
            table.Add(
                benchmark.Name, benchmark.Kind == "task" ? "task" : $"{benchmark.Kind} of {benchmark.Members.Count}",
                benchmark.NumFewshot?.ToString(CultureInfo.InvariantCulture) ?? "", benchmark.OutputType ?? "", string.Join(" ", benchmark.Metrics.Take(2)));
        }
        terminal.Table(table);
        terminal.Line();
        if (benchmarks.Where(b => b.RunsPrograms && !members.Contains(b.Name)).Select(b => b.Name).ToList() is { Count: > 0 } programs)
            terminal.Line($"run programs that the model wrote: {string.Join(", ", programs)}");
        terminal.Line($"{benchmarks.Count(b => members.Contains(b.Name))} tasks of groups can be named too; --json lists all");
    }
}
