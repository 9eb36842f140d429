namespace TaskArithmetic.Evaluation.Tests.Execution;

/// <summary>Looks in <c>/proc</c> for what a run left behind.</summary>
internal static class LeftProcesses
{
    /// <summary>
    /// Processes that execute the program runner (bubblewrap and the shell before it included) and either descend from
    /// this test process or from nobody. Those of another test session on the machine are left out.
    /// </summary>
    public static IReadOnlyList<int> Find() =>
        [.. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0)
            .Where(id => id > 0 && RunsRunner(id) && (Founder(id) is var founder && (founder == Environment.ProcessId || founder <= 1)))];

    /// <summary>The nearest ancestor that is no part of the run.</summary>
    private static int Founder(int id)
    {
        do
            id = Parent(id);
        while (id > 1 && RunsRunner(id));
        return id;
    }

    private static bool RunsRunner(int id) => Read($"/proc/{id}/cmdline").Contains("Runs one program and says", StringComparison.Ordinal);

    private static int Parent(int id)
    {
        var stat = Read($"/proc/{id}/stat"); // pid (name) state ppid ...
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 1 && int.TryParse(fields[1], out var parent) ? parent : 0;
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return ""; // Ended meanwhile.
        }
    }
}
