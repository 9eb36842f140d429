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
            case var status:
                var key = context.Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal);
                await ModelServer.FailAsync(context, int.Parse(status), $"fault {status} for key {key}");
                break;
        }
    }
}
