using System.Text.Json;
using System.Text.RegularExpressions;

namespace TaskArithmetic.Checkpoints;

/// <summary>What a hub would call a model on disk.</summary>
internal static partial class HubName
{
    /// <summary>
    /// The repository id in a path of the hub's cache, else the id that config.json remembers, else the folder's name made fit.
    /// </summary>
    public static string Of(Checkpoint model)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(model.Path));
        var cached = HubCacheFolder().Match(path.Replace('\\', '/'));
        if (cached.Success)
            return $"{cached.Groups["organisation"].Value}/{cached.Groups["name"].Value}";
        if (model.Config?.Raw("_name_or_path") is ['"', ..] quoted && JsonSerializer.Deserialize<string>(quoted) is { } name && RepositoryId().IsMatch(name) && !Directory.Exists(name))
            return name;
        var folder = NotInIds().Replace(Path.GetFileNameWithoutExtension(path), "-").Trim('-', '.');
        return folder.Length > 0 ? folder : "model";
    }

    [GeneratedRegex(@"/models--(?<organisation>[\w.-]+?)--(?<name>[\w.-]+)/snapshots/", RegexOptions.CultureInvariant)]
    private static partial Regex HubCacheFolder();

    [GeneratedRegex(@"^[\w-][\w.-]*/[\w-][\w.-]*$", RegexOptions.CultureInvariant | RegexOptions.ECMAScript)]
    private static partial Regex RepositoryId();

    [GeneratedRegex(@"[^A-Za-z0-9._-]+", RegexOptions.CultureInvariant)]
    private static partial Regex NotInIds();
}
