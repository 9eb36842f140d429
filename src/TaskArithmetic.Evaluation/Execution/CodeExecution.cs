namespace TaskArithmetic.Evaluation.Execution;

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
