using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TaskArithmetic.EndToEnd.Tests;

/// <summary>An OpenAI-compatible chat server that gives one answer to everything.</summary>
internal sealed class AnswerServer : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly string answer;

    public AnswerServer(string answer)
    {
        this.answer = answer;
        var port = FreePort();
        Address = $"http://127.0.0.1:{port}/v1/chat/completions";
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        _ = ServeAsync();
    }

    /// <summary>What BenchmarkEngine takes.</summary>
    public string Address { get; }

    public void Dispose() => listener.Close();

    private async Task ServeAsync()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            await context.Request.InputStream.CopyToAsync(Stream.Null);
            var text = context.Request.HttpMethod == "GET"
                ? """{"object": "list", "data": [{"id": "constant", "object": "model"}]}"""
                : $$$"""{"choices": [{"message": {"role": "assistant", "content": "{{{answer}}}"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 1, "completion_tokens": 1}}""";
            context.Response.ContentType = "application/json";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text));
            context.Response.Close();
        }
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
