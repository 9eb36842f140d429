using System.Text.RegularExpressions;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Sources.Hub;

/// <summary>
/// Which files of a repository a merge or an evaluation reads: the safetensors that would be opened in a folder, and what makes a folder a
/// model. Weights in other forms, of which pickles run code when they are read, never come.
/// </summary>
internal static partial class HubModelFiles
{
    private const string Index = ".safetensors.index.json";
    private const string Weights = ".safetensors";

    /// <summary>Licence and origin stand here; what says that weights are quantised must be seen to be refused.</summary>
    private static readonly string[] AlsoRead = ["README.md", "adapter_config.json", "quantize_config.json", "quant_config.json", "hf_quant_config.json"];

    /// <summary>Whether a file holds weights.</summary>
    public static bool HoldsWeights(HubTreeFile file) => file.Path.EndsWith(Weights, StringComparison.Ordinal);

    /// <summary>The files that a reference needs.</summary>
    /// <exception cref="DiagnosticException">TA5003 there is no such folder or file; TA5013 it has no safetensors.</exception>
    public static IReadOnlyList<HubTreeFile> Of(HubReference reference, IReadOnlyList<HubTreeFile> tree)
    {
        var path = reference.Path;
        // A vector that was too large for one file is still named by that file.
        var isFile = tree.Any(f => f.Path == path || f.Path == path + ".index.json");
        if (isFile && !path.EndsWith(Weights, StringComparison.Ordinal) && !path.EndsWith(Index, StringComparison.Ordinal))
            throw new DiagnosticException(HubDiagnostics.PicklesOnly(reference.Repository, Path.GetDirectoryName(path) ?? "", [path]));
        var folder = isFile ? path[..(path.LastIndexOf('/') + 1)] : path.Length == 0 ? "" : path + "/";
        var names = tree.Where(f => f.Path.StartsWith(folder, StringComparison.Ordinal)).Select(f => f.Path[folder.Length..]).ToHashSet(StringComparer.Ordinal);
        if (names.Count == 0)
            throw new DiagnosticException(HubDiagnostics.FileNotFound(reference.Repository, reference.Revision, path));
        var weights = isFile ? OfFile(path[folder.Length..], names) : OfFolder(names);
        if (weights.Count == 0)
        {
            var pickles = names.Where(n => Pickle().IsMatch(n)).Order(StringComparer.Ordinal).ToList();
            throw new DiagnosticException(pickles.Count > 0 ? HubDiagnostics.PicklesOnly(reference.Repository, path, pickles) : HubDiagnostics.NoWeights(reference.Repository, path));
        }
        var wanted = weights.Concat(CarriedFiles.Among(names)).Concat(AlsoRead).Select(n => folder + n).ToHashSet(StringComparer.Ordinal);
        return [.. tree.Where(f => wanted.Contains(f.Path))];
    }

    private static List<string> OfFile(string name, HashSet<string> names)
    {
        var index = name.EndsWith(Index, StringComparison.Ordinal) ? name : name + ".index.json";
        return names.Contains(name) && name != index ? [name] : [index, .. Shards(index, names)];
    }

    /// <summary>In the order in which a checkpoint looks for them: one file, an index, whatever there is.</summary>
    private static List<string> OfFolder(HashSet<string> names)
    {
        foreach (var single in new[] { "model" + Weights, "adapter_model" + Weights }.Where(names.Contains))
            return [single];
        var here = names.Where(n => !n.Contains('/', StringComparison.Ordinal)).ToList();
        if (here.Where(n => n.EndsWith(Index, StringComparison.Ordinal)).ToList() is [var index])
            return [index, .. Shards(index, names)];
        return [.. here.Where(n => n.EndsWith(Weights, StringComparison.Ordinal) || n.EndsWith(Index, StringComparison.Ordinal))];
    }

    /// <summary>The index names its files; all that follow the custom of names, which its own name begins, are them.</summary>
    private static IEnumerable<string> Shards(string index, HashSet<string> names)
    {
        var stem = index[..^Index.Length];
        var shards = names.Where(n => n.StartsWith(stem, StringComparison.Ordinal) && Shard().IsMatch(n[stem.Length..])).ToList();
        return shards.Count > 0 ? shards : names.Where(n => n.EndsWith(Weights, StringComparison.Ordinal) && !n.Contains('/', StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\A-[0-9]+-of-[0-9]+\.safetensors\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shard();

    [GeneratedRegex(@"\A[^/]+\.(?:bin|pt|pth|ckpt|pkl|pickle|h5|msgpack|ot|npz)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pickle();
}
