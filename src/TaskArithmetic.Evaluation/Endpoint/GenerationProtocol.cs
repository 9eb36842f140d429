using System.Text.Json;
using System.Text.Json.Nodes;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Text.ChatTemplates;

namespace TaskArithmetic.Evaluation.Endpoint;

/// <summary>What asking for text and reading the answer share in both protocols.</summary>
internal static class GenerationProtocol
{
    // The chat protocol refuses more; the others are applied to the answer here.
    private const int MostChatStops = 4;

    // No tokenizer has a token of more characters; a few are added for servers that count otherwise.
    private const long MostCharactersPerToken = 1024;

    /// <summary>Whether a text is longer than its greatest number of tokens can be.</summary>
    public static bool IsTooLong(string text, int maxTokens) => text.Length > MostCharactersPerToken * (maxTokens + 64L);

    /// <summary>The body less its prompt or messages.</summary>
    public static JsonObject Body(EndpointKind kind, EndpointServer server, string model, GenerationOptions options, IReadOnlyList<string> stops)
    {
        var body = new JsonObject
        {
            ["model"] = model,
            ["max_tokens"] = options.MaxTokens,
            ["temperature"] = options.Temperature,
            ["seed"] = options.Seed,
        };
        if (options.Temperature > 0)
            body["top_p"] = options.TopP;
        var sent = kind == EndpointKind.Chat ? stops.Take(MostChatStops) : stops;
        if (sent.Any())
            body["stop"] = new JsonArray([.. sent.Select(s => (JsonNode)s)]);
        // Always sent where it has a name: servers otherwise take it from the model's generation_config.json.
        if (RepetitionPenaltyName(server) is { } name)
            body[name] = options.RepetitionPenalty;
        return body;
    }

    /// <summary>The server's name for the repetition penalty, or null.</summary>
    public static string? RepetitionPenaltyName(EndpointServer server) => server switch
    {
        EndpointServer.Vllm => "repetition_penalty",
        EndpointServer.LlamaCpp => "repeat_penalty",
        _ => null,
    };

    public static JsonArray Messages(IReadOnlyList<ChatMessage> messages) =>
        [.. messages.Select(m => (JsonNode)new JsonObject { ["role"] = m.Role, ["content"] = m.Content })];

    /// <summary>The text of a choice; null if it is there without text, and a problem if it is not there.</summary>
    public static string? Text(JsonElement choice, EndpointKind kind, out string? problem)
    {
        var holder = choice;
        if (kind == EndpointKind.Chat && !(choice.ValueKind == JsonValueKind.Object && choice.TryGetProperty("message", out holder)))
        {
            problem = "a choice without a message";
            return null;
        }
        var found = holder.ValueKind == JsonValueKind.Object
            && holder.TryGetProperty(kind == EndpointKind.Chat ? "content" : "text", out var content) ? content : default;
        // Chat servers leave content out, or null, when a message holds only thinking or tool calls.
        problem = found.ValueKind is JsonValueKind.String or JsonValueKind.Null || (kind == EndpointKind.Chat && found.ValueKind == JsonValueKind.Undefined)
            ? null
            : "a choice without text";
        return found.ValueKind == JsonValueKind.String ? found.GetString() : null;
    }

    public static int Usage(JsonElement body, string name) => body.Member("usage", JsonValueKind.Object).Number(name) is >= 0 and var count ? count : -1;
}
