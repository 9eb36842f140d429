using Microsoft.Build.Framework;

namespace TaskArithmetic.Build;

/// <summary>Merges one model in a worker process.</summary>
[MSBuildMultiThreadableTask]
public sealed class MergeModel : WorkerTask
{
    /// <inheritdoc/>
    protected override string Verb => "merge";
}
