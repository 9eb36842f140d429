using System.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace TaskArithmetic.Build;

/// <summary>
/// Says again what a worker said whose result is still up to date: a warning does not end because nothing had to be done, one that
/// was made an error fails every build, and a gate's verdict can be read in each.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class RecallFindings : Task
{
    /// <summary>One item a worker: its response file, with <c>ModelName</c>.</summary>
    public ITaskItem[] Workers { get; set; } = [];

    /// <summary>The response files of those that ran in this build.</summary>
    public ITaskItem[] Heard { get; set; } = [];

    /// <summary>The user's project file.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>The project's models, vectors and benchmarks, so that findings point at the one they are about.</summary>
    public ITaskItem[] Models { get; set; } = [];

    /// <inheritdoc cref="Models"/>
    public ITaskItem[] Vectors { get; set; } = [];

    /// <inheritdoc cref="Models"/>
    public ITaskItem[] Benchmarks { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        foreach (var worker in Workers.Where(w => Heard.All(h => h.ItemSpec != w.ItemSpec)))
        {
            var places = new FindingPlace(ProjectFile, worker.GetMetadata("ModelName"), Models, Vectors, Benchmarks);
            foreach (var line in new WorkerRecord(worker.ItemSpec).Said)
                line.Say(Log, places.Of(line));
        }
        return !Log.HasLoggedErrors;
    }
}
