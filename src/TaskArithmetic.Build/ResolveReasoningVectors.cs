using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace TaskArithmetic.Build;

/// <summary>
/// Checks the items, and turns <c>MergedModel</c> and <c>ReasoningVector</c> into one response file for each worker that may have to
/// run, which lists the files whose change must start it. Reads no weights.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class ResolveReasoningVectors : Task, IIncrementalTask
{
    private readonly List<ITaskItem> mergeInputs = [];

    /// <summary>The models to make.</summary>
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>The vectors, in the order they are added.</summary>
    public ITaskItem[] Vectors { get; set; } = [];

    /// <summary>Configurations of mergekit, each of which is also one of <see cref="Models"/>.</summary>
    public ITaskItem[] MergeKitRecipes { get; set; } = [];

    /// <summary>Parameters of methods for the merge: their names, with metadata <c>Value</c> and <c>Model</c>.</summary>
    public ITaskItem[] Parameters { get; set; } = [];

    /// <summary>Assemblies with further merge methods.</summary>
    public ITaskItem[] MethodAssemblies { get; set; } = [];

    /// <summary>What is scored after the merge; checked here, so that a gate that could never be judged stops the build before it works.</summary>
    public ITaskItem[] Benchmarks { get; set; } = [];

    /// <summary>The property of that name.</summary>
    public string BaseModel { get; set; } = "";

    /// <summary>Further files in which the user declares items, such as Directory.Build.props; those that are not there do not count.</summary>
    public ITaskItem[] ProjectSources { get; set; } = [];

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

    /// <summary>
    /// One item a model: <c>ModelName</c>, <c>Folder</c>, <c>BaseModel</c>, <c>OwnPath</c>, <c>ReferencedPath</c>, <c>ResponseFile</c>,
    /// <c>Done</c>.
    /// </summary>
    [Output]
    public ITaskItem[] ResolvedModels { get; private set; } = [];

    /// <summary>The files that models are made from, each with its <c>ModelName</c>.</summary>
    [Output]
    public ITaskItem[] MergeInputs => [.. mergeInputs];

    /// <summary>One item a vector file to extract: its path, <c>ResponseFile</c>, <c>Done</c>.</summary>
    [Output]
    public ITaskItem[] ResolvedExtractions { get; private set; } = [];

    private string ProjectDirectory => Path.GetDirectoryName(ProjectFile)!;

    /// <inheritdoc/>
    public override bool Execute()
    {
        KnownMetadata.Check("ReasoningVector", Vectors, Log, MethodAssemblies.Length > 0);
        KnownMetadata.Check("MergedModel", Models.Where(m => !MergeRequest.IsSimple(m) && !MergeRequest.IsMergeKit(m)), Log, MethodAssemblies.Length > 0);
        KnownMetadata.Check("MergeKitRecipe", MergeKitRecipes, Log);
        KnownMetadata.Check("MergeParameter", Parameters, Log);
        KnownMetadata.Check("Benchmark", Benchmarks, Log);
        CheckPatterns();
        var models = ReadModels();
        CheckVectors();
        CheckParameters();
        CheckBenchmarks();
        if (Log.HasLoggedErrors)
            return false;
        try
        {
            ResolvedModels = [.. models.Select(Resolve)];
            ResolvedExtractions = [.. Vectors.Where(v => v.GetMetadata("VectorFile").Length > 0).Select(Resolve)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            BuildDiagnostics.RecordsUnusable(Log, ProjectFile, ResponseFileDirectory, e.Message);
        }
        return !Log.HasLoggedErrors;
    }

    /// <summary>A wildcard that finds nothing leaves no item behind, so it is looked for where it is written.</summary>
    private void CheckPatterns()
    {
        foreach (var file in ProjectSources.Select(s => s.ItemSpec).Prepend(ProjectFile).Distinct())
        {
            foreach (var (type, items) in new[] { ("ReasoningVector", Vectors), ("Benchmark", Benchmarks), ("MergeKitRecipe", MergeKitRecipes) })
            {
                var names = items.Select(i => i.ItemSpec).ToList();
                foreach (var declaration in ItemPlace.Declarations(file, type))
                {
                    foreach (var pattern in ItemPattern.WithoutMatches(declaration, names))
                        BuildDiagnostics.PatternWithoutMatches(Log, type, ItemPlace.At(file, declaration), pattern);
                }
            }
        }
        if (BaseModel.Length > 0 && Vectors.Length == 0 && Models.All(m => MergeRequest.IsSimple(m) || MergeRequest.IsMergeKit(m)) && !Log.HasLoggedErrors)
            BuildDiagnostics.BaseWithoutVectors(Log, ProjectFile);
    }

    private List<MergeRequest> ReadModels()
    {
        var models = new List<MergeRequest>();
        var exports = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var item in Models)
        {
            if (MergeRequest.Read(item, ProjectFile, OutputDirectory, Log) is not { } model)
                continue;
            if (models.FirstOrDefault(m => m.Name.Equals(model.Name, StringComparison.OrdinalIgnoreCase)) is { } sameName)
                BuildDiagnostics.SameName(Log, item, sameName.Name);
            else if (models.FirstOrDefault(m => m.Folder == model.Folder) is { } sameFolder)
                BuildDiagnostics.SameOutput(Log, "MergedModel", item, sameFolder.Name, model.Folder);
            else if (models.FirstOrDefault(m => IsInside(m.Folder, model.Folder) || IsInside(model.Folder, m.Folder)) is { } around)
                BuildDiagnostics.OutputInsideAnother(Log, item, around.Name, model.Folder);
            else
                models.Add(model);
            // 'a' in q8_0 and a model 'a.q8_0' as it is; their records would be one as well, wherever the files lie.
            foreach (var name in ModelExport.Of(item, Log).Select(export => model.Name + export.Suffix))
            {
                if (exports.TryGetValue(name, out var other) && other != model.Name)
                    BuildDiagnostics.SameOutput(Log, "MergedModel", item, other, name);
                exports[name] = model.Name;
            }
            if (!Vectors.Any(model.Takes) && !MergeRequest.IsMergeKit(item))
                BuildDiagnostics.NoVectors(Log, item);
        }
        return models;
    }

    private static bool IsInside(string folder, string other) => folder.StartsWith(other + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private void CheckVectors()
    {
        var files = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var vector in Vectors)
        {
            CheckModelNames("ReasoningVector", vector);
            if (vector.GetMetadata("Alpha").Trim().Length > 0 && vector.GetMetadata("Weight").Trim().Length > 0)
                BuildDiagnostics.AlphaAndWeight(Log, vector);
            if (vector.GetMetadata("VectorFile") is not { Length: > 0 } file)
            {
                if (Models.All(MergeRequest.IsMergeKit))
                    BuildDiagnostics.NoModel(Log, vector);
                continue;
            }
            var path = ModelReference.FullPath(file, ProjectDirectory);
            if (vector.GetMetadata("Minus").Length == 0)
                BuildDiagnostics.VectorFileWithoutMinus(Log, vector);
            if (files.TryGetValue(path, out var other))
                BuildDiagnostics.SameOutput(Log, "ReasoningVector", vector, other, path);
            files[path] = vector.ItemSpec;
        }
    }

    private void CheckParameters()
    {
        foreach (var parameter in Parameters)
        {
            CheckModelNames("MergeParameter", parameter);
            if (parameter.GetMetadata("Value").Trim().Length == 0)
                BuildDiagnostics.ParameterWithoutValue(Log, parameter);
        }
    }

    private void CheckBenchmarks()
    {
        foreach (var benchmark in Benchmarks)
        {
            CheckModelNames("Benchmark", benchmark);
            BenchmarkItem.Read(benchmark, ProjectDirectory, Log);
            if (Models.Length == 0 && BaseModel.Length == 0)
                BuildDiagnostics.BenchmarkWithoutModel(Log, benchmark);
        }
    }

    private void CheckModelNames(string itemType, ITaskItem item)
    {
        var declared = Models.Select(m => m.ItemSpec).Distinct().ToList();
        foreach (var name in MergeRequest.ModelsOf(item).Where(name => !declared.Contains(name)))
            BuildDiagnostics.UnknownModel(Log, itemType, item, name, declared);
    }

    private ITaskItem Resolve(MergeRequest model)
    {
        var name = $"{model.Name}.merge.rsp";
        var surroundings = new MergeSurroundings(Vectors, Parameters, [.. MethodAssemblies.Select(a => ModelReference.FullPath(a.ItemSpec, ProjectDirectory)).Distinct()], ProjectFile, ToolPath);
        var (arguments, inputs) = model.Arguments(surroundings, RecordOf(name).Recipe, Log);
        mergeInputs.AddRange(inputs.Select(file => LiteralItem.Of(file, ("ModelName", model.Name))));
        var record = Update(arguments, name);
        return LiteralItem.Of(
            model.Name,
            ("ModelName", model.Name), ("Folder", model.Folder), ("BaseModel", BaseOf(model)),
            ("OwnPath", model.OwnPath), ("ReferencedPath", model.ReferencedPath), ("ResponseFile", record.ResponseFile), ("Done", record.Done));
    }

    private ITaskItem Resolve(ITaskItem vector)
    {
        var term = ReasoningVectorTerm.Read(vector, ProjectDirectory);
        var path = ModelReference.FullPath(vector.GetMetadata("VectorFile"), ProjectDirectory);
        var arguments = new ResponseFile()
            .Comment($"Written by the build of {ProjectFile}. By hand: dotnet TaskArithmetic.Tool.dll extract @THIS-FILE")
            .Tool(ToolPath)
            .Inputs(term.Files().Distinct())
            .Option("--from", term.Path.Text)
            .Option("--minus", term.Minus!.Text)
            .Option("--dtype", vector.GetMetadata("VectorDType"))
            .Flag("--allow-non-finite", Switch.IsOn("ReasoningVector", vector, "AllowNonFinite", Log))
            .Option("--output", path);
        var record = Update(arguments, $"{ExtractionName(path)}.extract.rsp");
        return LiteralItem.Of(path, ("ResponseFile", record.ResponseFile), ("Done", record.Done));
    }

    /// <summary>A short file name for the records of an extraction: the vector file's own with a part of the digest of its path, which may be long.</summary>
    private static string ExtractionName(string path)
    {
        using var sha256 = SHA256.Create();
        var digest = BitConverter.ToString(sha256.ComputeHash(Encoding.UTF8.GetBytes(path)), 0, 4).Replace("-", "").ToLowerInvariant();
        var name = Path.GetFileNameWithoutExtension(path);
        return $"{name.Substring(0, Math.Min(name.Length, 60))}-{digest}";
    }

    /// <summary>The base that a model is compared with; a configuration of mergekit may do without.</summary>
    private string BaseOf(MergeRequest model) =>
        model.Item.GetMetadata("BaseModel") is { Length: > 0 } named ? ModelReference.Parse(named, ProjectDirectory).Text : "";

    private WorkerRecord RecordOf(string name) => new(Path.Combine(ModelReference.FullPath(ResponseFileDirectory, ProjectDirectory), name));

    private WorkerRecord Update(ResponseFile arguments, string name)
    {
        var record = RecordOf(name);
        if (ResponseFileDirectory.Length == 0)
            return record;
        if (FailIfNotIncremental && !record.IsCurrent(arguments))
            Log.LogError($"{record.ResponseFile} is out of date.");
        else
            record.Update(arguments);
        return record;
    }
}
