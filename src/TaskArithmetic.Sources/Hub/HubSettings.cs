using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;

namespace TaskArithmetic.Sources.Hub;

/// <summary>Where the hub is, where its files are kept, and how patient one is with it: the environment variables of the hub's own clients.</summary>
internal sealed record HubSettings
{
    private const string DefaultEndpoint = "https://huggingface.co";

    /// <summary>Address of the hub, without a slash at its end: <c>HF_ENDPOINT</c>.</summary>
    public string Endpoint { get; init; } = DefaultEndpoint;

    /// <summary>The cache that all clients share: <c>HF_HUB_CACHE</c>, else <c>HF_HOME/hub</c>.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Sent to the hub and to nobody else: <c>HF_TOKEN</c>, else the file <c>HF_HOME/token</c>; null where there is none.</summary>
    public string? Token { get; init; }

    /// <summary>Whether no request is made: <c>HF_HUB_OFFLINE</c>.</summary>
    public bool Offline { get; init; }

    /// <summary>Whether snapshots are links to blobs; where links cannot be made they are files anyway.</summary>
    public bool Symlinks { get; init; } = true;

    /// <summary>Most files, or stretches of a large file, that are fetched at once.</summary>
    public int Workers { get; init; } = 8;

    /// <summary>Large files are fetched in stretches of so many bytes, several at once.</summary>
    public int SegmentBytes { get; init; } = 8 << 20;

    /// <summary>How long the hub may take to begin an answer: <c>HF_HUB_ETAG_TIMEOUT</c>.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a body may stand still before the connection counts as broken: <c>HF_HUB_DOWNLOAD_TIMEOUT</c>.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How one waits before trying again.</summary>
    public Func<TimeSpan, CancellationToken, Task> Wait { get; init; } = Task.Delay;

    /// <summary>What the environment says.</summary>
    /// <exception cref="DiagnosticException">TA5018 HF_ENDPOINT is no address; TA5014 the user has no place for a cache.</exception>
    public static HubSettings FromEnvironment() => From(Environment.GetEnvironmentVariable);

    /// <summary>What an environment says.</summary>
    public static HubSettings From(Func<string, string?> environment)
    {
        string? Value(string name) => environment(name) is { Length: > 0 } value ? value : null;
        bool IsTrue(string name) => Value(name)?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";
        TimeSpan Seconds(string name) => TimeSpan.FromSeconds(int.TryParse(Value(name), out var seconds) && seconds > 0 ? seconds : 10);
        string Expanded(string path) => Expand(path, environment);

        var home = Value("HF_HOME") is { } own ? Expanded(own)
            : Value("XDG_CACHE_HOME") is { } caches ? Path.Combine(Expanded(caches), "huggingface")
            : Expanded(Path.Combine("~", ".cache", "huggingface"));
        var cache = Expanded(Value("HF_HUB_CACHE") ?? Value("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(home, "hub"));
        var tokenFile = Expanded(Value("HF_TOKEN_PATH") ?? Path.Combine(home, "token"));
        var endpoint = (Value("HF_ENDPOINT") ?? DefaultEndpoint).TrimEnd('/');
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Query.Length + uri.Fragment.Length + uri.UserInfo.Length > 0)
            throw new DiagnosticException(HubDiagnostics.NotAnEndpoint(endpoint));
        return new HubSettings
        {
            Endpoint = endpoint,
            CacheFolder = Path.GetFullPath(cache),
            Token = IsTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN") ? null : Clean(Value("HF_TOKEN")) ?? Clean(Value("HUGGING_FACE_HUB_TOKEN")) ?? TokenOf(tokenFile),
            Offline = IsTrue("HF_HUB_OFFLINE") || IsTrue("TRANSFORMERS_OFFLINE"),
            Symlinks = !IsTrue("HF_HUB_DISABLE_SYMLINKS"),
            AnswerTimeout = Seconds("HF_HUB_ETAG_TIMEOUT"),
            StallTimeout = Seconds("HF_HUB_DOWNLOAD_TIMEOUT"),
        };
    }

    private static string? TokenOf(string file)
    {
        try
        {
            return File.Exists(file) ? Clean(RegularFile.ReadText(file, most: 1 << 16)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(HubDiagnostics.CacheUnusable(file, e.Message), e);
        }
    }

    /// <summary>A line break inside would be a header of its own.</summary>
    private static string? Clean(string? token) =>
        token?.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal).Trim() is { Length: > 0 } clean ? clean : null;

    /// <summary>A path with the user's home and variables put in, as Python's expanduser and expandvars do.</summary>
    private static string Expand(string path, Func<string, string?> environment)
    {
        if (path == "~" || path.StartsWith("~/", StringComparison.Ordinal) || path.StartsWith($"~{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        {
            var home = environment("HOME") is { Length: > 0 } set ? set : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            if (!Path.IsPathRooted(home))
                throw new DiagnosticException(HubDiagnostics.NoPlaceForACache());
            path = home + path[1..];
        }
        return System.Text.RegularExpressions.Regex.Replace(
            path, @"\$(?:(\w+)|\{(\w+)\})", match => environment(match.Groups[1].Value + match.Groups[2].Value) ?? match.Value,
            System.Text.RegularExpressions.RegexOptions.CultureInvariant);
    }
}
