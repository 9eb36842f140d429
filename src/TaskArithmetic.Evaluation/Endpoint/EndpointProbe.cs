using System.Text.Json;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Engines;

namespace TaskArithmetic.Evaluation.Endpoint;

/// <summary>Asks an endpoint what it is and what it can do, before any benchmark starts.</summary>
internal static class EndpointProbe
{
    // What lm-evaluation-harness assumes of an endpoint: 2048 less one for the token that scoring generates.
    private const int AssumedMaxLength = 2047;

    // A context outside this range is no statement about a model.
    private const int ShortestContext = 4, LongestContext = 1 << 30;

    public static async Task<(EndpointCapabilities Capabilities, TokenEncoder? Tokenizer)> AskAsync(
        EndpointClient client, EndpointAddress address, EndpointOptions options, CancellationToken cancellationToken)
    {
        var (server, model, maxLength) = await AskModelAsync(client, address, options, cancellationToken);
        var tokenizer = await FindTokenizerAsync(client, address, options, server, model, cancellationToken);
        var obstacle = await FindScoringObstacleAsync(client, address, model, tokenizer, cancellationToken);
        return (new(server, model, options.MaxLength ?? maxLength ?? AssumedMaxLength, obstacle), tokenizer);
    }

    private static async Task<(EndpointServer Server, string Model, int? MaxLength)> AskModelAsync(
        EndpointClient client, EndpointAddress address, EndpointOptions options, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync(address.Models, cancellationToken);
        // Some gateways have no list; they serve as well if the user names the model.
        if (answer.Problem is { Code: "TA4154" or "TA4152" } && options.Model is not null)
            return (EndpointServer.Unknown, options.Model, null);
        var body = answer.Required;
        JsonElement[] models = [.. (EndpointBody.Items(body, "data") ?? []).Where(m => m.Text("id") is not null)];
        var name = options.Model ?? (models is [var only]
            ? only.Text("id")!
            : throw new DiagnosticException(EndpointDiagnostics.NameTheModel(address.Models, [.. models.Select(m => m.Text("id")!)])));
        if (name != client.Redaction.OfText(name) || name.Any(char.IsControl))
            throw new DiagnosticException(EndpointDiagnostics.UnexpectedShape(address.Models, "a model's name with control characters or the key in it"));
        int? maxLength = EndpointBody.Number(models.FirstOrDefault(m => m.Text("id") == name), "max_model_len") is >= ShortestContext and <= LongestContext and var tokens ? tokens : null;
        var server = models.Select(m => m.Text("owned_by")).FirstOrDefault(owner => owner is not null) switch
        {
            "vllm" => EndpointServer.Vllm,
            "llamacpp" => EndpointServer.LlamaCpp,
            "library" => EndpointServer.Ollama,
            _ => EndpointServer.Unknown,
        };
        return (server, name, maxLength);
    }

    private static async Task<TokenEncoder?> FindTokenizerAsync(
        EndpointClient client, EndpointAddress address, EndpointOptions options, EndpointServer server, string model, CancellationToken cancellationToken)
    {
        if (address.Kind == EndpointKind.Chat)
            return null;
        if (options.Tokenizer is { } encode)
            return (text, addSpecialTokens, _) => ValueTask.FromResult(encode(text, addSpecialTokens));
        var own = new ServerTokenizer(client, address.Tokenize, model);
        return server == EndpointServer.Vllm && await own.AnswersAsync(cancellationToken) ? own.EncodeAsync : null;
    }

    /// <summary>
    /// Sends two tokens with echo. A server that scores returns the log-probabilities of both and of the one it
    /// generates; llama-server ignores or rejects echo, and every choice would score 0.
    /// </summary>
    private static async Task<string?> FindScoringObstacleAsync(
        EndpointClient client, EndpointAddress address, string model, TokenEncoder? tokenizer, CancellationToken cancellationToken)
    {
        if (address.Kind == EndpointKind.Chat)
            return "chat endpoints give no log-probabilities of a prompt";
        if (tokenizer is null)
            return "there is no tokenizer for its model, neither here nor at the server";
        var tokens = await tokenizer("one two three", false, cancellationToken);
        if (tokens.Count < 2)
            return "its tokenizer gives fewer than two tokens for three words";
        var answer = await client.PostAsync(address.Generate, CompletionsProtocol.ScoringBody(model, [.. tokens.Take(2)]), cancellationToken);
        return answer.Problem is { } problem
            ? $"it rejects echo with logprobs ({problem.Message})"
            : CompletionsProtocol.ScoringProblem(answer.Body, promptTokens: 2, contextTokens: 1);
    }
}
