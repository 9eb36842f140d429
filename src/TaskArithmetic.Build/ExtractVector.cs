using Microsoft.Build.Framework;

namespace TaskArithmetic.Build;

/// <summary>Extracts one vector file in a worker process.</summary>
[MSBuildMultiThreadableTask]
public sealed class ExtractVector : WorkerTask
{
    /// <inheritdoc/>
    protected override string Verb => "extract";
}
