using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace TaskArithmetic.Build;

/// <summary>One <c>MergedModel</c> with the vectors that go into it.</summary>
internal sealed class MergeRequest
{
    private static readonly Regex NamePattern = new(@"^[A-Za-z0-9][A-Za-z0-9._-]*$", RegexOptions.CultureInvariant);

    private MergeRequest(string name, ITaskItem item, string folder, string ownPath, string referencedPath)
    {
        Name = name;
        Item = item;
        Folder = folder;
        OwnPath = ownPath;
        ReferencedPath = referencedPath;
    }

    public string Name { get; }

    public ITaskItem Item { get; }

    /// <summary>Full path of the model folder, without a separator at its end.</summary>
    public string Folder { get; }

    /// <summary>The model's place below the output and publish folders of this project.</summary>
    public string OwnPath { get; }

    /// <summary>
    /// Its place below the output folder of a project that references this one. The project's name is part of it, unless the model
    /// was given a place: two referenced projects of the default form must not overwrite each other's model.
    /// </summary>
    public string ReferencedPath { get; }

    /// <summary>Full path of the mergekit configuration that it is made from; empty for a model of vectors.</summary>
    public string MergeKitFile => Item.GetMetadata("MergeKitFile");

    /// <summary>Whether an item is the one that properties make.</summary>
    public static bool IsSimple(ITaskItem item) => item.GetMetadata("FromProperties") == "true";

    /// <summary>Whether an item is one that a mergekit configuration makes.</summary>
    public static bool IsMergeKit(ITaskItem item) => item.GetMetadata("MergeKitFile").Length > 0;

    /// <summary>Reads one item; null after logging what is wrong with it.</summary>
    public static MergeRequest? Read(ITaskItem item, string projectFile, string outputDirectory, TaskLoggingHelper log)
    {
        var name = item.ItemSpec;
        if (!NamePattern.IsMatch(name))
        {
            BuildDiagnostics.BadModelName(log, item);
            return null;
        }
        if (item.GetMetadata("BaseModel").Length == 0 && !IsMergeKit(item))
        {
            BuildDiagnostics.NoBase(log, item);
            return null;
        }
        var projectDirectory = Path.GetDirectoryName(projectFile)!;
        var ownDefault = IsSimple(item) ? name : $"models/{name}";
        var referencedDefault = $"models/{Path.GetFileNameWithoutExtension(projectFile)}" + (IsSimple(item) ? "" : $"/{name}");
        var root = ModelReference.FullPath(outputDirectory, projectDirectory);
        var place = item.GetMetadata("OutputDir") is { Length: > 0 } chosen ? chosen : Path.Combine(outputDirectory, ownDefault);
        var folder = ModelReference.FullPath(place, projectDirectory);
        var inOutput = folder.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? folder.Substring(root.Length + 1).Replace(Path.DirectorySeparatorChar, '/')
            : null;
        return inOutput is null || inOutput == ownDefault
            ? new MergeRequest(name, item, folder, ownDefault, referencedDefault)
            : new MergeRequest(name, item, folder, inOutput, inOutput);
    }

    /// <summary>Whether a vector goes into this model: one without <c>Model</c> metadata goes into every model.</summary>
    public bool Takes(ITaskItem vector)
    {
        if (MergeKitFile.Length > 0)
            return false;
        var names = ModelsOf(vector);
        return names.Count == 0 || names.Contains(Name);
    }

    public static IReadOnlyCollection<string> ModelsOf(ITaskItem vector) =>
        [.. vector.GetMetadata("Model").Split(';').Select(name => name.Trim()).Where(name => name.Length > 0)];

    /// <summary>The arguments of <c>merge</c> and the files it reads; false metadata is logged.</summary>
    /// <param name="request">What else decides it.</param>
    /// <param name="recipeFile">Where the recipe is written.</param>
    /// <param name="log">Hears of wrong metadata.</param>
    public (ResponseFile Arguments, IReadOnlyList<string> Inputs) Arguments(MergeSurroundings request, string recipeFile, TaskLoggingHelper log)
    {
        var directory = Path.GetDirectoryName(request.ProjectFile)!;
        var arguments = new ResponseFile()
            .Comment($"Written by the build of {request.ProjectFile}. By hand: dotnet TaskArithmetic.Tool.dll merge @THIS-FILE")
            .Tool(request.ToolPath);
        List<string> inputs;
        if (MergeKitFile.Length > 0)
        {
            inputs = [.. MergeKitInputs.Of(MergeKitFile, directory), .. request.MethodAssemblies];
            arguments.Inputs(inputs).Option("--mergekit", MergeKitFile)
                .Option("--precision", Item.GetMetadata("Precision"))
                .Option("--seed", Item.GetMetadata("Seed"))
                .Option("--output-dtype", Item.GetMetadata("OutputDType"))
                .Option("--max-shard-size", Item.GetMetadata("MaxShardSize"))
                .Flag("--allow-non-finite", Switch.IsOn("MergeKitRecipe", Item, "AllowNonFinite", log));
        }
        else
        {
            var target = ModelReference.Parse(Item.GetMetadata("BaseModel"), directory);
            var terms = request.Vectors.Where(Takes).Select(vector => ReasoningVectorTerm.Read(vector, directory)).ToList();
            inputs = [.. target.Files().Concat(terms.SelectMany(term => term.Files())).Concat(request.MethodAssemblies).Distinct()];
            arguments.Inputs(inputs).Recipe(recipeFile, RecipeDocument.Of(Item, target, terms, request.ParametersOf(Name), log));
        }
        foreach (var assembly in request.MethodAssemblies)
            arguments.Option("--method-assembly", assembly);
        return (arguments.Option("--output", Folder), inputs);
    }
}
