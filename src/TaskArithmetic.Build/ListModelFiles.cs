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

    /// <summary>The files that they were written as for other engines, as <see cref="ResolveModelExports"/> returned them.</summary>
    public ITaskItem[] Exports { get; set; } = [];

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
            foreach (var file in ModelFiles.In(folder))
                files.Add(Of(file, model, "/" + file.Substring(folder.Length + 1).Replace(Path.DirectorySeparatorChar, '/')));
        }
        foreach (var export in Exports)
        {
            if (!File.Exists(export.GetMetadata("File")))
                BuildDiagnostics.ModelNotBuilt(Log, ProjectFile, export.GetMetadata("File"));
            else
                files.Add(Of(export.GetMetadata("File"), export, ""));
        }
        Files = [.. files];
        return !Log.HasLoggedErrors;
    }

    private ITaskItem Of(string file, ITaskItem made, string name)
    {
        var root = ModelReference.FullPath(OutputDirectory, Path.GetDirectoryName(ProjectFile)!);
        var isOutside = !file.StartsWith(root + Path.DirectorySeparatorChar, System.StringComparison.Ordinal);
        return LiteralItem.Of(
            file, ("TargetPath", made.GetMetadata("ReferencedPath") + name), ("OwnTargetPath", made.GetMetadata("OwnPath") + name), ("IsOutside", isOutside ? "true" : "false"));
    }
}
