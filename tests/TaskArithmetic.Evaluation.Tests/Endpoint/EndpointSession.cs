using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace TaskArithmetic.Evaluation.Tests.Endpoint;

/// <summary>One test's part of the server.</summary>
internal sealed class EndpointSession(HttpClient http, Uri server, string name, string kind)
{
    public Uri Address { get; } = new(server, $"{name}/{kind}/v1");

    /// <summary>What this session received at a path, in order.</summary>
    public async Task<IReadOnlyList<JsonNode>> ReceivedAsync(string path = "v1/completions") =>
        [.. (await http.GetFromJsonAsync<JsonArray>(new Uri(server, $"{name}/log")))!.Select(r => r!).Where(r => r["path"]!.GetValue<string>() == path)];
}
