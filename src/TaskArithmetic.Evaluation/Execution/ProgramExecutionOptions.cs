namespace TaskArithmetic.Evaluation.Execution;

/// <summary>How programs may run.</summary>
public sealed record ProgramExecutionOptions
{
    /// <summary>What the user allows.</summary>
    public CodeExecution Allowed { get; init; }

    /// <summary>The limits of each program.</summary>
    public ProgramLimits Limits { get; init; } = new();

    /// <summary>How many programs run at a time.</summary>
    public int Workers { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 8);

    /// <summary>Image for podman and docker; it must be here already, nothing is pulled.</summary>
    public string ContainerImage { get; init; } = "python:3-slim";

    /// <summary>Folders to look for <c>python3</c>, <c>bwrap</c>, <c>podman</c> and <c>docker</c>; null means <c>PATH</c> and the system's own.</summary>
    public IReadOnlyList<string>? SearchPath { get; init; }
}
