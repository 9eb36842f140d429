using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Evaluation.Execution;

/// <summary>What looking for a way to run programs gave.</summary>
/// <param name="Executor">An executor that has proved itself; null when programs cannot or may not run: the benchmark is then skipped.</param>
/// <param name="Diagnostics">Why there is none, or what the user should know about the one there is; an error where the user asked for a sandbox that does not work.</param>
public sealed record ProgramExecutorSelection(IProgramExecutor? Executor, IReadOnlyList<Diagnostic> Diagnostics);
