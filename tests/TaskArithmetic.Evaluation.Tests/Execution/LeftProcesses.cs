using TaskArithmetic.Evaluation.Execution;

namespace TaskArithmetic.Evaluation.Tests.Execution;

/// <summary>Looks in <c>/proc</c> for what a run left behind.</summary>
internal static class LeftProcesses
{
    /// <summary>
    /// Processes that carry the name of a run of this test process on their command line: bubblewrap, the shell and the
    /// supervisor before the program included, and what the program forked. Runs of other sessions have other names.
    /// </summary>
    public static IReadOnlyList<int> Find() =>
        [.. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0)
            .Where(id => id > 0 && Read($"/proc/{id}/cmdline").Contains(ConfinedProcess.RunPrefix, StringComparison.Ordinal))];

    /// <summary>Whether a process runs: it is there and has not ended.</summary>
    public static bool Runs(int id)
    {
        var stat = Read($"/proc/{id}/stat"); // pid (name) state ...
        return stat.Length > 0 && stat[(stat.LastIndexOf(')') + 2)..] is not ['Z' or 'X', ..];
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // Ended meanwhile.
        }
    }
}
