using System.Net;
using TaskArithmetic.Evaluation.Tests.EndpointServer;

// A server for the endpoint tests: one process, many servers. The path chooses which one a request meets:
//   /{session}/{kind}/...            kind is vllm, llama or openai
//   /{session}/faulty/{script}/...   faults in the script's order, then a healthy vllm
//   /{session}/log                   what the session has received
// It writes its address to standard output and ends when standard input is closed.
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
var app = builder.Build();
var sessions = new SessionLog();

app.MapGet("/{session}/log", (string session) => Results.Json(sessions.Read(session)));
app.Map("/{session}/faulty/{script}/{**path}", (string session, string script, string path, HttpContext context) =>
    FaultyServer.AnswerAsync(context, sessions, session, script, path));
app.Map("/{session}/{kind}/{**path}", (string session, string kind, string path, HttpContext context) =>
    ModelServer.AnswerAsync(context, sessions, session, kind, path));

await app.StartAsync();
Console.WriteLine(app.Urls.First());
Console.Out.Flush();
await Console.In.ReadToEndAsync();
await app.StopAsync(new CancellationToken(canceled: true));
