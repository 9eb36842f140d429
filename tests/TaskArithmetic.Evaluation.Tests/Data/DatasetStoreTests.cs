using System.Net;
using System.Text;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Data;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Evaluation.Tests.Data;

[TestClass]
public sealed class DatasetStoreTests
{
    private const string File_ = "gsm8k/test.jsonl";

    [TestMethod]
    [RequiresShared("data/gsm8k")]
    public async Task A_file_is_fetched_once_verified_and_then_found_offline()
    {
        using var folder = new TemporaryFolder();
        using var origin = new Origin(File.ReadAllBytes(SharedData.PathOf("data", "gsm8k", "test.jsonl")));
        using var http = new HttpClient(origin);
        var progress = new List<DataProgress>();
        var path = await new DatasetStore(null, folder["cache"], http, new Recorder(progress)).LocateAsync(File_, CancellationToken.None);
        Assert.AreEqual(origin.Content.Length, new FileInfo(path).Length);
        Assert.AreEqual(origin.Content.Length, progress[^1].BytesRead);
        Assert.AreEqual(path, await new DatasetStore(null, folder["cache"]).LocateAsync(File_, CancellationToken.None));
        Assert.AreEqual(1, origin.Requests);
    }

    [TestMethod]
    public async Task Content_with_another_digest_is_refused_and_not_kept()
    {
        using var folder = new TemporaryFolder();
        using var origin = new Origin(Encoding.UTF8.GetBytes("something else"));
        using var http = new HttpClient(origin);
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => new DatasetStore(null, folder["cache"], http).LocateAsync(File_, CancellationToken.None));
        Assert.AreEqual("TA4025", error.Diagnostics[0].Code);
        Assert.IsEmpty(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [TestMethod]
    public async Task A_damaged_cache_entry_is_fetched_again()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["cache", "gsm8k"]);
        File.WriteAllText(folder["cache", "gsm8k", "test.jsonl"], "torn");
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => new DatasetStore(null, folder["cache"]).LocateAsync(File_, CancellationToken.None));
        Assert.AreEqual("TA4027", error.Diagnostics[0].Code);
    }

    [TestMethod]
    public async Task A_failing_origin_is_one_coded_error()
    {
        using var folder = new TemporaryFolder();
        using var origin = new Origin(null);
        using var http = new HttpClient(origin);
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => new DatasetStore(null, folder["cache"], http).LocateAsync(File_, CancellationToken.None));
        Assert.AreEqual("TA4026", error.Diagnostics[0].Code);
    }

    [TestMethod]
    public async Task Sciq_is_never_fetched()
    {
        using var folder = new TemporaryFolder();
        using var http = new HttpClient(new Origin([]));
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => new DatasetStore(null, folder["cache"], http).LocateAsync("sciq/test.jsonl", CancellationToken.None));
        Assert.AreEqual("TA4028", error.Diagnostics[0].Code);
    }

    [TestMethod]
    public async Task Own_data_that_differs_from_the_published_is_used_and_noted()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["gsm8k"]);
        File.WriteAllText(folder["gsm8k", "test.jsonl"], "{}\n");
        var store = new DatasetStore(folder.Path, folder["cache"]);
        Assert.AreEqual(folder["gsm8k", "test.jsonl"], Path.GetFullPath(await store.LocateAsync(File_, CancellationToken.None)));
        Assert.HasCount(1, store.Departures);
    }

    private sealed class Recorder(List<DataProgress> reports) : IProgress<DataProgress>
    {
        public void Report(DataProgress value) => reports.Add(value);
    }

    private sealed class Origin(byte[]? content) : HttpMessageHandler
    {
        public byte[] Content => content!;

        public int Requests { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            return Task.FromResult(content is null
                ? new HttpResponseMessage(HttpStatusCode.NotFound)
                : new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(content) });
        }
    }
}
