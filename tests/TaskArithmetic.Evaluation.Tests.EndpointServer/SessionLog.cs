using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace TaskArithmetic.Evaluation.Tests.EndpointServer;

/// <summary>Remembers what each session received.</summary>
internal sealed class SessionLog
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<ReceivedRequest>> requests = new();
    private readonly ConcurrentDictionary<string, int> underWay = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();

    public IEnumerable<ReceivedRequest> Read(string session) => requests.GetOrAdd(session, _ => new());

    /// <summary>Notes a request and says how many of that path came before it.</summary>
    public async Task<(JsonNode? Body, int Before)> ReceiveAsync(HttpContext context, string session, string path)
    {
        var now = underWay.AddOrUpdate(session, 1, (_, count) => count + 1);
        context.Response.OnCompleted(() =>
        {
            underWay.AddOrUpdate(session, 0, (_, count) => count - 1);
            return Task.CompletedTask;
        });
        var body = context.Request.ContentLength is null or 0 ? null : await JsonNode.ParseAsync(context.Request.Body);
        var queue = requests.GetOrAdd(session, _ => new());
        lock (queue)
        {
            var before = queue.Count(r => r.Path == path);
            queue.Enqueue(new(path, context.Request.Headers.Authorization, body, clock.ElapsedMilliseconds, now));
            return (body, before);
        }
    }
}
