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
        ["ReasoningVector"] = ["Minus", "Alpha", "Tensors", "Exclude", "Model", "VectorFile", "VectorDType", "AllowNonFinite"],
        ["MergedModel"] = ["BaseModel", "Method", "Normalize", "Lambda", "Precision", "WorkingDType", "OutputDType", "MaxShardSize", "RequireSameLineage", "AllowNonFinite", "OutputDir"],
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

    /// <summary>Logs the metadata of items that their kind does not take.</summary>
    public static void Check(string itemType, IEnumerable<ITaskItem> items, TaskLoggingHelper log)
    {
        var known = Names[itemType];
        foreach (var item in items)
        {
            foreach (var name in item.CloneCustomMetadata().Keys.Cast<string>().Where(n => !known.Contains(n, StringComparer.OrdinalIgnoreCase) && !OfOthers.Contains(n) && n[0] != '_').OrderBy(n => n, StringComparer.Ordinal))
            {
                if (Names.FirstOrDefault(n => n.Value.Contains(name, StringComparer.OrdinalIgnoreCase)).Key is { } other)
                    BuildDiagnostics.MetadataOfAnother(log, itemType, item, name, other);
                else if (NearestName.Find(name, known) is { } nearest)
                    BuildDiagnostics.MisspeltMetadata(log, itemType, item, name, nearest);
                else
                    BuildDiagnostics.UnknownMetadata(log, itemType, item, name, known);
            }
        }
    }
}
