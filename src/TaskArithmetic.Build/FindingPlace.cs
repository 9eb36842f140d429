using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.Build.Framework;

namespace TaskArithmetic.Build;

/// <summary>
/// Finds the item that a worker's finding is about: the one whose files the text names, the longest name first; else the one that is
/// the only of its kind; else the model.
/// </summary>
internal sealed class FindingPlace(string projectFile, string modelName, IEnumerable<ITaskItem> models, IEnumerable<ITaskItem> vectors, IEnumerable<ITaskItem> benchmarks)
{
    private static readonly Regex InRecipe = new(@"^\S*\.merge\.json:\d+: \$(\.inputs\[(?<input>\d+)\])?(\.parameters)?(\.(?<key>\w+))?: ", RegexOptions.CultureInvariant);

    private readonly List<ITaskItem> ownVectors = [.. vectors.Where(v => Concerns(v, modelName))];
    private readonly List<ITaskItem> ownBenchmarks = [.. benchmarks.Where(b => Concerns(b, modelName))];
    private readonly ITaskItem? model = models.FirstOrDefault(m => m.ItemSpec == modelName);

    /// <summary>A finding about the recipe that the build wrote, in the words of the project: the item instead of line and path of a file that nobody edits.</summary>
    public WorkerLine Reword(WorkerLine line)
    {
        if (InRecipe.Match(line.Text) is not { Success: true } match)
            return line;
        var rest = line.Text.Substring(match.Length);
        var key = match.Groups["key"].Value is { Length: > 0 } name ? $"{name}: " : "";
        return int.TryParse(match.Groups["input"].Value, out var input) && input < ownVectors.Count
            ? line.With($"ReasoningVector '{ownVectors[input].ItemSpec}': {key}{rest}")
            : line.With($"MergedModel '{modelName}': {key}{rest}");
    }

    public ItemPlace Of(WorkerLine line)
    {
        if (model is not null && MergeRequest.IsMergeKit(model))
            return OfMergeKit(line);
        var directory = System.IO.Path.GetDirectoryName(projectFile)!;
        var named = ownVectors.SelectMany(v => new[] { v.ItemSpec, v.GetMetadata("Minus"), v.GetMetadata("VectorFile") }.Select(name => (Type: "ReasoningVector", Item: v, Name: name)))
            .Concat(ownBenchmarks.Select(b => (Type: "Benchmark", Item: b, Name: b.ItemSpec)))
            .Where(n => n.Name.Length > 0 && (Names(line.Text, ModelReference.Parse(n.Name, directory).Text) || Names(line.Text, n.Name)))
            .OrderByDescending(n => n.Name.Length)
            .ToList();
        if (named.Count > 0)
            return ItemPlace.Of(named[0].Type, named[0].Item);
        if (ownBenchmarks.Count == 1)
            return ItemPlace.Of("Benchmark", ownBenchmarks[0]);
        if (model is null && ownVectors.Count == 1)
            return ItemPlace.Of("ReasoningVector", ownVectors[0]);
        if (model is not null && !MergeRequest.IsSimple(model))
            return ItemPlace.Of("MergedModel", model);
        return ItemPlace.OfProperty(projectFile, "BaseModel");
    }

    /// <summary>The line of the configuration, which the worker names; for what is about none, the item that names the configuration.</summary>
    private ItemPlace OfMergeKit(WorkerLine line)
    {
        var file = model!.GetMetadata("MergeKitFile");
        var at = line.Text.StartsWith(file + ":", StringComparison.Ordinal) ? Regex.Match(line.Text.Substring(file.Length), @"^:(\d{1,9}):", RegexOptions.CultureInvariant) : Match.Empty;
        return at.Success
            ? new ItemPlace(file, int.Parse(at.Groups[1].Value, CultureInfo.InvariantCulture))
            : ItemPlace.OfModel(model);
    }

    /// <summary>Whether an item without or with the model's name in its <c>Model</c> metadata is for the model.</summary>
    private static bool Concerns(ITaskItem item, string model) =>
        model.Length == 0 || MergeRequest.ModelsOf(item) is { Count: 0 } || MergeRequest.ModelsOf(item).Contains(model);

    /// <summary>Whether a text names a path: not only as the beginning of a longer name.</summary>
    private static bool Names(string text, string path)
    {
        for (var at = text.IndexOf(path, StringComparison.Ordinal); at >= 0; at = text.IndexOf(path, at + 1, StringComparison.Ordinal))
        {
            var end = at + path.Length;
            if (end == text.Length || !(char.IsLetterOrDigit(text[end]) || text[end] is '-' or '_'))
                return true;
        }
        return false;
    }
}
