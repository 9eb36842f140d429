using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.Build.Framework;

namespace TaskArithmetic.Build;

/// <summary>Merges one model in a worker process.</summary>
[MSBuildMultiThreadableTask]
public sealed class MergeModel : WorkerTask
{
    /// <summary>The model's folder.</summary>
    [Required]
    public string Folder { get; set; } = "";

    /// <inheritdoc/>
    protected override string Verb => "merge";

    /// <inheritdoc/>
    protected override IEnumerable<string> MadePaths => ModelFiles.In(Folder).Prepend(Folder);
}
