using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Caching;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Sources.Hub;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Sources.Tests.Hub;

[TestClass]
public sealed class HubClientTests : IDisposable
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private const int SegmentBytes = 32 << 10;

    private static readonly HubRepository Model = HubRepository.Parse("acme/big");

    /// <summary>Sizes around the edges of the stretches in which large files come, and one that comes whole.</summary>
    private static readonly Dictionary<string, ServedFile> Files = new()
    {
        ["README.md"] = ServedFile.Of("# big\n"u8.ToArray(), isLarge: false),
        ["config.json"] = ServedFile.Of(Encoding.UTF8.GetBytes("{\"text\": \"" + new string('x', 3000) + "\"}"), isLarge: false),
        ["empty.txt"] = ServedFile.Of([], isLarge: false),
        ["model-00001-of-00003.safetensors"] = ServedFile.Of(Bytes(1, (7 * SegmentBytes) + 123), isLarge: true),
        ["model-00002-of-00003.safetensors"] = ServedFile.Of(Bytes(2, 4 * SegmentBytes), isLarge: true),
        ["model-00003-of-00003.safetensors"] = ServedFile.Of(Bytes(3, 5000), isLarge: true),
        ["tokenizer/vocab.txt"] = ServedFile.Of("a\nb\n"u8.ToArray(), isLarge: false),
    };

    private readonly TemporaryFolder folder = new();
    private readonly HubServer server = new();
    private readonly List<Diagnostic> warnings = [];

    public HubClientTests() => server.Serve(Model.Id, Commit, Files);

    public void Dispose()
    {
        server.Dispose();
        folder.Dispose();
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public async Task Fifty_faults_leave_every_file_right_in_the_end(int part)
    {
        var injected = 0;
        for (var seed = part * 50; seed < (part + 1) * 50; seed++)
        {
            var cache = folder[$"cache-{seed}"];
            server.Faults = Faults(new Random(seed));
            var faults = server.Faults.Sum(f => f.Left);
            using var client = Client(cache);

            var snapshot = await client.FetchAllAsync(Model, "main", tree => tree);

            foreach (var (name, file) in Files)
                CollectionAssert.AreEqual(file.Bytes, await File.ReadAllBytesAsync(Path.Combine(snapshot.Folder, name)), $"seed {seed}: {name}");
            Assert.IsEmpty(Directory.EnumerateFiles(cache, "*.incomplete", SearchOption.AllDirectories).ToList(), $"seed {seed}");
            injected += faults - server.Faults.Sum(f => f.Left);
        }
        // Some faults do not meet a request, such as the third at a place that is asked twice.
        Assert.IsGreaterThanOrEqualTo(50, injected);
    }

    [TestMethod]
    public async Task Large_files_come_in_stretches_at_once_and_are_hashed_in_order()
    {
        using var client = Client(folder.Path);
        var large = Files["model-00001-of-00003.safetensors"];

        var path = await client.FetchAsync(Model, "main", "model-00001-of-00003.safetensors");

        CollectionAssert.AreEqual(large.Bytes, await File.ReadAllBytesAsync(path));
        var ranges = server.Requests.Where(r => r.Server == "cdn").Select(r => r.Headers["range"]).Order(StringComparer.Ordinal).ToList();
        Assert.HasCount(8, ranges);
        Assert.Contains($"bytes={7 * SegmentBytes}-{large.Bytes.Length - 1}", ranges);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task What_a_killed_process_left_is_gone_on_from_and_checked(bool isRight)
    {
        var file = Files["model-00001-of-00003.safetensors"];
        var blobs = folder["models--acme--big", "blobs"];
        Directory.CreateDirectory(blobs);
        var left = file.Bytes[..(3 * SegmentBytes)];
        left[5] ^= (byte)(isRight ? 0 : 1);
        await File.WriteAllBytesAsync(Path.Combine(blobs, file.Digest + ".0a1b2c3d.incomplete"), left);
        using var client = Client(folder.Path);

        var path = await client.FetchAsync(Model, "main", "model-00001-of-00003.safetensors");

        CollectionAssert.AreEqual(file.Bytes, await File.ReadAllBytesAsync(path));
        var first = server.Requests.First(r => r.Server == "cdn").Headers["range"];
        StringAssert.StartsWith(first, $"bytes={3 * SegmentBytes}-");
        Assert.AreEqual(!isRight, server.Requests.Any(r => r.Headers.GetValueOrDefault("range")?.StartsWith("bytes=0-", StringComparison.Ordinal) == true), "begun anew");
        CollectionAssert.AreEqual(new[] { file.Digest }, Directory.GetFiles(blobs).Select(Path.GetFileName).ToList());
    }

    [TestMethod]
    public async Task A_download_that_is_cancelled_keeps_what_it_has()
    {
        using var cancel = new CancellationTokenSource();
        server.Faults = [new("cdn GET", 99) { Stall = TimeSpan.FromSeconds(20) }];
        server.Faults.Insert(0, new ServedFault("cdn GET", 2));
        using (var client = Client(folder.Path, workers: 1, stall: TimeSpan.FromSeconds(20)))
        {
            var download = client.FetchAsync(Model, "main", "model-00001-of-00003.safetensors", default, cancel.Token);
            while (server.Requests.Count(r => r.Server == "cdn") < 3)
                await Task.Delay(10);
            await cancel.CancelAsync();
            await Assert.ThrowsAsync<OperationCanceledException>(() => download);
        }
        Assert.AreEqual(2 * SegmentBytes, new FileInfo(Directory.EnumerateFiles(folder["models--acme--big", "blobs"]).Single()).Length);
    }

    [TestMethod]
    public async Task Wrong_bytes_that_keep_coming_are_an_error_and_nothing_of_them_stays()
    {
        server.Faults = [new("cdn GET", 9999) { Garble = true }];
        using var client = Client(folder.Path);

        var refusal = await Refused(() => client.FetchAsync(Model, "main", "model-00001-of-00003.safetensors"));

        Assert.AreEqual(("TA5011", DiagnosticKind.Environment), (refusal.Code, refusal.Kind));
        StringAssert.Contains(refusal.Message, Files["model-00001-of-00003.safetensors"].Digest);
        Assert.IsEmpty(Directory.EnumerateFiles(folder["models--acme--big", "blobs"]).ToList());
    }

    [TestMethod]
    public async Task The_token_goes_to_the_hub_only()
    {
        using var client = new HubClient(Settings(folder.Path) with { Token = HubServer.GoodToken });

        await client.FetchAllAsync(Model, "main", tree => tree);

        Assert.IsNotEmpty(server.Requests.Where(r => r.Server == "cdn").ToList());
        foreach (var request in server.Requests)
            Assert.AreEqual(request.Server == "hub" ? "Bearer " + HubServer.GoodToken : null, request.Headers.GetValueOrDefault("authorization"), request.Path);
    }

    [TestMethod]
    public async Task A_renamed_model_is_found_under_its_old_name_with_a_warning()
    {
        server.Renamed["acme/old"] = Model.Id;
        using var client = Client(folder.Path);

        await client.FetchAsync(HubRepository.Parse("acme/old"), "main", "config.json");
        await client.FetchAllAsync(HubRepository.Parse("acme/old"), "main", tree => tree.Where(f => f.Path == "README.md"));

        Assert.AreEqual("TA5006", warnings[0].Code);
        StringAssert.Contains(warnings[0].Message, "'acme/big'");
        Assert.Contains("TA5006", warnings.Skip(1).Select(w => w.Code).ToList());
    }

    [TestMethod]
    public async Task A_cached_copy_that_stands_in_for_an_answer_is_said()
    {
        using var client = Client(folder.Path);
        await client.FetchAllAsync(Model, "main", tree => tree);
        server.Faults = [new("hub", 999) { Status = 503 }];

        var file = await client.FetchAsync(Model, "main", "config.json");
        var all = await client.FetchAllAsync(Model, "main", tree => tree);

        CollectionAssert.AreEqual(Files["config.json"].Bytes, await File.ReadAllBytesAsync(file));
        Assert.AreEqual(Commit, all.Commit);
        CollectionAssert.AreEqual(new[] { "TA5015", "TA5015" }, warnings.Select(w => w.Code).ToList());
        StringAssert.Contains(warnings[0].Message, "TA5007");
    }

    [TestMethod]
    public async Task A_server_that_asks_for_an_hour_is_given_up()
    {
        server.Faults = [new("hub", 9) { Status = 429, Headers = new Dictionary<string, string> { ["Retry-After"] = "3600" } }];
        using var client = Client(folder.Path);

        Assert.AreEqual("TA5007", (await Refused(() => client.FetchAsync(Model, "main", "config.json"))).Code);
        Assert.HasCount(2, server.Requests);
    }

    [TestMethod]
    [DataRow("../../../../etc/passwd")]
    [DataRow("\"0123\"")]
    public async Task An_etag_that_is_no_digest_is_no_hubs(string etag)
    {
        Files.TryGetValue("config.json", out var file);
        server.Serve("acme/odd", Commit, new() { ["config.json"] = file! with { Digest = etag } });
        using var client = Client(folder.Path);

        Assert.AreEqual("TA5010", (await Refused(() => client.FetchAsync(HubRepository.Parse("acme/odd"), "main", "config.json"))).Code);
        Assert.IsEmpty(CacheListing.Of(folder.Path));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("a//b")]
    [DataRow("./a")]
    [DataRow("c:\\a")]
    [DataRow("C:a")]
    [DataRow("\\\\host\\a")]
    [DataRow("a\nb")]
    public async Task A_name_that_is_not_below_its_folder_everywhere_is_refused(string name)
    {
        using var client = Client(folder.Path);

        Assert.AreEqual("TA5012", (await Refused(() => client.FetchAsync(Model, "main", name))).Code);
        Assert.AreEqual("TA5000", (await Refused(() => client.FetchAsync(Model, name, "config.json"))).Code);
        Assert.IsEmpty(server.Requests);
    }

    [TestMethod]
    public async Task Digests_that_were_checked_on_the_way_are_remembered()
    {
        var digests = new FileDigests(folder["notes"]);
        using var client = new HubClient(Settings(folder["cache"])) { Digests = digests };

        var snapshot = await client.FetchAllAsync(Model, "main", tree => tree);

        foreach (var (name, file) in Files.Where(f => f.Value.IsLarge))
        {
            var path = Path.Combine(snapshot.Folder, name);
            Assert.AreEqual(file.Digest, digests.Remembered(path, FileStatus.Of(path)), name);
        }
    }

    [TestMethod]
    public async Task Two_processes_that_want_one_model_fetch_it_once()
    {
        server.Faults = [new("cdn GET", 2) { Stall = TimeSpan.FromSeconds(1) }];
        using var first = ChildDownload.Start(Model.Id, server.Address, folder.Path);
        using var second = ChildDownload.Start(Model.Id, server.Address, folder.Path);

        foreach (var process in new[] { first, second })
        {
            var error = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.AreEqual(0, process.ExitCode, error);
        }

        var snapshot = folder["models--acme--big", "snapshots", Commit];
        foreach (var (name, file) in Files)
            CollectionAssert.AreEqual(file.Bytes, await File.ReadAllBytesAsync(Path.Combine(snapshot, name)), name);
        Assert.HasCount(3, server.Requests.Where(r => r.Server == "cdn").ToList());
        Assert.IsGreaterThan(8, server.Requests.Count(r => r.Method == "HEAD"));
    }

    /// <summary>Python's filelock calls flock on the same file.</summary>
    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public async Task The_lock_of_a_blob_is_the_one_that_other_clients_take()
    {
        var path = folder[".locks", "models--acme--big", Files["config.json"].Digest + ".lock"];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var client = Client(folder.Path);
        var other = Open(path, 0x42, 0x1a4);
        Assert.AreEqual(0, Flock(other, LockExclusive));

        var download = client.FetchAsync(Model, "main", "config.json");
        await Task.WhenAny(download, Task.Delay(500));
        Assert.IsFalse(download.IsCompleted, "it did not wait for the lock");
        Assert.AreEqual(0, Flock(other, Unlock));
        await download;

        server.Faults = [new("hub GET", 1) { Stall = TimeSpan.FromSeconds(1) }];
        server.Requests.Clear();
        var again = client.FetchAsync(Model, "main", "config.json", new HubFetching(Anew: true));
        while (!server.Requests.Any(r => r.Method == "GET"))
            await Task.Delay(10);
        Assert.AreEqual(-1, Flock(other, LockExclusive | NonBlocking), "it does not hold the lock");
        await again;
        Assert.AreEqual(0, Flock(other, LockExclusive | NonBlocking));
        _ = Close(other);
    }

    [TestMethod]
    public void Settings_are_those_of_the_hubs_own_clients()
    {
        Directory.CreateDirectory(folder["home", ".cache", "huggingface"]);
        File.WriteAllText(folder["home", ".cache", "huggingface", "token"], "hf_file\n");
        File.WriteAllText(folder["token"], "  hf_named\n");
        HubSettings From(params (string Name, string Value)[] variables) =>
            HubSettings.From(name => name == "HOME" ? folder["home"] : variables.Where(v => v.Name == name).Select(v => v.Value).FirstOrDefault());

        Assert.AreEqual(("https://huggingface.co", folder["home", ".cache", "huggingface", "hub"], "hf_file", false), Of(From()));
        Assert.AreEqual(folder["h", "hub"], From(("HF_HOME", folder["h"])).CacheFolder);
        Assert.AreEqual(folder["home", "h", "hub"], From(("HF_HOME", "~/h")).CacheFolder);
        Assert.AreEqual(folder["x", "huggingface", "hub"], From(("XDG_CACHE_HOME", folder["x"])).CacheFolder);
        Assert.AreEqual(folder["c"], From(("HF_HUB_CACHE", "$BASE/c"), ("BASE", folder.Path), ("HF_HOME", folder["h"])).CacheFolder);
        Assert.AreEqual("hf_set", From(("HF_TOKEN", " hf_set\r\n")).Token);
        Assert.AreEqual("hf_named", From(("HF_TOKEN_PATH", folder["token"])).Token);
        Assert.IsNull(From(("HF_TOKEN", "hf_set"), ("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")).Token);
        Assert.AreEqual("http://127.0.0.1:1/mirror", From(("HF_ENDPOINT", "http://127.0.0.1:1/mirror/")).Endpoint);
        foreach (var yes in new[] { "1", "on", "Yes", "TRUE" })
            Assert.IsTrue(From(("HF_HUB_OFFLINE", yes)).Offline, yes);
        Assert.IsFalse(From(("HF_HUB_OFFLINE", "0")).Offline);
        Assert.AreEqual("TA5018", Assert.ThrowsExactly<DiagnosticException>(() => From(("HF_ENDPOINT", "huggingface.co"))).Diagnostics[0].Code);

        static (string, string, string?, bool) Of(HubSettings settings) => (settings.Endpoint, settings.CacheFolder, settings.Token, settings.Offline);
    }

    [TestMethod]
    [DataRow("hf:acme/m", "acme/m", "main", "")]
    [DataRow("hf:gpt2", "gpt2", "main", "")]
    [DataRow("hf:acme/m@v1.0", "acme/m", "v1.0", "")]
    [DataRow("hf:acme/m@refs/pr/12", "acme/m", "refs/pr/12", "")]
    [DataRow("hf:acme/m@refs/pr/12/checkpoints/last", "acme/m", "refs/pr/12", "checkpoints/last")]
    [DataRow("hf:acme/m@feature%2Fx/a b", "acme/m", "feature/x", "a b")]
    [DataRow("hf:acme/m/sub/vector.safetensors", "acme/m", "main", "sub/vector.safetensors")]
    public void A_reference_names_repository_revision_and_path(string text, string id, string revision, string path)
    {
        var reference = HubReference.Parse(text);

        Assert.AreEqual((id, revision, path), (reference.Repository.Id, reference.Revision, reference.Path));
        Assert.AreEqual(text, reference.ToString());
    }

    [TestMethod]
    [DataRow("hf:")]
    [DataRow("hf:/m")]
    [DataRow("hf:acme/")]
    [DataRow("hf:acme/m@")]
    [DataRow("hf:acme/m@../x")]
    [DataRow("hf:acme/m@..%2Fx")]
    [DataRow("hf:a--b/c")]
    [DataRow("hf:acme/m@v@w")]
    public void What_is_no_reference_is_refused(string text) =>
        Assert.AreEqual("TA5000", Assert.ThrowsExactly<DiagnosticException>(() => HubReference.Parse(text)).Diagnostics[0].Code);

    [TestMethod]
    [DataRow("*.json", "a/b.json", true)]
    [DataRow("tokenizer/", "tokenizer/x/y", true)]
    [DataRow("?[!a]c", "abc", true)]
    [DataRow("?[!a]c", "aac", false)]
    [DataRow("[]x]", "]", true)]
    [DataRow("[^a]", "^", true)]
    [DataRow("a[b", "a[b", true)]
    [DataRow("*.JSON", "a.json", false)]
    public void Patterns_are_Pythons(string pattern, string name, bool matches)
    {
        Assert.AreEqual(matches, new HubPatterns([pattern]).Matches(name));
        Assert.AreEqual(!matches, new HubPatterns(null, [pattern]).Matches(name));
    }

    private const int LockExclusive = 2;
    private const int NonBlocking = 4;
    private const int Unlock = 8;

    [DllImport("libc", EntryPoint = "flock", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Flock(int descriptor, int operation);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, int mode);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Close(int descriptor);

    private static byte[] Bytes(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>One or two faults, each once or twice: never more in a row than one who is patient must bear.</summary>
    private static List<ServedFault> Faults(Random random) =>
        [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ =>
        {
            var place = random.GetItems(["hub HEAD", "hub GET", "cdn GET"], 1)[0];
            var times = random.Next(1, 3);
            return random.Next(place == "hub HEAD" ? 3 : 9) switch
            {
                0 => new ServedFault(place, times) { Status = 429, Headers = new Dictionary<string, string> { ["Retry-After"] = "2" } },
                1 => new ServedFault(place, times) { Status = 503 },
                2 => new ServedFault(place, times) { Drop = true },
                3 => new ServedFault(place, times) { Cut = random.Next(0, 40_000) },
                4 => new ServedFault(place, times) { Garble = true },
                5 => new ServedFault(place, times) { Truncate = random.Next(0, 5_000) },
                6 => new ServedFault(place, times) { Stall = TimeSpan.FromMilliseconds(800) },
                7 => new ServedFault(place, times) { Stall = TimeSpan.FromMilliseconds(30) },
                _ => new ServedFault(place, times) { IgnoreRange = true, Cut = random.Next(0, 40_000) },
            };
        })];

    private static async Task<Diagnostic> Refused(Func<Task> action) => (await Assert.ThrowsExactlyAsync<DiagnosticException>(action)).Diagnostics.Single();

    private HubSettings Settings(string cache) => new()
    {
        Endpoint = server.Address,
        CacheFolder = cache,
        SegmentBytes = SegmentBytes,
        StallTimeout = TimeSpan.FromMilliseconds(400),
        Wait = (_, _) => Task.CompletedTask,
    };

    private HubClient Client(string cache, int workers = 4, TimeSpan? stall = null) =>
        new(Settings(cache) with { Workers = workers, StallTimeout = stall ?? TimeSpan.FromMilliseconds(400) }) { Warn = warnings.Add };
}
