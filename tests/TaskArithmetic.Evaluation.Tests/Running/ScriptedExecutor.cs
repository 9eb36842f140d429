using TaskArithmetic.Evaluation.Execution;

namespace TaskArithmetic.Evaluation.Tests.Running;

/// <summary>An executor that judges programs by a rule instead of running them.</summary>
internal sealed class ScriptedExecutor(Func<string, bool> passes) : IProgramExecutor
{
    public string Name => "scripted";

    public string PythonVersion => "3.13.0";

    public Task<IReadOnlyList<ProgramOutcome>> ExecuteAsync(IReadOnlyList<string> programs, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ProgramOutcome>>([.. programs.Select(p => passes(p)
            ? new ProgramOutcome(ProgramStatus.Passed, "", "")
            : new ProgramOutcome(ProgramStatus.Failed, "AssertionError", ""))]);

    public Task<IReadOnlyList<ProgramOutcome>> JudgeAsync(IReadOnlyList<JudgedProgram> programs, CancellationToken cancellationToken) =>
        ExecuteAsync([.. programs.Select(p => p.Candidate + "\n" + p.Tests)], cancellationToken);
}
