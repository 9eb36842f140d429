using System.Collections.Generic;
using Microsoft.Build.Framework;

namespace TaskArithmetic.Build;

/// <summary>Writes one model as a file for other engines in a worker process.</summary>
[MSBuildMultiThreadableTask]
public sealed class ExportModel : WorkerTask
{
    /// <summary>The file.</summary>
    [Required]
    public string File { get; set; } = "";

    /// <inheritdoc/>
    protected override string Verb => "export";

    /// <inheritdoc/>
    protected override IEnumerable<string> MadePaths => [File];
}
