using System.CommandLine;
using System.Text.RegularExpressions;
using TaskArithmetic.Caching;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Sources.Hub;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Commands;

/// <summary>
/// The one place where names of models on the hub become files on this machine: before a model is opened, for every verb and so for builds,
/// whose worker is this tool.
/// </summary>
internal sealed partial class ModelReferences
{
    private readonly Dictionary<string, string> paths = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);

    private ModelReferences()
    {
    }

    /// <summary>The option that keeps every verb from fetching.</summary>
    public static Option<bool> Offline() => new("--offline") { Description = "Fetch nothing; use what the hub's cache has." };

    /// <summary>Where each reference lies, by the text that was written.</summary>
    public IReadOnlyDictionary<string, string> Paths => paths;

    /// <summary>What records call each of these places: the reference at the commit that was used.</summary>
    public IReadOnlyDictionary<string, string> Names => names;

    /// <summary>The path of a model as it was written.</summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(written))]
    public string? PathOf(string? written) => written is not null && paths.TryGetValue(written, out var path) ? path : written;

    /// <summary>A finding about a file of the hub's cache, with the reference as the user wrote it in the file's place.</summary>
    public Diagnostic AsWritten(Diagnostic finding)
    {
        if (finding.File is not { } file)
            return finding;
        foreach (var (written, path) in paths)
        {
            if (file.StartsWith(path, StringComparison.Ordinal))
                return finding with { File = written + file[path.Length..] };
        }
        return finding;
    }

    /// <summary>Fetches what is named on the hub, as far as it is not there; other names are left alone.</summary>
    /// <param name="written">Names as the user wrote them.</param>
    /// <param name="parsed">The call.</param>
    /// <param name="terminal">Shows progress and hears warnings.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <param name="readsBareNames">Whether <c>organisation/name</c> that is nothing here is a name on the hub too, as in mergekit's files.</param>
    /// <exception cref="DiagnosticException">All that cannot be had, TA5000 to TA5018.</exception>
    public static ModelReferences Resolve(IEnumerable<string?> written, ParseResult parsed, ToolTerminal terminal, CancellationToken cancellationToken, bool readsBareNames = false)
    {
        var resolved = new ModelReferences();
        var wanted = written.OfType<string>().Distinct(StringComparer.Ordinal).Where(text => HubReference.IsOne(text) || (readsBareNames && IsBareName(text))).ToList();
        if (wanted.Count == 0)
            return resolved;
        var settings = HubSettings.FromEnvironment();
        settings = settings with { Offline = settings.Offline || parsed.GetValue<bool>("--offline") };
        var problems = new List<Diagnostic>();
        foreach (var text in wanted)
        {
            try
            {
                resolved.Add(text, settings, CacheOf(parsed), terminal, cancellationToken);
            }
            catch (DiagnosticException e)
            {
                problems.AddRange(e.Diagnostics.Select(d => HubReference.IsOne(text) ? d : d with { Message = $"'{text}' is no folder here, so it was taken for a name on the hub. {d.Message}" }));
            }
        }
        return problems.Count == 0 ? resolved : throw new DiagnosticException([.. problems.Distinct()]);
    }

    /// <summary>What only looks at a model needs no weights: their headers come alone, and stand in a folder of their own as files with holes.</summary>
    public static HeaderFolder? Look(string written, ParseResult parsed, ToolTerminal terminal, CancellationToken cancellationToken)
    {
        if (!HubReference.IsOne(written))
            return null;
        var settings = HubSettings.FromEnvironment();
        using var client = new HubClient(settings with { Offline = settings.Offline || parsed.GetValue<bool>("--offline") }) { Warn = warning => terminal.Report([warning]) };
        return HeaderFolder.FetchAsync(HubReference.Parse(written), client, cancellationToken).GetAwaiter().GetResult();
    }

    private void Add(string text, HubSettings settings, string? cacheDirectory, ToolTerminal terminal, CancellationToken cancellationToken)
    {
        var reference = HubReference.Parse(text);
        var snapshot = terminal.Track($"fetch {reference}", Amount.Bytes, (starting, progress) =>
        {
            using var client = new HubClient(settings)
            {
                Digests = new FileDigests(cacheDirectory),
                Warn = warning => terminal.Report([warning]),
                Log = line => terminal.Log($"fetch: {line}"),
                Starting = starting,
                Progress = progress,
            };
            return client.FetchAllAsync(reference.Repository, reference.Revision, tree => HubModelFiles.Of(reference, tree), cancellationToken: cancellationToken).GetAwaiter().GetResult();
        });
        var path = Path.Combine([snapshot.Folder, .. reference.Path.Split('/', StringSplitOptions.RemoveEmptyEntries)]);
        paths[text] = path;
        names[path] = reference.At(snapshot.Commit).ToString();
    }

    /// <summary>A name whose first part is a folder here was meant as a path.</summary>
    private static bool IsBareName(string text) =>
        BareName().Match(text) is { Success: true } match && !Path.Exists(text) && !Directory.Exists(match.Groups[1].Value) && HubRepository.Problem(match.Groups[1].Value + "/" + match.Groups[2].Value) is null;

    /// <summary>Where digests are remembered; verbs without the option remember them where others look by default.</summary>
    private static string? CacheOf(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.Any(o => o.Name == "--cache-dir") ? parsed.GetValue<string?>("--cache-dir") : CacheFolder.Default;

    [GeneratedRegex(@"\A([^/\\@:]+)/([^/\\@:]+)(?:@.+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex BareName();
}
