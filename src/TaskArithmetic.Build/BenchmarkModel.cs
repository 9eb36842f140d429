using Microsoft.Build.Framework;

namespace TaskArithmetic.Build;

/// <summary>Scores one merged model and its base in a worker process, and fails the build where a gate does.</summary>
[MSBuildMultiThreadableTask]
public sealed class BenchmarkModel : WorkerTask
{
    /// <summary>Scores and verdicts are what a build with a gate is read for.</summary>
    public BenchmarkModel() => StandardOutputImportance = nameof(MessageImportance.High);

    /// <inheritdoc/>
    protected override string Verb => "eval";
}
