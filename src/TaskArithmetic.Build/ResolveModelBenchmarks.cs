using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace TaskArithmetic.Build;

/// <summary>
/// Turns <c>Benchmark</c> items into one response file for each merged model. The digests of the model's provenance and of the task
/// files stand in it, so it changes, and the benchmarks run again, exactly when a model or a benchmark is another.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class ResolveModelBenchmarks : Task
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

    /// <summary>One item a model that has benchmarks: <c>ModelName</c>, <c>ResultFolder</c>, <c>ResponseFile</c>.</summary>
    [Output]
    public ITaskItem[] ResolvedBenchmarks { get; private set; } = [];

    private string ProjectDirectory => Path.GetDirectoryName(ProjectFile)!;

    /// <inheritdoc/>
    public override bool Execute()
    {
        ResolvedBenchmarks = [.. Models.Where(m => Benchmarks.Any(b => BenchmarkItem.IsFor(b, m.ItemSpec))).Select(Resolve)];
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
            .Comment($"tool {ToolPath}");
        foreach (var file in benchmarks.SelectMany(b => b.Files()).Distinct().Prepend(Path.Combine(folder, "taskarithmetic.json")))
            arguments.Comment($"input {file} {Digest(file)}");
        arguments.Argument(folder).Option("--baseline", model.GetMetadata("BaseModel"));
        foreach (var benchmark in benchmarks)
            arguments.Option("--benchmark", benchmark.Specification);
        foreach (var option in Options)
            arguments.Option(option.ItemSpec, option.GetMetadata("Value"));
        arguments.Flag("--think", Think).Option("--output", results).Option("--origin", ProjectFile);
        var path = Path.Combine(ModelReference.FullPath(ResponseFileDirectory, ProjectDirectory), $"{name}.eval.rsp");
        if (arguments.Differs(path))
            arguments.Write(path);
        return LiteralItem.Of(name, ("ModelName", name), ("ResultFolder", results), ("ResponseFile", path));
    }

    /// <summary>A file that does not exist has no digest; the tool words the error.</summary>
    private static string Digest(string path)
    {
        if (!File.Exists(path))
            return "absent";
        using var sha256 = SHA256.Create();
        using var stream = File.OpenRead(path);
        return BitConverter.ToString(sha256.ComputeHash(stream)).Replace("-", "").ToLowerInvariant();
    }
}
