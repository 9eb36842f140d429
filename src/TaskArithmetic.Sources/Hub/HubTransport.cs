using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Sources.Hub;

/// <summary>One question to the hub, or to the store that it points to.</summary>
/// <param name="Method">HEAD or GET.</param>
/// <param name="Uri">Where to.</param>
/// <param name="About">The repository it is about, for messages.</param>
/// <param name="Revision">The revision it is about, for messages.</param>
/// <param name="File">The file it is about, for messages.</param>
internal sealed record HubRequest(HttpMethod Method, Uri Uri, HubRepository About, string Revision, string File)
{
    /// <summary>Whether the body may come compressed.</summary>
    public bool MayBeCompressed { get; init; }

    /// <summary>The bytes that are asked for; null is all.</summary>
    public RangeHeaderValue? Range { get; init; }
}

/// <summary>An answer that can be used, or why there is none.</summary>
/// <param name="Response">The answer, whose body is yet to be read; null where there is none.</param>
/// <param name="Uri">Where it came from in the end.</param>
/// <param name="Commit">The commit that the hub speaks of.</param>
/// <param name="Failure">Why it cannot be used.</param>
internal sealed record HubAnswer(HttpResponseMessage? Response, Uri Uri, string? Commit, HubFailure? Failure) : IDisposable
{
    /// <summary>What the repository is called now, if the hub says it was renamed.</summary>
    public string? NewId { get; init; }

    /// <summary>The answer.</summary>
    /// <exception cref="DiagnosticException">There is none that can be used.</exception>
    public HttpResponseMessage Required => Failure is { } failure ? throw new DiagnosticException(failure.Finding, failure.Cause) : Response!;

    /// <inheritdoc/>
    public void Dispose() => Response?.Dispose();
}

/// <summary>Why an answer cannot be used.</summary>
/// <param name="Finding">In words for the user.</param>
/// <param name="Status">What the server answered; null where no answer came.</param>
/// <param name="Cause">What went wrong on the way.</param>
internal sealed record HubFailure(Diagnostic Finding, HttpStatusCode? Status = null, Exception? Cause = null)
{
    /// <summary>How long the server asked to wait; null where it did not say.</summary>
    public TimeSpan? Asked { get; init; }

    /// <summary>Whether the connection failed, rather than the server.</summary>
    public bool IsConnection => Status is null;

    /// <summary>Whether the same question may be answered later.</summary>
    public bool MayPass => (int?)Status is null or 408 or 429 or 500 or 502 or 503 or 504;
}

/// <summary>
/// Sends requests to the hub: with the token to the hub only, never beyond it; with redirections followed as its clients follow them; and
/// again, after the waits that they keep, where an answer may come later.
/// </summary>
internal sealed partial class HubTransport(HubSettings settings) : IDisposable
{
    /// <summary>How often a request is sent again.</summary>
    public const int Retries = 5;

    /// <summary>Wait before a broken body is asked for again.</summary>
    public static readonly TimeSpan BodyPause = TimeSpan.FromSeconds(1);

    private const int MostRedirections = 10;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    /// <summary>A server that wants to be left alone for longer is given up: nobody watches a build for an hour.</summary>
    private static readonly TimeSpan LongestAskedPause = TimeSpan.FromMinutes(10);

    private static readonly string Agent = $"taskarithmetic/{typeof(HubTransport).Assembly.GetName().Version?.ToString(3)}";

    private readonly Uri endpoint = new(settings.Endpoint);

    private readonly HttpClient client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = settings.AnswerTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    /// <summary>Waits between two tries of a body.</summary>
    public Task PauseAsync(CancellationToken cancellationToken) => settings.Wait(BodyPause, cancellationToken);

    /// <summary>Whether a body ended before its end, or is none.</summary>
    public static bool IsBroken(Exception e) => e is HttpRequestException or IOException or TimeoutException or InvalidDataException;

