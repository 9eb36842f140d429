using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace TaskArithmetic.Build;

/// <summary>
/// The metadata that each kind of item takes. MSBuild accepts any name, so a gate or an alpha that is misspelt would be ignored:
/// a name close to a known one, or that another of our items takes, is an error, one that nobody knows a warning.
/// </summary>
internal static class KnownMetadata
{
    private static readonly Dictionary<string, string[]> Names = new(StringComparer.Ordinal)
    {
        ["ReasoningVector"] = ["Minus", "Alpha", "Tensors", "Exclude", "Model", "VectorFile", "VectorDType", "AllowNonFinite", "Adapter", .. MethodParameters.OfInputs],
        ["MergedModel"] = ["BaseModel", "Method", "Normalize", "Lambda", "Precision", "WorkingDType", "OutputDType", "MaxShardSize", "RequireSameLineage", "AllowNonFinite", "OutputDir", "Export", "Quantization", "Seed", "VocabularyMismatch", .. MethodParameters.OfMerges],
        ["MergeKitRecipe"] = ["Precision", "OutputDType", "MaxShardSize", "AllowNonFinite", "OutputDir", "Export", "Quantization", "Seed"],
        ["MergeParameter"] = ["Value", "Model"],
        ["Benchmark"] = ["Limit", "NumFewshot", "MinScore", "MaxRegression", "RequireImprovement", "Metric", "Model"],
    };

    /// <summary>What MSBuild, the SDK, NuGet and Visual Studio write to items of any kind.</summary>
    private static readonly HashSet<string> OfOthers = new(StringComparer.OrdinalIgnoreCase)
    {
        "BuildAction", "CopyToOutputDirectory", "CopyToPublishDirectory", "CustomToolNamespace", "DependentUpon", "Description", "DisplayName",
        "ExcludeFromSingleFile", "Generator", "HintPath", "InProject", "IsImplicitlyDefined", "KeepDuplicates", "KeepMetadata", "Label", "LastGenOutput",
        "Link", "LinkBase", "LogicalName", "MSBuildSourceProjectFile", "MSBuildSourceTargetName", "NuGetItemType", "NuGetPackageId",
        "NuGetPackageVersion", "OriginalItemSpec", "Pack", "PackageId", "PackagePath", "PackageVersion", "Private", "PrivateAssets", "ProjectPath",
        "PublishState", "ReferenceSourceTarget", "RemoveMetadata", "SubType", "TargetPath", "Undefined", "Visible",
    };

    /// <summary>Whether a name of metadata is no business of ours.</summary>
    public static bool IsOfOthers(string name) => OfOthers.Contains(name) || name[0] == '_';

    /// <summary>Logs the metadata of items that their kind does not take.</summary>
    /// <param name="itemType">The kind.</param>
    /// <param name="items">The items.</param>
    /// <param name="log">Hears of them.</param>
    /// <param name="hasFurtherMethods">Whether methods from outside may have parameters that only the worker knows; it then judges all names.</param>
    public static void Check(string itemType, IEnumerable<ITaskItem> items, TaskLoggingHelper log, bool hasFurtherMethods = false)
    {
        var known = Names[itemType];
        foreach (var item in items)
        {
            foreach (var name in item.CloneCustomMetadata().Keys.Cast<string>().Where(n => !known.Contains(n, StringComparer.OrdinalIgnoreCase) && !IsOfOthers(n)).OrderBy(n => n, StringComparer.Ordinal))
            {
                if (hasFurtherMethods)
                    continue;
                // Whose name is a letter or two is near to everything.
                if (Names.FirstOrDefault(n => n.Value.Contains(name, StringComparer.OrdinalIgnoreCase)).Key is { } other)
                    BuildDiagnostics.MetadataOfAnother(log, itemType, item, name, other);
                else if (NearestName.Find(name, known.Where(k => k.Length > 2)) is { } nearest)
                    BuildDiagnostics.MisspeltMetadata(log, itemType, item, name, nearest);
                else
                    BuildDiagnostics.UnknownMetadata(log, itemType, item, name, known);
            }
        }
    }
}
