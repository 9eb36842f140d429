using System.Collections.Generic;
using System.IO;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace TaskArithmetic.Build;

/// <summary>
/// Lists the files of models with their places below an output folder: <c>TargetPath</c> in that of a project that references this
/// one, <c>OwnTargetPath</c> in this project's own.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class ListModelFiles : Task
{
    /// <summary>The models, as <see cref="ResolveReasoningVectors"/> returned them.</summary>
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>The project's output folder.</summary>
    [Required]
    public string OutputDirectory { get; set; } = "";

    /// <summary>The user's project file.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>One item a file; <c>IsOutside</c> is true where its model was given a place outside the output folder.</summary>
    [Output]
    public ITaskItem[] Files { get; private set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        var files = new List<ITaskItem>();
        foreach (var model in Models)
        {
            var folder = model.GetMetadata("Folder");
            if (!Directory.Exists(folder))
                BuildDiagnostics.ModelNotBuilt(Log, ProjectFile, folder);
            var root = ModelReference.FullPath(OutputDirectory, Path.GetDirectoryName(ProjectFile)!);
            var isOutside = !folder.StartsWith(root + Path.DirectorySeparatorChar, System.StringComparison.Ordinal);
            foreach (var file in ModelFiles.In(folder))
            {
                var name = file.Substring(folder.Length + 1).Replace(Path.DirectorySeparatorChar, '/');
                files.Add(LiteralItem.Of(
                    file, ("TargetPath", $"{model.GetMetadata("ReferencedPath")}/{name}"), ("OwnTargetPath", $"{model.GetMetadata("OwnPath")}/{name}"), ("IsOutside", isOutside ? "true" : "false")));
            }
        }
        Files = [.. files];
        return !Log.HasLoggedErrors;
    }
}