    /// <summary>Reads from a body, but waits no longer for it than one should.</summary>
    public async Task<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(settings.StallTimeout);
        try
        {
            return await body.ReadAsync(buffer, limit.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"nothing came for {settings.StallTimeout.TotalSeconds:0.#} s"), e);
        }
    }

    /// <summary>Sends a request, and again while its failure may pass.</summary>
    /// <param name="request">The request.</param>
    /// <param name="alsoConnections">Whether a connection that fails counts; else only what a server answered.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<HubAnswer> SendPatientlyAsync(HubRequest request, bool alsoConnections, CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        for (var retry = 0; ; retry++)
        {
            var answer = await SendAsync(request, cancellationToken);
            if (answer.Failure is not { MayPass: true } failure || retry == Retries || (failure.IsConnection && !alsoConnections) || failure.Asked > LongestAskedPause)
                return answer;
            answer.Dispose();
            await settings.Wait(failure.Asked ?? pause, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Sends a request once. Redirections to the store are followed for bodies only: what the hub says of a file is in its own answer.</summary>
    public async Task<HubAnswer> SendAsync(HubRequest request, CancellationToken cancellationToken)
    {
        var (uri, commit, newId) = (request.Uri, (string?)null, (string?)null);
        for (var redirections = 0; ; redirections++)
        {
            HttpResponseMessage response;
            try
            {
                response = await SendOnceAsync(request, uri, cancellationToken);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
            {
                return new(null, uri, commit, new(HubDiagnostics.Unreachable(uri, e.InnerException is IOException or System.Net.Sockets.SocketException ? e.InnerException.Message : e.Message), Cause: e));
            }
            commit = Header(response, "X-Repo-Commit") ?? commit;
            if (Redirection(request, uri, response) is { } target)
            {
                response.Dispose();
                if (redirections == MostRedirections)
                    return new(null, uri, commit, new(HubDiagnostics.NotAHub(request.Uri, "it redirects without end"), HttpStatusCode.LoopDetected));
                newId = IsHub(target) ? NewIdIn(target, request.About) ?? newId : newId;
                uri = target;
                continue;
            }
            if ((int)response.StatusCode < 400)
                return new(response, uri, commit, null) { NewId = newId };
            var failure = FailureOf(request, uri, response);
            response.Dispose();
            return new(null, uri, commit, failure);
        }
    }

    /// <summary>A header's first value; null where it is absent.</summary>
    public static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values) ? values.FirstOrDefault() : null;

    private async Task<HttpResponseMessage> SendOnceAsync(HubRequest request, Uri uri, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, uri);
        message.Headers.TryAddWithoutValidation("User-Agent", Agent);
        message.Headers.TryAddWithoutValidation("Accept", "*/*");
        message.Headers.TryAddWithoutValidation("Accept-Encoding", request.MayBeCompressed ? "gzip, deflate" : "identity");
        message.Headers.Range = request.Range;
        if (settings.Token is { } token && IsHub(uri))
            message.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(settings.AnswerTimeout);
        try
        {
            return await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"no answer within {settings.AnswerTimeout.TotalSeconds:0.#} s"), e);
        }
    }

    /// <summary>The token belongs to this scheme, host and port.</summary>
    private bool IsHub(Uri uri) => (uri.Scheme, uri.IdnHost, uri.Port) == (endpoint.Scheme, endpoint.IdnHost, endpoint.Port);

    /// <summary>Where a redirection leads that is to be followed; null where the answer itself is the one to use.</summary>
    private Uri? Redirection(HubRequest request, Uri from, HttpResponseMessage response)
    {
        if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || Header(response, "Location") is not { } location
            || !Uri.TryCreate(from, location, out var target) || target.Scheme is not ("http" or "https"))
            return null;
        var isRelative = !Uri.TryCreate(location, UriKind.Absolute, out var absolute) || absolute.Scheme == Uri.UriSchemeFile;
        if (request.Method != HttpMethod.Head || (isRelative && IsHub(target)))
            return target;
        return IsHub(target) && Header(response, "X-Linked-Etag") is null && Header(response, "ETag") is null ? target : null;
    }

    private HubFailure FailureOf(HubRequest request, Uri uri, HttpResponseMessage response)
    {
        var (status, hasToken) = (response.StatusCode, settings.Token is not null);
        var message = Header(response, "X-Error-Message");
        var finding = (IsHub(uri) ? Header(response, "X-Error-Code") : "") switch
        {
            "GatedRepo" => HubDiagnostics.Gated(request.About, settings.Endpoint, hasToken),
            "RepoNotFound" => HubDiagnostics.RepositoryNotFound(request.About, settings.Endpoint, hasToken),
            "RevisionNotFound" => HubDiagnostics.RevisionNotFound(request.About, request.Revision),
            "EntryNotFound" => HubDiagnostics.FileNotFound(request.About, request.Revision, request.File),
            null when status == HttpStatusCode.Unauthorized => message == "Invalid credentials in Authorization header"
                ? HubDiagnostics.TokenRefused(settings.Endpoint)
                : HubDiagnostics.RepositoryNotFound(request.About, settings.Endpoint, hasToken),
            _ => HubDiagnostics.Answered(uri, (int)status, message),
        };
        return new(finding, status) { Asked = AskedPause(response) };
    }

    /// <summary>A second more than the server says, since it rounds down: Retry-After in seconds or as a date, else the t of RateLimit.</summary>
    private static TimeSpan? AskedPause(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - DateTimeOffset.UtcNow,
            _ => Header(response, "RateLimit") is { } text && Reset().Match(text) is { Success: true } match && int.TryParse(match.Groups[1].ValueSpan, out var seconds)
                ? TimeSpan.FromSeconds(seconds)
                : (TimeSpan?)null,
        };
        return asked is { } wait ? (wait > TimeSpan.Zero ? wait : TimeSpan.Zero) + TimeSpan.FromSeconds(1) : null;
    }

    /// <summary>The repository in the address that an old name redirects to.</summary>
    private string? NewIdIn(Uri target, HubRepository about)
    {
        var path = Uri.UnescapeDataString(target.AbsolutePath[endpoint.AbsolutePath.TrimEnd('/').Length..]).TrimStart('/');
        var prefix = about.PagePath[..^about.Id.Length];
        var match = Regex.Match(path, $"^(?:{Regex.Escape(prefix)}(?<id>[^/]+/[^/]+|[^/]+)/resolve/|api/{Regex.Escape(about.ApiPath[..^about.Id.Length])}(?<id>[^/]+/[^/]+)/(?:revision|tree)/)", RegexOptions.CultureInvariant);
        return match.Success && match.Groups["id"].Value is { } id && !string.Equals(id, about.Id, StringComparison.OrdinalIgnoreCase) && HubRepository.Problem(id) is null ? id : null;
    }

    [GeneratedRegex(@";\s*t=(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Reset();
}
