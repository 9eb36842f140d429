using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Evaluation.Execution;

/// <summary>How programs may run.</summary>
/// <param name="Allowed">What the user allows.</param>
/// <param name="ContainerImage">Image for podman and docker; it must be here already, nothing is pulled.</param>
/// <param name="SearchPath">Folders to look for <c>python3</c>, <c>bwrap</c>, <c>podman</c> and <c>docker</c>; null means <c>PATH</c> and the system's own.</param>
public sealed record ProgramExecutionOptions(
    CodeExecution Allowed = default, string ContainerImage = "python:3-slim", IReadOnlyList<string>? SearchPath = null)
{
    /// <summary>The limits of each program.</summary>
    public ProgramLimits Limits { get; init; } = new();

    /// <summary>How many programs run at a time.</summary>
    public int Workers { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 8);
}

/// <summary>What looking for a way to run programs gave.</summary>
/// <param name="Executor">An executor that has proved itself; null when programs cannot or may not run: the benchmark is then skipped.</param>
/// <param name="Diagnostics">Why there is none, or what the user should know about the one there is; an error where the user asked for a sandbox that does not work.</param>
public sealed record ProgramExecutorSelection(IProgramExecutor? Executor, IReadOnlyList<Diagnostic> Diagnostics);

/// <summary>What the user allows to happen with programs a model wrote (<c>--allow-code-execution</c>).</summary>
public enum CodeExecution
{
    /// <summary>Nothing runs; benchmarks that need it are skipped. The default.</summary>
    None,

    /// <summary>Programs run only in a sandbox that proved itself; without one the benchmark is refused.</summary>
    Sandbox,

    /// <summary>Programs run as the user, with resource limits alone.</summary>
    Unsafe,
}

/// <summary>A Python on this machine.</summary>
/// <param name="Path">The executable, links resolved.</param>
/// <param name="Prefix">The folder its standard library lies below (<c>sys.base_prefix</c>).</param>
internal sealed record PythonInterpreter(string Path, string Prefix);
