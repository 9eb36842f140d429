using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TaskArithmetic.Sources.Tests.Hub;

/// <summary>A file of a repository.</summary>
internal sealed record ServedFile(byte[] Bytes, bool IsLarge, string Digest)
{
    public static ServedFile Of(byte[] bytes, bool isLarge) => new(bytes, isLarge, isLarge ? Convert.ToHexStringLower(SHA256.HashData(bytes)) : GitDigest(bytes));

#pragma warning disable CA5350 // Git's own.
    public static string GitDigest(byte[] bytes) => Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {bytes.Length}\0"), .. bytes]));
#pragma warning restore CA5350
}

/// <summary>A repository: what its branches and tags are, and what each commit holds.</summary>
internal sealed record ServedRepository(Dictionary<string, string> References, bool IsGated, Dictionary<string, Dictionary<string, ServedFile>> Commits);

/// <summary>A wrong answer to the next requests that begin with a server and a method.</summary>
/// <param name="Match">As <c>cdn GET</c>.</param>
/// <param name="Left">How often.</param>
internal sealed record ServedFault(string Match, int Left)
{
    public int Left { get; set; } = Left;

    public int? Status { get; init; }

    public string? Code { get; init; }

    public string? Message { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Bytes of the body after which the connection is closed.</summary>
    public int? Cut { get; init; }

    /// <summary>Bytes of a body that claims to be all.</summary>
    public int? Truncate { get; init; }

    /// <summary>Whether the connection is closed without an answer.</summary>
    public bool Drop { get; init; }

    public bool IgnoreRange { get; init; }

    /// <summary>Whether the body has the right length and other bytes.</summary>
    public bool Garble { get; init; }

    /// <summary>How long the body stands still in its middle.</summary>
    public TimeSpan Stall { get; init; }
}

/// <summary>A request as it came, and what was answered.</summary>
internal sealed record ServedRequest(string Server, string Method, string Path, IReadOnlyDictionary<string, string> Headers)
{
    public int? Status { get; set; }

    public int BodySent { get; set; }
}

/// <summary>
/// Imitates the hub and the store that holds its large files, on two ports of the loopback interface, from the recorded repositories and
/// with the recorded faults. Speaks HTTP by hand, since most faults are what a web server does not let one do.
/// </summary>
internal sealed class HubServer : IDisposable
{
    public const string GoodToken = "hf_granted";

    private readonly TcpListener hub = new(IPAddress.Loopback, 0);
    private readonly TcpListener store = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly object guard = new();
    private (string? Key, int Left) dropped;

