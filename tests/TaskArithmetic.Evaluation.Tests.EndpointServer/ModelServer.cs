using System.Text;
using System.Text.Json.Nodes;

namespace TaskArithmetic.Evaluation.Tests.EndpointServer;

/// <summary>
/// A model whose answers a test can compute: tokens are UTF-8 bytes, BOS is 256, and the log-probability of a token after
/// another is -(1 + (31 * previous + token) % 7) / 8, of the best one -1/8. It answers a prompt with the prompt's last
/// line backwards, and goes on with a further question unless a stop string ends it.
/// </summary>
internal static class ModelServer
{
    public static async Task AnswerAsync(HttpContext context, SessionLog sessions, string session, string kind, string path)
    {
        var (body, _) = await sessions.ReceiveAsync(context, session, path);
        await AnswerAsync(context, kind, path, body);
    }

    public static Task AnswerAsync(HttpContext context, string kind, string path, JsonNode? body)
    {
        var answer = path switch
        {
            "v1/models" => Models(kind),
            "tokenize" when kind == "vllm" => Tokenize(body!),
            "v1/completions" when IsEcho(body!) => Echo(kind, body!),
            "v1/completions" => Complete(kind, body!),
            "v1/chat/completions" => Chat(body!),
            _ => null,
        };
        if (body?["model"]?.GetValue<string>() is "unknown")
            return FailAsync(context, 404, "The model `unknown` does not exist.");
        if (kind == "openai" && body?["stop"] is JsonArray { Count: > 4 })
            return FailAsync(context, 400, "stop: at most 4 strings");
        return answer is null ? FailAsync(context, 404, "Not Found") : context.Response.WriteAsJsonAsync(answer);
    }

    public static Task FailAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new JsonObject { ["error"] = new JsonObject { ["message"] = message } });
    }

    private static JsonObject Models(string kind)
    {
        var model = new JsonObject { ["id"] = "toy", ["object"] = "model", ["owned_by"] = kind switch { "vllm" => "vllm", "llama" => "llamacpp", _ => "nobody" } };
        if (kind == "vllm")
            model["max_model_len"] = 512;
        return new JsonObject { ["object"] = "list", ["data"] = new JsonArray(model) };
    }

    private static JsonObject Tokenize(JsonNode body)
    {
        var bytes = Encoding.UTF8.GetBytes(body["prompt"]!.GetValue<string>()).Select(b => (int)b);
        int[] tokens = body["add_special_tokens"]!.GetValue<bool>() ? [256, .. bytes] : [.. bytes];
        return new JsonObject { ["count"] = tokens.Length, ["max_model_len"] = 512, ["tokens"] = new JsonArray([.. tokens.Select(t => (JsonNode)t)]) };
    }

    private static bool IsEcho(JsonNode body) => body["echo"]?.GetValue<bool>() == true;

    private static JsonObject Echo(string kind, JsonNode body)
    {
        // llama-server takes no notice of echo and gives only what it generated.
        if (kind == "llama")
            return Completion("x", "length", 2, 1, new JsonObject { ["content"] = new JsonArray(new JsonObject { ["token"] = "x", ["logprob"] = 0.0 }) });
        var tokens = body["prompt"]!.AsArray().Select(t => t!.GetValue<int>()).Append('x').ToArray();
        JsonArray values = [null], best = [null];
        for (var i = 1; i < tokens.Length; i++)
        {
            var value = LogProbability(tokens[i - 1], tokens[i]);
            values.Add(value);
            // As vLLM: the best token, and the token itself where it is another.
            best.Add(value == -0.125 ? new JsonObject { [$"token_id:{tokens[i]}"] = value } : new JsonObject { ["best"] = -0.125, [$"token_id:{tokens[i]}"] = value });
        }
        return Completion("", "length", tokens.Length - 1, 1, new JsonObject { ["token_logprobs"] = values, ["top_logprobs"] = best });
    }

    private static double LogProbability(int previous, int token) => -(1 + (31 * previous + token) % 7) / 8.0;

    private static JsonObject Complete(string kind, JsonNode body)
    {
        var prompt = body["prompt"]!;
        var text = prompt is JsonArray tokens
            ? Encoding.UTF8.GetString([.. tokens.Select(t => t!.GetValue<int>()).Where(t => t < 256).Select(t => (byte)t)])
            : prompt.GetValue<string>();
        var (answer, finish) = Answer(text, body);
        return Completion(answer, finish, text.Length, answer.Length, null);
    }

    private static JsonObject Chat(JsonNode body)
    {
        var last = body["messages"]!.AsArray()[^1]!["content"]!.GetValue<string>();
        var (answer, finish) = Answer(last, body);
        var thinking = last.Contains("think only", StringComparison.Ordinal);
        return new JsonObject
        {
            ["choices"] = new JsonArray(new JsonObject
            {
                ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = thinking ? null : answer, ["reasoning_content"] = thinking ? "hm" : null },
                ["finish_reason"] = thinking ? "length" : finish,
            }),
            ["usage"] = new JsonObject { ["prompt_tokens"] = last.Length, ["completion_tokens"] = answer.Length },
        };
    }

    private static (string Text, string Finish) Answer(string prompt, JsonNode body)
    {
        var reversed = prompt.Split('\n')[^1].ToCharArray();
        Array.Reverse(reversed);
        var text = new string(reversed) + "\nQuestion: and then?";
        var stops = body["stop"]?.AsArray().Select(s => s!.GetValue<string>()) ?? [];
        var end = stops.Select(s => text.IndexOf(s, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();
        var most = body["max_tokens"]!.GetValue<int>();
        if (end >= 0 && end <= most)
            return (text[..end], "stop");
        return text.Length > most ? (text[..most], "length") : (text, "stop");
    }

    private static JsonObject Completion(string text, string finish, int promptTokens, int completionTokens, JsonObject? logprobs) => new()
    {
        ["choices"] = new JsonArray(new JsonObject { ["text"] = text, ["finish_reason"] = finish, ["logprobs"] = logprobs }),
        ["usage"] = new JsonObject { ["prompt_tokens"] = promptTokens, ["completion_tokens"] = completionTokens },
    };
}
