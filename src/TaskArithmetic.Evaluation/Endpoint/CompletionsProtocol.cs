using System.Text.Json;
using System.Text.Json.Nodes;
using TaskArithmetic.Evaluation.Engines;

namespace TaskArithmetic.Evaluation.Endpoint;

/// <summary>Bodies and answers of <c>/v1/completions</c>.</summary>
internal static class CompletionsProtocol
{
    /// <summary>Asks for the log-probabilities of a prompt: echo, and one generated token since some servers reject none.</summary>
    public static JsonObject ScoringBody(string model, IReadOnlyList<int> tokens) => new()
    {
        ["model"] = model,
        ["prompt"] = Array(tokens),
        ["max_tokens"] = 1,
        ["temperature"] = 0,
        ["logprobs"] = 1,
        ["echo"] = true,
    };

    public static JsonArray Array(IEnumerable<int> tokens) => [.. tokens.Select(t => (JsonNode)t)];

    /// <summary>What keeps an answer from being the scores of a prompt; null if it is.</summary>
    public static string? ScoringProblem(JsonElement body, int promptTokens, int contextTokens)
    {
        if (TokenLogProbabilities(body) is not { } values)
            return "the answer has no token_logprobs";
        if (values.Length != promptTokens + 1)
            return $"it gives {values.Length} log-probabilities for a prompt of {promptTokens} tokens and one generated token";
        if (!values[contextTokens..promptTokens].All(v => v.ValueKind == JsonValueKind.Number))
            return "a log-probability inside the prompt is missing";
        return values[contextTokens..promptTokens].All(v => IsLogProbability(v.GetDouble())) ? null : "a log-probability is above 0 or not finite";
    }

    /// <summary>The score of the tokens after the context, of an answer without <see cref="ScoringProblem"/>.</summary>
    public static Loglikelihood Score(JsonElement body, IReadOnlyList<int> tokens, int contextTokens, int contextTokensBeforeTruncation)
    {
        var values = TokenLogProbabilities(body)!;
        var best = Choice(body).Member("logprobs", JsonValueKind.Object).Items("top_logprobs") ?? [];
        var sum = 0.0;
        var greedy = true;
        for (var i = contextTokens; i < tokens.Count; i++)
        {
            var value = values[i].GetDouble();
            sum += value;
            greedy &= i < best.Length && best[i].ValueKind == JsonValueKind.Object
                && best[i].EnumerateObject().All(other => other.Value.ValueKind == JsonValueKind.Number && value >= other.Value.GetDouble());
        }
        return new(sum, greedy, contextTokensBeforeTruncation, [.. tokens.Skip(contextTokens)], Math.Max(0, contextTokensBeforeTruncation - contextTokens));
    }

    public static JsonElement? Choice(JsonElement body) => EndpointBody.Items(body, "choices") is [var first, ..] ? first : null;

    // Rounding can lift the logarithm of a certain token a little above 0.
    private static bool IsLogProbability(double value) => double.IsFinite(value) && value <= 0.01;

    private static JsonElement[]? TokenLogProbabilities(JsonElement body) => Choice(body).Member("logprobs", JsonValueKind.Object).Items("token_logprobs");
}
