using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;

namespace TaskArithmetic.Build;

/// <summary>
/// The parameters of the tool's merge methods, from the list that is made with the package (<c>MergeParameters.txt</c>). Which of them
/// a method has, and what values, the worker knows; here they tell a parameter from a misspelt name.
/// </summary>
internal static class MethodParameters
{
    private static readonly ILookup<string, string> Scopes = Read();

    /// <summary>Metadata of a <c>ReasoningVector</c>: what methods take for each input.</summary>
    public static IReadOnlyList<string> OfInputs { get; } = [.. Scopes["input"].Select(MetadataOf)];

    /// <summary>Metadata of a <c>MergedModel</c>: what methods take for the merge, or for all inputs.</summary>
    public static IReadOnlyList<string> OfMerges { get; } = [.. Scopes["input"].Concat(Scopes["global"]).Select(MetadataOf).Distinct()];

    /// <summary>The parameters that an item gives, by their keys in recipes.</summary>
    /// <param name="item">The item.</param>
    /// <param name="others">Its metadata with another meaning.</param>
    public static IEnumerable<KeyValuePair<string, string>> Of(ITaskItem item, IReadOnlyCollection<string> others) =>
        item.CloneCustomMetadata().Keys.Cast<string>()
            .Where(name => !others.Contains(name, StringComparer.OrdinalIgnoreCase) && !KnownMetadata.IsOfOthers(name) && item.GetMetadata(name).Trim().Length > 0)
            .Select(name => new KeyValuePair<string, string>(KeyOf(name), JsonText.Value(item.GetMetadata(name))))
            .OrderBy(p => p.Key, StringComparer.Ordinal);

    /// <summary>The key of a parameter: <c>rescale_factor</c> of <c>RescaleFactor</c>, whatever capitals a known one is written with.</summary>
    public static string KeyOf(string metadata)
    {
        if (Scopes.SelectMany(s => s).FirstOrDefault(key => MetadataOf(key).Equals(metadata, StringComparison.OrdinalIgnoreCase) || key == metadata) is { } known)
            return known;
        var key = new StringBuilder();
        foreach (var c in metadata)
        {
            if (char.IsUpper(c) && key.Length > 0)
                key.Append('_');
            key.Append(char.ToLowerInvariant(c));
        }
        return key.ToString();
    }

    private static string MetadataOf(string key) => string.Concat(key.Split('_').Where(w => w.Length > 0).Select(w => char.ToUpperInvariant(w[0]) + w.Substring(1)));

    private static ILookup<string, string> Read()
    {
        using var stream = typeof(MethodParameters).Assembly.GetManifestResourceStream("MergeParameters.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToLookup(parts => parts[1], parts => parts[0]);
    }
}
