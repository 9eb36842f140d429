using System.Text.Json;
using System.Text.Json.Nodes;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Evaluation.Endpoint;

/// <summary>vLLM's <c>/tokenize</c>.</summary>
internal sealed class ServerTokenizer(EndpointClient client, Uri uri, string model)
{
    public async ValueTask<IReadOnlyList<int>> EncodeAsync(string text, bool addSpecialTokens, CancellationToken cancellationToken)
    {
        var answer = await client.PostAsync(uri, Body(text, addSpecialTokens), cancellationToken);
        return Tokens(answer.Required) ?? throw new DiagnosticException(EndpointDiagnostics.UnexpectedShape(uri, "no tokens"));
    }

    public async Task<bool> AnswersAsync(CancellationToken cancellationToken) =>
        await client.PostAsync(uri, Body("a", false), cancellationToken) is { Problem: null } answer && Tokens(answer.Body) is not null;

    private JsonObject Body(string text, bool addSpecialTokens) =>
        new() { ["model"] = model, ["prompt"] = text, ["add_special_tokens"] = addSpecialTokens };

    private static int[]? Tokens(JsonElement body) =>
        EndpointBody.Items(body, "tokens") is { } tokens && tokens.All(t => t.ValueKind == JsonValueKind.Number && t.TryGetInt32(out var id) && id >= 0)
            ? [.. tokens.Select(t => t.GetInt32())] : null;
}
