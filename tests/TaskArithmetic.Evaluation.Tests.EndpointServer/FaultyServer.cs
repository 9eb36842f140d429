namespace TaskArithmetic.Evaluation.Tests.EndpointServer;

/// <summary>
/// Fails as its script says, one word for each request to the generating paths, and serves after the last word:
/// a status such as 500, <c>429wait</c> (with Retry-After: 1), <c>429long</c> (an hour), <c>reset</c>, <c>cut</c>,
/// <c>text</c> (no JSON), <c>shape</c> (JSON without choices), <c>redirect</c>, <c>silent</c>, and
/// <c>pass</c> for an answer.
/// </summary>
internal static class FaultyServer
{
    public static async Task AnswerAsync(HttpContext context, SessionLog sessions, string session, string script, string path)
    {
        var (body, before) = await sessions.ReceiveAsync(context, session, path);
        var words = script.Split('-');
        if (!path.EndsWith("completions", StringComparison.Ordinal) || before >= words.Length)
        {
            await ModelServer.AnswerAsync(context, "openai", path, body);
            return;
        }
        switch (words[before])
        {
            case "pass":
                await ModelServer.AnswerAsync(context, "openai", path, body);
                break;
            case "429wait":
                context.Response.Headers.RetryAfter = "1";
                await ModelServer.FailAsync(context, 429, "slow down");
                break;
            case "429long":
                context.Response.Headers.RetryAfter = "3600";
                await ModelServer.FailAsync(context, 429, "come back in an hour");
                break;
            case "reset":
                context.Abort();
                break;
            case "cut":
                context.Response.ContentLength = 1000;
                await context.Response.WriteAsync("{\"choices\": [");
                await context.Response.Body.FlushAsync();
                context.Abort();
                break;
            case "text":
                await context.Response.WriteAsync("<html>starting</html>");
                break;
            case "shape":
                await context.Response.WriteAsJsonAsync(new { hello = 1 });
                break;
            case "redirect":
                context.Response.Redirect("/" + session + "/vllm/v1/completions", permanent: false, preserveMethod: true);
                break;
            case "silent":
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                break;
            case "endless":
                await EndlessAsync(context, "{\"a\":\"" + new string('x', 1 << 20));
                break;
            case "endlesserror":
                context.Response.StatusCode = 400;
                await EndlessAsync(context, new string('x', 1 << 20));
                break;
            case "drip":
                context.Response.ContentLength = 100_000;
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.WriteAsync(" ");
                    await context.Response.Body.FlushAsync();
                    await Task.Delay(50);
                }
                break;
            case "bomb":
                context.Response.Headers.ContentEncoding = "gzip";
                await using (var gzip = new System.IO.Compression.GZipStream(context.Response.Body, System.IO.Compression.CompressionLevel.Fastest))
                {
                    for (var i = 0; i < 200; i++)
                        await gzip.WriteAsync(new byte[1 << 20]);
                }
                break;
            case "headers":
                for (var i = 0; i < 2000; i++)
                    context.Response.Headers[$"x-{i}"] = new string('h', 100);
                await context.Response.WriteAsync("{}");
                break;
            case "escapes":
                context.Response.StatusCode = 400;
                await context.Response.WriteAsJsonAsync(new { error = new { message = "\u001b[2J\u001b]0;x\u0007 taskarithmetic: error TA9999: fake\n::set-output name=x::y\n##vso[task.setvariable variable=a]b\u202e" + new string('y', 5000) } });
                break;
            case "deep":
                await context.Response.WriteAsync(new string('[', 100_000));
                break;
            case "latin":
                await context.Response.Body.WriteAsync(new byte[] { (byte)'{', (byte)'"', 0xff, 0xfe, (byte)'"', (byte)':', (byte)'1', (byte)'}' });
                break;
            case "charset":
                context.Response.ContentType = "application/json; charset=no-such";
                await context.Response.WriteAsync(Answer("\"cba\""));
                break;
            case "surrogate":
                await context.Response.WriteAsync(Answer("\"a\\ud800b\\udc00\\ud83d\\ude00\\\\ud800\""));
                break;
            case "long":
                await context.Response.WriteAsync(Answer("\"" + new string('9', 2_000_000) + "\""));
                break;
            case "null":
                await context.Response.WriteAsync("{\"choices\":[null]}");
                break;
            case "object":
                await context.Response.WriteAsync("{\"choices\":{\"a\":1}}");
                break;
            case "array":
                await context.Response.WriteAsync("[]");
                break;
            case "number":
                await context.Response.WriteAsync(Answer("5"));
                break;
            case "usage":
                await context.Response.WriteAsync("{\"choices\":[{\"text\":\"cba\",\"finish_reason\":5}],\"usage\":{\"completion_tokens\":1e30,\"prompt_tokens\":\"x\"}}");
                break;
            case "negative":
                await context.Response.WriteAsync("{\"choices\":[{\"text\":\"cba\"}],\"usage\":{\"completion_tokens\":-7,\"prompt_tokens\":-1e400}}");
                break;
            case "echo":
                var own = context.Request.Headers.Authorization.ToString();
                await context.Response.WriteAsJsonAsync(new { choices = new[] { new { text = $"{own} {own.ToUpperInvariant()} {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(own))}", finish_reason = "stop" } } });
                break;
            case "nan" or "infinite" or "positive" or "words" or "gone":
                await context.Response.WriteAsync(Scores(words[before], body!));
                break;
            case var status:
                var key = context.Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal);
                await ModelServer.FailAsync(context, int.Parse(status), $"fault {status} for key {key}");
                break;
        }
    }

    private static string Answer(string text) => "{\"choices\":[{\"text\":" + text + ",\"finish_reason\":\"stop\"}]}";

    /// <summary>Log-probabilities of which one, inside the prompt, is none.</summary>
    private static string Scores(string fault, System.Text.Json.Nodes.JsonNode body)
    {
        var wrong = fault switch { "nan" => "\"NaN\"", "infinite" => "-1e999", "positive" => "5", "words" => "{}", _ => "null" };
        var values = Enumerable.Repeat("-1", body["prompt"]!.AsArray().Count - 2);
        return "{\"choices\":[{\"text\":\"\",\"logprobs\":{\"token_logprobs\":[null," + string.Join(',', values.Append(wrong).Append("-1")) + "],\"top_logprobs\":[5,{\"a\":\"b\"},null]}}]}";
    }

    private static async Task EndlessAsync(HttpContext context, string piece)
    {
        while (!context.RequestAborted.IsCancellationRequested)
            await context.Response.WriteAsync(piece, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
    }
}
