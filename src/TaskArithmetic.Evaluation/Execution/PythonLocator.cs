using System.Diagnostics;

namespace TaskArithmetic.Evaluation.Execution;

/// <summary>Finds the Pythons of this machine.</summary>
internal static class PythonLocator
{
    // A launcher script such as pyenv's is no interpreter: the sandbox needs the files behind it.
    private const string Ask = "import os, sys; print(os.path.realpath(sys.executable)); print(sys.base_prefix)";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Every Python found, first the one that <c>python3</c> means to the user.</summary>
    /// <param name="searchPath">Folders to search, in order; null for <c>PATH</c> and the usual system folders.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public static async Task<IReadOnlyList<PythonInterpreter>> FindAsync(
        IReadOnlyList<string>? searchPath, CancellationToken cancellationToken)
    {
        var found = new List<PythonInterpreter>();
        foreach (var candidate in ExecutablePath.FindAll("python3", searchPath).Concat(ExecutablePath.FindAll("python", searchPath)))
        {
            if (await AskAsync(candidate, cancellationToken) is { } python && !found.Contains(python))
                found.Add(python);
        }
        return found;
    }

    private static async Task<PythonInterpreter?> AskAsync(string path, CancellationToken cancellationToken)
    {
        var answer = await CommandResult.RunAsync(new ProcessStartInfo(path, ["-I", "-S", "-c", Ask]), Patience, cancellationToken);
        return answer.ExitCode == 0 && answer.Output.Split('\n', StringSplitOptions.TrimEntries) is [{ Length: > 0 } executable, { Length: > 0 } prefix, ..]
            ? new PythonInterpreter(executable, prefix)
            : null;
    }
}
