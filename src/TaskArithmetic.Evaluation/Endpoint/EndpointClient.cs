using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TaskArithmetic.Evaluation.Endpoint;

/// <summary>Sends requests, again where the error may pass, and never anywhere but to the address the user gave.</summary>
internal sealed class EndpointClient : IDisposable
{
    private readonly EndpointOptions options;
    private readonly string? key;
    private readonly HttpClient http;

    public EndpointClient(EndpointOptions options)
    {
        this.options = options;
        key = Environment.GetEnvironmentVariable(options.KeyVariable) is { Length: > 0 } set ? set : null;
        // A redirect could carry prompts and key to another host.
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = options.Concurrency })
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
        if (key is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public bool HasKey => key is not null;

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
                return new(default, EndpointDiagnostics.NoAnswer(uri, attempt + 1, Redact(reason)));
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
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, limit.Token);
            var text = await response.Content.ReadAsStringAsync(limit.Token);
            if (response.IsSuccessStatusCode)
            {
                return TryParse(text, out var json)
                    ? (new EndpointAnswer(json, null), "", null)
                    : (null, "the answer is not JSON", null);
            }
            var reason = $"status {(int)response.StatusCode}, {ErrorText(text)}";
            return IsTransient(response.StatusCode)
                ? (null, reason, RequestedWait(response))
                : (new EndpointAnswer(default, EndpointDiagnostics.Refused(uri, response.StatusCode, Redact(reason), options.KeyVariable, HasKey)), "", null);
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

    private static bool TryParse(string text, out JsonElement json)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            json = document.RootElement.Clone();
            return true;
        }
        catch (JsonException)
        {
            json = default;
            return false;
        }
    }

    /// <summary>The message of an error body, in the several shapes that servers use, or its beginning.</summary>
    private static string ErrorText(string text)
    {
        if (TryParse(text, out var json) && json.ValueKind == JsonValueKind.Object)
        {
            foreach (var holder in json.TryGetProperty("error", out var error) ? [error, json] : (JsonElement[])[json])
            {
                if (holder.ValueKind == JsonValueKind.String)
                    return holder.GetString()!;
                foreach (var name in (string[])["message", "detail"])
                {
                    if (holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var message) && message.ValueKind == JsonValueKind.String)
                        return message.GetString()!;
                }
            }
        }
        return text.Length == 0 ? "no message" : text[..Math.Min(text.Length, 300)];
    }

    // Servers quote the key they refuse.
    private string Redact(string text) => key is null ? text : text.Replace(key, "***", StringComparison.Ordinal);
}
