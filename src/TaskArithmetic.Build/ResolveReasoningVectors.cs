using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace TaskArithmetic.Build;

/// <summary>
/// Turns <c>MergedModel</c> and <c>ReasoningVector</c> items into one response file for each worker that may have to run,
/// and lists the files whose change must start it. Reads no weights.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class ResolveReasoningVectors : Task, IIncrementalTask
{
    private readonly List<ITaskItem> mergeInputs = [];
    private readonly List<ITaskItem> extractionInputs = [];

    /// <summary>The models to make.</summary>
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>The vectors, in the order they are added.</summary>
    public ITaskItem[] Vectors { get; set; } = [];

    /// <summary>The user's project file: diagnostics name it, and relative paths start at its folder.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>The project's output folder; models without an output of their own go to <c>models/NAME</c> in it.</summary>
    [Required]
    public string OutputDirectory { get; set; } = "";

    /// <summary>Where response files lie; empty writes none, for design-time builds that only ask for the inputs.</summary>
    public string ResponseFileDirectory { get; set; } = "";

    /// <summary>The tool's assembly; another tool makes models anew.</summary>
    [Required]
    public string ToolPath { get; set; } = "";

    /// <inheritdoc/>
    public bool FailIfNotIncremental { get; set; }

    /// <summary>One item a model: <c>ModelName</c>, <c>Folder</c>, <c>BaseModel</c>, <c>TargetPath</c>, <c>ResponseFile</c>.</summary>
    [Output]
    public ITaskItem[] ResolvedModels { get; private set; } = [];

    /// <summary>The files that models are made from, each with its <c>ModelName</c>.</summary>
    [Output]
    public ITaskItem[] MergeInputs => [.. mergeInputs];

    /// <summary>One item a vector file to extract: its path, <c>ExtractionName</c>, <c>ResponseFile</c>.</summary>
    [Output]
    public ITaskItem[] ResolvedExtractions { get; private set; } = [];

    /// <summary>The donors' files, each with its <c>ExtractionName</c>.</summary>
    [Output]
    public ITaskItem[] ExtractionInputs => [.. extractionInputs];

    private string ProjectDirectory => Path.GetDirectoryName(ProjectFile)!;

    /// <inheritdoc/>
    public override bool Execute()
    {
        var models = ReadModels();
        CheckVectors(models);
        var extractions = Vectors.Where(v => v.GetMetadata("VectorFile").Length > 0).ToList();
        if (Log.HasLoggedErrors)
            return false;
        ResolvedModels = [.. models.Select(Resolve)];
        ResolvedExtractions = [.. extractions.Select(Resolve)];
        return !Log.HasLoggedErrors;
    }

    private List<MergeRequest> ReadModels()
    {
        var models = new List<MergeRequest>();
        foreach (var item in Models)
        {
            if (MergeRequest.Read(item, ProjectDirectory, OutputDirectory, Log) is not { } model)
                continue;
            if (models.FirstOrDefault(m => m.Name == model.Name || m.Folder == model.Folder) is { } first)
                BuildDiagnostics.SameOutput(Log, item, first.Name, model.Folder);
            else
                models.Add(model);
            if (!Vectors.Any(model.Takes))
                BuildDiagnostics.NoVectors(Log, item);
        }
        return models;
    }

    private void CheckVectors(List<MergeRequest> models)
    {
        var declared = new HashSet<string>(Models.Select(m => m.ItemSpec));
        var files = new Dictionary<string, string>();
        foreach (var vector in Vectors)
        {
            foreach (var name in MergeRequest.ModelsOf(vector).Where(name => !declared.Contains(name)))
                BuildDiagnostics.UnknownModel(Log, vector, name, declared.Count == 0 ? "no model" : string.Join(", ", declared.Select(d => $"'{d}'")));
            if (vector.GetMetadata("VectorFile") is not { Length: > 0 } file)
            {
                if (declared.Count == 0)
                    BuildDiagnostics.NoModel(Log, vector);
                continue;
            }
            var path = ModelReference.FullPath(file, ProjectDirectory);
            if (vector.GetMetadata("Minus").Length == 0)
                BuildDiagnostics.VectorFileWithoutMinus(Log, vector);
            if (files.TryGetValue(path, out var other) || files.TryGetValue(ExtractionName(vector), out other))
                BuildDiagnostics.SameOutput(Log, vector, other, path);
            files[path] = files[ExtractionName(vector)] = vector.ItemSpec;
        }
    }

    private ITaskItem Resolve(MergeRequest model)
    {
        var (arguments, inputs) = model.Arguments([.. Vectors.Where(model.Takes)], ProjectFile, ToolPath, Log);
        mergeInputs.AddRange(inputs.Select(file => LiteralItem.Of(file, ("ModelName", model.Name))));
        return LiteralItem.Of(
            model.Name, ("ModelName", model.Name), ("Folder", model.Folder), ("BaseModel", ModelReference.Parse(model.Item.GetMetadata("BaseModel"), ProjectDirectory).Text), ("TargetPath", model.TargetPath), ("ResponseFile", Record(arguments, model.Name, "merge", "merged")));
    }

    private ITaskItem Resolve(ITaskItem vector)
    {
        var term = ReasoningVectorTerm.Read(vector, ProjectDirectory);
        var path = ModelReference.FullPath(vector.GetMetadata("VectorFile"), ProjectDirectory);
        var name = ExtractionName(vector);
        var inputs = term.Files().Distinct().ToList();
        var arguments = new ResponseFile()
            .Comment($"Written by the build of {ProjectFile}. By hand: dotnet TaskArithmetic.Tool.dll extract @THIS-FILE")
            .Comment($"tool {ToolPath}")
            .Inputs(inputs)
            .Option("--from", term.Path.Text)
            .Option("--minus", term.Minus!.Text)
            .Option("--dtype", vector.GetMetadata("VectorDType"))
            .Flag("--allow-non-finite", Switch.IsOn(vector, "AllowNonFinite", Log))
            .Option("--output", path)
            .Option("--origin", ProjectFile);
        extractionInputs.AddRange(inputs.Select(file => LiteralItem.Of(file, ("ExtractionName", name))));
        return LiteralItem.Of(path, ("ExtractionName", name), ("ResponseFile", Record(arguments, name, "extract", "extracted")));
    }

    /// <summary>The vector file's path as written, made a file name for the records of its extraction.</summary>
    private static string ExtractionName(ITaskItem vector) =>
        string.Join(".", Path.ChangeExtension(vector.GetMetadata("VectorFile"), null)!.Split(['/', '\\', ':'], System.StringSplitOptions.RemoveEmptyEntries));

    /// <summary>
    /// Brings the response file up to date. It is written anew as well when the list of what the last run made
    /// is gone or names something that is: its time stamp then starts the worker, which takes the lost part from the cache.
    /// </summary>
    private string Record(ResponseFile arguments, string name, string verb, string made)
    {
        if (ResponseFileDirectory.Length == 0)
            return "";
        var directory = ModelReference.FullPath(ResponseFileDirectory, ProjectDirectory);
        var path = Path.Combine(directory, $"{name}.{verb}.rsp");
        if (!arguments.Differs(path) && IsWhole(Path.Combine(directory, $"{name}.{made}")))
            return path;
        if (FailIfNotIncremental)
            Log.LogError($"{path} is out of date.");
        else
            arguments.Write(path);
        return path;
    }

    private static bool IsWhole(string list) => File.Exists(list) && File.ReadLines(list).All(path => File.Exists(path) || Directory.Exists(path));
}
