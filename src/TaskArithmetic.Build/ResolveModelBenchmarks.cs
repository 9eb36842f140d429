using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace TaskArithmetic.Build;

/// <summary>
/// Turns <c>Benchmark</c> items into one response file for each merged model. The digests of the model's provenance and of the task
/// files and the stamps of the base and of data stand in it, so it changes, and the benchmarks run again, when any of them does.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class ResolveModelBenchmarks : Task, IIncrementalTask
{
    /// <summary>The merged models, as <see cref="ResolveReasoningVectors"/> returned them.</summary>
    [Required]
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>The benchmarks, in their order.</summary>
    [Required]
    public ITaskItem[] Benchmarks { get; set; } = [];

    /// <summary>The user's project file.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>Where results go; each model has a folder of its name in it.</summary>
    [Required]
    public string OutputDirectory { get; set; } = "";

    /// <summary>Where response files lie.</summary>
    [Required]
    public string ResponseFileDirectory { get; set; } = "";

    /// <summary>The tool's assembly.</summary>
    [Required]
    public string ToolPath { get; set; } = "";

    /// <summary>Options of <c>eval</c> for all benchmarks: <c>--NAME</c> with metadata <c>Value</c>; an empty value leaves the default.</summary>
    public ITaskItem[] Options { get; set; } = [];

    /// <summary>Whether the paper's Think prompt is put in front.</summary>
    public bool Think { get; set; }

    /// <summary>The user's copies of benchmark data; empty where there are none.</summary>
    public string DataDirectory { get; set; } = "";

    /// <inheritdoc/>
    public bool FailIfNotIncremental { get; set; }

    /// <summary>One item a model that has benchmarks: <c>ModelName</c>, <c>ResultFolder</c>, <c>ResponseFile</c>, <c>Done</c>.</summary>
    [Output]
    public ITaskItem[] ResolvedBenchmarks { get; private set; } = [];

    private string ProjectDirectory => Path.GetDirectoryName(ProjectFile)!;

    /// <inheritdoc/>
    public override bool Execute()
    {
        try
        {
            ResolvedBenchmarks = [.. Models.Where(m => Benchmarks.Any(b => BenchmarkItem.IsFor(b, m.ItemSpec))).Select(Resolve)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            BuildDiagnostics.RecordsUnusable(Log, ProjectFile, ResponseFileDirectory, e.Message);
        }
        return !Log.HasLoggedErrors;
    }

    private ITaskItem Resolve(ITaskItem model)
    {
        var name = model.ItemSpec;
        var folder = model.GetMetadata("Folder");
        var results = Path.Combine(ModelReference.FullPath(OutputDirectory, ProjectDirectory), name);
        var benchmarks = Benchmarks.Where(b => BenchmarkItem.IsFor(b, name)).Select(b => BenchmarkItem.Read(b, ProjectDirectory, Log)).ToList();
        var arguments = new ResponseFile()
            .Comment($"Written by the build of {ProjectFile}. By hand: dotnet TaskArithmetic.Tool.dll eval @THIS-FILE")
            .Tool(ToolPath)
            .Inputs(model.GetMetadata("BaseModel") is { Length: > 0 } compared ? ModelReference.Parse(compared, ProjectDirectory).Files() : [])
            .Inputs(DataFiles());
        var modelFiles = ModelFiles.In(folder).Where(file => !file.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase));
        foreach (var file in modelFiles.Concat(benchmarks.SelectMany(b => b.Files())).Distinct())
            arguments.Comment($"input {Digest(file)} {file}");
        arguments.Argument(folder).Option("--baseline", model.GetMetadata("BaseModel"));
        foreach (var benchmark in benchmarks)
            arguments.Option("--benchmark", benchmark.Specification);
        foreach (var option in Options)
            arguments.Option(option.ItemSpec, option.GetMetadata("Value"));
        arguments.Flag("--think", Think).Option("--output", results);
        var record = new WorkerRecord(Path.Combine(ModelReference.FullPath(ResponseFileDirectory, ProjectDirectory), $"{name}.eval.rsp"));
        if (FailIfNotIncremental && !record.IsCurrent(arguments))
            Log.LogError($"{record.ResponseFile} is out of date.");
        else
            record.Update(arguments);
        return LiteralItem.Of(name, ("ModelName", name), ("ResultFolder", results), ("ResponseFile", record.ResponseFile), ("Done", record.Done));
    }

    private IEnumerable<string> DataFiles() => DataDirectory.Length > 0 ? ModelFiles.In(ModelReference.FullPath(DataDirectory, ProjectDirectory)) : [];

    /// <summary>A file that does not exist, or has no length as devices and pipes have none, has no digest; the tool words the error.</summary>
    private static string Digest(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length == 0)
            return "empty";
        using var sha256 = SHA256.Create();
        using var stream = File.OpenRead(path);
        return BitConverter.ToString(sha256.ComputeHash(stream)).Replace("-", "").ToLowerInvariant();
    }
}
