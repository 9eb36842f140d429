using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace TaskArithmetic.Build;

/// <summary>
/// One response file for each file that a merged model is written as. What the file system says of the model's files stands in it, so it
/// changes, and the file is written again, when the model does.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class ResolveModelExports : Task, IIncrementalTask
{
    /// <summary>The merged models, as <see cref="ResolveReasoningVectors"/> returned them.</summary>
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>The project's models, whose metadata say what is written.</summary>
    public ITaskItem[] Declared { get; set; } = [];

    /// <summary>The user's project file.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>Where response files lie; empty writes none.</summary>
    public string ResponseFileDirectory { get; set; } = "";

    /// <summary>The tool's assembly.</summary>
    [Required]
    public string ToolPath { get; set; } = "";

    /// <inheritdoc/>
    public bool FailIfNotIncremental { get; set; }

    /// <summary>
    /// One item a file, by the name of its record: <c>ModelName</c>, <c>File</c>, <c>OwnPath</c>, <c>ReferencedPath</c>, <c>ResponseFile</c>,
    /// <c>Done</c>.
    /// </summary>
    [Output]
    public ITaskItem[] ResolvedExports { get; private set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        try
        {
            ResolvedExports = [.. Models.SelectMany(model => ModelExport.Of(Declared.First(d => d.ItemSpec == model.ItemSpec), Log).Select(export => Resolve(model, export)))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            BuildDiagnostics.RecordsUnusable(Log, ProjectFile, ResponseFileDirectory, e.Message);
        }
        return !Log.HasLoggedErrors;
    }

    private ITaskItem Resolve(ITaskItem model, ModelExport export)
    {
        var (folder, name) = (model.GetMetadata("Folder"), model.ItemSpec + export.Suffix);
        var file = folder + export.Suffix;
        var isSimple = MergeRequest.IsSimple(Declared.First(d => d.ItemSpec == model.ItemSpec));
        var arguments = new ResponseFile()
            .Comment($"Written by the build of {ProjectFile}. By hand: dotnet TaskArithmetic.Tool.dll export @THIS-FILE")
            .Tool(ToolPath)
            .Inputs(ModelFiles.In(folder))
            .Argument(folder)
            .Option("--form", export.Form)
            .Option("--quantization", export.Quantization)
            .Option("--name", isSimple ? Path.GetFileNameWithoutExtension(ProjectFile) : model.ItemSpec)
            .Option("--output", file);
        var record = new WorkerRecord(Path.Combine(ModelReference.FullPath(ResponseFileDirectory, Path.GetDirectoryName(ProjectFile)!), $"{name}.export.rsp"));
        if (ResponseFileDirectory.Length > 0)
        {
            if (FailIfNotIncremental && !record.IsCurrent(arguments))
                Log.LogError($"{record.ResponseFile} is out of date.");
            else
                record.Update(arguments);
        }
        return LiteralItem.Of(
            name,
            ("ModelName", model.ItemSpec), ("File", file), ("OwnPath", model.GetMetadata("OwnPath") + export.Suffix), ("ReferencedPath", model.GetMetadata("ReferencedPath") + export.Suffix),
            ("ResponseFile", record.ResponseFile), ("Done", record.Done));
    }
}
