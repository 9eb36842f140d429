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
    /// Judges what a model wrote: its program runs in one process, the tests in another that runs nothing of the model's and calls the
    /// model's functions across. Several run at a time.
    /// </summary>
    /// <param name="programs">Candidates with their tests.</param>
    /// <param name="cancellationToken">Kills what is running and stops.</param>
    /// <returns>One outcome for each, in the order of <paramref name="programs"/>.</returns>
    Task<IReadOnlyList<ProgramOutcome>> JudgeAsync(IReadOnlyList<JudgedProgram> programs, CancellationToken cancellationToken);

    /// <summary>
    /// Runs every program in a process of its own, several at a time. A program that holds its own tests can forge their success; use
    /// <see cref="JudgeAsync"/> for what a model wrote.
    /// </summary>
    /// <param name="programs">Whole programs: candidate, tests, and the call of the test function as the last statement.</param>
    /// <param name="cancellationToken">Kills what is running and stops.</param>
    /// <returns>One outcome for each program, in the order of <paramref name="programs"/>.</returns>
    Task<IReadOnlyList<ProgramOutcome>> ExecuteAsync(IReadOnlyList<string> programs, CancellationToken cancellationToken);
}
