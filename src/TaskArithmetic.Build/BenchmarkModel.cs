using System.Collections.Generic;
using Microsoft.Build.Framework;

namespace TaskArithmetic.Build;

/// <summary>Scores one merged model and its base in a worker process, and fails the build where a gate does.</summary>
[MSBuildMultiThreadableTask]
public sealed class BenchmarkModel : WorkerTask
{
    /// <summary>Scores and verdicts are what a build with a gate is read for.</summary>
    public BenchmarkModel() => StandardOutputImportance = nameof(MessageImportance.High);

    /// <summary>Where results are written.</summary>
    [Required]
    public string ResultFolder { get; set; } = "";

    /// <inheritdoc/>
    protected override string Verb => "eval";

    /// <inheritdoc/>
    protected override IEnumerable<string> MadePaths => ModelFiles.In(ResultFolder);
}