    public HubServer()
    {
        foreach (var (listener, name) in new[] { (hub, "hub"), (store, "cdn") })
        {
            listener.Start();
            _ = Task.Run(() => ListenAsync(listener, name));
        }
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)hub.LocalEndpoint).Port}";

    public string StoreAddress => $"http://127.0.0.1:{((IPEndPoint)store.LocalEndpoint).Port}";

    public Dictionary<string, ServedRepository> Repositories { get; } = [];

    /// <summary>What git calls the pointers to large files, where a recording says so.</summary>
    public Dictionary<string, string> PointerIds { get; } = [];

    public Dictionary<string, string> Renamed { get; } = [];

    public List<ServedFault> Faults { get; set; } = [];

    public ConcurrentQueue<ServedRequest> Requests { get; } = new();

    /// <summary>relative, weak, gzip, page, no_commit: what the recorded server could be told to do.</summary>
    public HashSet<string> Options { get; set; } = [];

    /// <summary>Serves the recorded repositories.</summary>
    public void Serve(JsonNode repositories)
    {
        foreach (var (id, repository) in repositories.AsObject())
        {
            Repositories[id] = new(
                repository!["refs"]!.AsObject().ToDictionary(r => r.Key, r => (string)r.Value!),
                (bool)repository["gated"]!,
                repository["commits"]!.AsObject().ToDictionary(c => c.Key, c => c.Value!.AsObject().ToDictionary(
                    f => f.Key,
                    f => new ServedFile(Convert.FromBase64String((string)f.Value!["base64"]!), (bool)f.Value["lfs"]!, (string)f.Value["etag"]!))));
        }
    }

    /// <summary>Serves one commit of a model.</summary>
    public void Serve(string id, string commit, Dictionary<string, ServedFile> files)
    {
        if (!Repositories.TryGetValue(id, out var repository))
            Repositories[id] = repository = new(new() { ["main"] = commit }, false, []);
        repository.References["main"] = commit;
        repository.Commits[commit] = files;
    }

    public void Dispose()
    {
        stop.Cancel();
        hub.Stop();
        store.Stop();
    }

    private async Task ListenAsync(TcpListener listener, string name)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                _ = Task.Run(() => TalkAsync(client, name));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task TalkAsync(TcpClient client, string name)
    {
        using var connection = client;
        try
        {
            client.NoDelay = true;
            var stream = client.GetStream();
            while (await ReadRequestAsync(stream, name) is { } request)
            {
                if (IsRepeatOfDropped(request))
                    return;
                Requests.Enqueue(request);
                if (!await AnswerAsync(stream, request))
                    return;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    /// <summary>
    /// Whether it is the runtime that repeats a request, as it does three times at once where a connection is closed without an answer: to
    /// its user that is one request.
    /// </summary>
    private bool IsRepeatOfDropped(ServedRequest request)
    {
        lock (guard)
        {
            if (dropped.Left == 0 || dropped.Key != KeyOf(request))
                return false;
            dropped.Left--;
            return true;
        }
    }

    private static string KeyOf(ServedRequest request) => $"{request.Server} {request.Method} {request.Path} {request.Headers.GetValueOrDefault("range")}";

    private async Task<ServedRequest?> ReadRequestAsync(NetworkStream stream, string name)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, stop.Token) == 0)
                return null;
            head.Append((char)one[0]);
        }
        var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var first = lines[0].Split(' ');
        return new(name, first[0], first[1], lines.Skip(1).Select(l => l.Split(": ", 2)).ToDictionary(p => p[0].ToLowerInvariant(), p => p[1]));
    }

    private async Task<bool> AnswerAsync(NetworkStream stream, ServedRequest request)
    {
        ServedFault? fault;
        lock (guard)
        {
            fault = Faults.FirstOrDefault(f => f.Left > 0 && $"{request.Server} {request.Method}".StartsWith(f.Match, StringComparison.Ordinal));
            if (fault is not null)
                fault.Left--;
            dropped = fault is { Drop: true } ? (KeyOf(request), 3) : default;
        }
        if (fault is { Drop: true })
            return false;
        if (fault is { Status: { } status })
        {
            var headers = new Dictionary<string, string>(fault.Headers);
            if (fault.Code is not null)
                headers["X-Error-Code"] = fault.Code;
            if (fault.Message is not null)
                headers["X-Error-Message"] = fault.Message;
            return await SendAsync(stream, request, status, headers, Json(new { error = fault.Message ?? "error" }), null);
        }
        return request.Server == "cdn" ? await AnswerStoreAsync(stream, request, fault) : await AnswerHubAsync(stream, request, fault);
    }

    private async Task<bool> AnswerStoreAsync(NetworkStream stream, ServedRequest request, ServedFault? fault)
    {
        var digest = request.Path.Split('/', '?')[2];
        var file = Repositories.Values.SelectMany(r => r.Commits.Values).SelectMany(c => c.Values).First(f => f.IsLarge && f.Digest == digest);
        return await SendFileAsync(stream, request, file, new() { ["Content-Type"] = "application/octet-stream", ["ETag"] = "\"f8874f0fd43ab2e665ef5c939b73258b\"" }, fault);
    }

    private async Task<bool> AnswerHubAsync(NetworkStream stream, ServedRequest request, ServedFault? fault)
    {
        var token = request.Headers.GetValueOrDefault("authorization")?["Bearer ".Length..];
        if (token == "hf_invalid")
            return await RefuseAsync(401, null, "Invalid credentials in Authorization header");
        var path = request.Path.Split('?')[0];
        if (path.StartsWith("/api/resolve-cache/", StringComparison.Ordinal))
        {
            var parts = path.Split('/');
            var cached = Repositories[$"{parts[4]}/{parts[5]}"].Commits[parts[6]][Uri.UnescapeDataString(string.Join('/', parts[7..]))];
            return await SendFileAsync(stream, request, cached, new() { ["Content-Type"] = "application/octet-stream", ["ETag"] = $"\"{cached.Digest}\"", ["X-Repo-Commit"] = parts[6] }, fault);
        }
        var isApi = path.StartsWith("/api/", StringComparison.Ordinal);
        var rest = isApi ? path["/api/".Length..] : path[1..];
        if (isApi && rest.StartsWith("models/", StringComparison.Ordinal))
            rest = rest["models/".Length..];
        foreach (var (old, now) in Renamed)
        {
            if (rest.StartsWith(old + "/", StringComparison.Ordinal))
                return await SendAsync(stream, request, 307, new() { ["Location"] = request.Path.Replace(old, now, StringComparison.Ordinal) }, [], fault);
        }
        var id = Repositories.Keys.FirstOrDefault(k => rest == k || rest.StartsWith(k + "/", StringComparison.Ordinal));
        if (id is null)
            return token is null ? await RefuseAsync(401, null, "Invalid username or password.") : await RefuseAsync(404, "RepoNotFound", "Repository not found");
        var repository = Repositories[id];
        var words = rest[id.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        var revision = words.Length > 1 ? Uri.UnescapeDataString(words[1]) : "main";
        var commit = repository.References.GetValueOrDefault(revision) ?? repository.Commits.Keys.FirstOrDefault(c => revision.Length >= 7 && c.StartsWith(revision, StringComparison.Ordinal));
        if (commit is null)
            return await RefuseAsync(404, "RevisionNotFound", $"Invalid rev id: {revision}");
        var files = repository.Commits[commit];
        if (isApi)
            return words.FirstOrDefault() == "tree" ? await SendTreeAsync(stream, request, files, fault) : await SendDescriptionAsync(stream, request, id, repository, commit, fault);
        if (repository.IsGated && token != GoodToken)
            return await RefuseAsync(token is null ? 401 : 403, "GatedRepo", $"Access to model {id} is restricted");
        var name = Uri.UnescapeDataString(string.Join('/', words[2..]));
        if (!files.TryGetValue(name, out var file))
            return await RefuseAsync(404, "EntryNotFound", "Entry not found", commit);
        var said = new Dictionary<string, string>();
        if (!Options.Contains("no_commit"))
            said["X-Repo-Commit"] = commit;
        if (file.IsLarge)
        {
            said["X-Linked-Size"] = file.Bytes.Length.ToString(CultureInfo.InvariantCulture);
            said["X-Linked-Etag"] = said["ETag"] = $"\"{file.Digest}\"";
            said["Location"] = $"{StoreAddress}/store/{file.Digest}?X-Signature=abc&Expires=1";
            return await SendAsync(stream, request, 302, said, "Found. Redirecting"u8.ToArray(), null);
        }
        if (Options.Contains("relative"))
        {
            said["Location"] = $"/api/resolve-cache/models/{id}/{commit}/{string.Join('/', words[2..])}?etag=%22{file.Digest}%22";
            return await SendAsync(stream, request, 307, said, [], null);
        }
        said["ETag"] = Options.Contains("weak") ? $"W/\"{file.Digest}\"" : $"\"{file.Digest}\"";
        said["Content-Type"] = "text/plain; charset=utf-8";
        return await SendFileAsync(stream, request, file, said, fault);

        Task<bool> RefuseAsync(int status, string? code, string message, string? of = null)
        {
            var headers = new Dictionary<string, string> { ["X-Error-Message"] = message };
            if (code is not null)
                headers["X-Error-Code"] = code;
            if (of is not null)
                headers["X-Repo-Commit"] = of;
            return SendAsync(stream, request, status, headers, Json(new { error = message }), null);
        }
    }

    private Task<bool> SendDescriptionAsync(NetworkStream stream, ServedRequest request, string id, ServedRepository repository, string commit, ServedFault? fault) =>
        SendAsync(stream, request, 200, new() { ["Content-Type"] = "application/json" }, Json(new
        {
            id,
            sha = commit,
            gated = repository.IsGated ? "manual" : "false",
            siblings = repository.Commits[commit].Keys.Order(StringComparer.Ordinal).Select(name => new { rfilename = name }),
        }), fault);

    private Task<bool> SendTreeAsync(NetworkStream stream, ServedRequest request, Dictionary<string, ServedFile> files, ServedFault? fault)
    {
        object[] entries =
        [
            new { type = "directory", oid = new string('0', 40), size = 0, path = "sub" },
            .. files.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => (object)(f.Value.IsLarge
                ? new { type = "file", oid = PointerDigest(f.Value), size = f.Value.Bytes.Length, path = f.Key, lfs = new { oid = f.Value.Digest, size = f.Value.Bytes.Length, pointerSize = 130 } }
                : new { type = "file", oid = f.Value.Digest, size = f.Value.Bytes.Length, path = f.Key })),
        ];
        var headers = new Dictionary<string, string> { ["Content-Type"] = "application/json" };
        if (Options.Contains("page"))
        {
            var isSecond = request.Path.Contains("cursor=abc", StringComparison.Ordinal);
            entries = isSecond ? entries[2..] : entries[..2];
            if (!isSecond)
                headers["Link"] = $"<{Address}{request.Path}&cursor=abc>; rel=\"next\"";
        }
        return SendAsync(stream, request, 200, headers, Json(entries), fault);
    }

    private string PointerDigest(ServedFile file) => PointerIds.GetValueOrDefault(file.Digest) ??
        ServedFile.GitDigest(Encoding.ASCII.GetBytes($"version https://git-lfs.github.com/spec/v1\noid sha256:{file.Digest}\nsize {file.Bytes.Length}\n"));

    private Task<bool> SendFileAsync(NetworkStream stream, ServedRequest request, ServedFile file, Dictionary<string, string> headers, ServedFault? fault)
    {
        headers["Accept-Ranges"] = "bytes";
        var (bytes, status) = (file.Bytes, 200);
        if (fault is { Garble: true })
            bytes = [.. bytes.Select(b => (byte)(b ^ 0x55))];
        if (fault is { Truncate: { } length })
            return SendAsync(stream, request, 200, headers, bytes[..Math.Min(length, bytes.Length)], null);
        if (request.Headers.TryGetValue("range", out var range) && fault is not { IgnoreRange: true })
        {
            var ends = range["bytes=".Length..].Split('-');
            var begin = int.Parse(ends[0], CultureInfo.InvariantCulture);
            var end = ends[1].Length > 0 ? Math.Min(int.Parse(ends[1], CultureInfo.InvariantCulture), bytes.Length - 1) : bytes.Length - 1;
            headers["Content-Range"] = $"bytes {begin}-{end}/{bytes.Length}";
            (bytes, status) = (bytes[begin..(end + 1)], 206);
        }
        if (Options.Contains("gzip") && request.Headers.GetValueOrDefault("accept-encoding")?.Contains("gzip", StringComparison.Ordinal) == true)
        {
            var packed = new MemoryStream();
            using (var zip = new GZipStream(packed, CompressionLevel.Fastest))
                zip.Write(bytes);
            bytes = packed.ToArray();
            headers["Content-Encoding"] = "gzip";
        }
        return SendAsync(stream, request, status, headers, bytes, fault);
    }

    private async Task<bool> SendAsync(NetworkStream stream, ServedRequest request, int status, Dictionary<string, string> headers, byte[] body, ServedFault? fault)
    {
        headers["Content-Length"] = body.Length.ToString(CultureInfo.InvariantCulture);
        request.Status = status;
        var head = $"HTTP/1.1 {status} Answer\r\n{string.Concat(headers.Select(h => $"{h.Key}: {h.Value}\r\n"))}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), stop.Token);
        if (request.Method == "HEAD")
            return true;
        var sent = Math.Min(fault?.Cut ?? body.Length, body.Length);
        if (fault is { Stall: var stall } && stall > TimeSpan.Zero)
        {
            await stream.WriteAsync(body.AsMemory(0, sent / 2), stop.Token);
            request.BodySent = sent / 2;
            await Task.Delay(stall, stop.Token);
            await stream.WriteAsync(body.AsMemory(sent / 2, sent - (sent / 2)), stop.Token);
        }
        else
        {
            await stream.WriteAsync(body.AsMemory(0, sent), stop.Token);
        }
        request.BodySent = sent;
        await stream.FlushAsync(stop.Token);
        return sent == body.Length;
    }

    private static byte[] Json(object value) => JsonSerializer.SerializeToUtf8Bytes(value);
}
