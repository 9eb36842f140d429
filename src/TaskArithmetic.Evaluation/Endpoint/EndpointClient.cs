using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Evaluation.Endpoint;

/// <summary>Sends requests, again where the error may pass, and never anywhere but to the address the user gave.</summary>
internal sealed class EndpointClient : IDisposable
{
    // Longer error bodies are cut: only their message is of use.
    private const int LargestErrorBody = 64 << 10;
    private const int LongestMessage = 300;

    private readonly EndpointOptions options;
    private readonly HttpClient http;

    public EndpointClient(EndpointOptions options)
    {
        this.options = options;
        var key = Environment.GetEnvironmentVariable(options.KeyVariable)?.Trim() is { Length: > 0 } set ? set : null;
        if (key?.Any(c => c is <= ' ' or > '~') == true)
            throw new DiagnosticException(EndpointDiagnostics.KeyUnusable(options.KeyVariable));
        HasKey = key is not null;
        Redaction = new KeyRedaction(key);
        // A redirect could carry prompts and key to another host.
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = options.Concurrency })
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
        if (key is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public bool HasKey { get; }

    public KeyRedaction Redaction { get; }

    public Task<EndpointAnswer> GetAsync(Uri uri, CancellationToken cancellationToken) => SendAsync(uri, null, cancellationToken);

    public Task<EndpointAnswer> PostAsync(Uri uri, JsonObject body, CancellationToken cancellationToken) => SendAsync(uri, body, cancellationToken);

    public void Dispose() => http.Dispose();

    private async Task<EndpointAnswer> SendAsync(Uri uri, JsonObject? body, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var (answer, reason, requestedWait) = await TryAsync(uri, body, cancellationToken);
            if (answer is { } final)
                return final;
            if (attempt == options.Retries || requestedWait > options.LongestRequestedWait)
                return new(default, EndpointDiagnostics.NoAnswer(uri, attempt + 1, Shown(reason)));
            await Task.Delay(requestedWait ?? Wait(attempt), cancellationToken);
        }
    }

    /// <summary>One try: a final answer, or why another try may help and when.</summary>
    private async Task<(EndpointAnswer? Answer, string Reason, TimeSpan? RequestedWait)> TryAsync(
        Uri uri, JsonObject? body, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Timeout);
        try
        {
            using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, uri);
            // With its length: small servers do not read chunked bodies.
            request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (response.IsSuccessStatusCode)
                return await ReadAnswerAsync(uri, response, limit.Token);
            var error = await EndpointBody.ReadAsync(response.Content, LargestErrorBody, limit.Token);
            var reason = $"status {(int)response.StatusCode}, {ErrorText(error)}";
            return IsTransient(response.StatusCode)
                ? (null, reason, RequestedWait(response))
                : (new EndpointAnswer(default, EndpointDiagnostics.Refused(uri, response.StatusCode, Shown(reason), options.KeyVariable, HasKey)), "", null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"no answer within {options.Timeout.TotalSeconds:0.###} s", null);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return (null, exception.InnerException?.Message ?? exception.Message, null);
        }
    }

    private async Task<(EndpointAnswer? Answer, string Reason, TimeSpan? RequestedWait)> ReadAnswerAsync(
        Uri uri, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (EndpointBody.IsPacked(response.Content.Headers))
            return (new EndpointAnswer(default, EndpointDiagnostics.UnexpectedShape(uri, "a packed body, which was not asked for")), "", null);
        var body = await EndpointBody.ReadAsync(response.Content, options.LargestAnswer, cancellationToken);
        if (body.Length > options.LargestAnswer)
            return (new EndpointAnswer(default, EndpointDiagnostics.TooLarge(uri, options.LargestAnswer)), "", null);
        return EndpointBody.TryParse(body, out var json, out var problem)
            ? (new EndpointAnswer(json, null), "", null)
            : (null, problem, null);
    }

    /// <summary>Doubling and without chance, so that two runs make the same requests at the same times.</summary>
    private TimeSpan Wait(int attempt)
    {
        var wait = options.FirstWait * Math.Pow(2, attempt);
        return wait < options.LongestWait ? wait : options.LongestWait;
    }

    private static TimeSpan? RequestedWait(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - DateTimeOffset.UtcNow,
            _ => (TimeSpan?)null,
        };
        return asked < TimeSpan.Zero ? TimeSpan.Zero : asked;
    }

    private static bool IsTransient(HttpStatusCode status) => status is
        HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>The message of an error body, in the several shapes that servers use, or its beginning.</summary>
    private static string ErrorText(byte[] body)
    {
        if (EndpointBody.TryParse(body, out var json, out _) && json.ValueKind == JsonValueKind.Object)
        {
            foreach (var holder in json.TryGetProperty("error", out var error) ? [error, json] : (JsonElement[])[json])
            {
                if (holder.ValueKind == JsonValueKind.String)
                    return holder.GetString()!;
                if ((holder.Text("message") ?? holder.Text("detail")) is { } message)
                    return message;
            }
        }
        return body.Length == 0 ? "no message" : Encoding.UTF8.GetString(body);
    }

    // What a server says is printed: without the key, in one line, without what a terminal or a build log obeys, and short.
    private string Shown(string text)
    {
        // Azure Pipelines obeys ##vso[…] and ##[…] anywhere in a line.
        var shown = Printable.Of(Redaction.OfMessage(text).ReplaceLineEndings(" ")).Replace("##", "# #", StringComparison.Ordinal);
        return shown.Length <= LongestMessage ? shown : shown[..LongestMessage] + "…";
    }
}
