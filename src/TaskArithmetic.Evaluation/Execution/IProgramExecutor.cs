namespace TaskArithmetic.Evaluation.Execution;

/// <summary>
/// Runs Python programs that a model wrote, and says which of them ran to their end. Whether programs may run at all is
/// settled before an executor exists: a benchmark without one is skipped, never scored 0.
/// </summary>
public interface IProgramExecutor
{
    /// <summary>How programs are confined, for reports: such as <c>bubblewrap</c> or <c>unsafe</c>.</summary>
    string Name { get; }

    /// <summary>Version of the Python that runs the programs, such as <c>3.13.5</c>; part of what makes a score reproducible.</summary>
    string PythonVersion { get; }

    /// <summary>
    /// Runs every program in a process of its own, several at a time.
    /// </summary>
    /// <param name="programs">Whole programs: candidate, tests, and the call of the test function as the last statement.</param>
    /// <param name="cancellationToken">Kills what is running and stops.</param>
    /// <returns>One outcome for each program, in the order of <paramref name="programs"/>.</returns>
    Task<IReadOnlyList<ProgramOutcome>> ExecuteAsync(IReadOnlyList<string> programs, CancellationToken cancellationToken);
}
