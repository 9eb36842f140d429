using System.Diagnostics;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Endpoint;
using TaskArithmetic.Evaluation.Engines;

namespace TaskArithmetic.Evaluation.Tests.Endpoint;

[TestClass]
public sealed class EndpointFaultTests
{
    private const string KeyVariable = "TASKARITHMETIC_TEST_KEY";
    private const string Key = "sk-very-secret";
    private static readonly GenerationRequest Request = new("abc", new GenerationOptions { Until = ["\n"] });
    private static EndpointServerProcess server = null!;

    [ClassInitialize]
    public static async Task StartServer(TestContext _)
    {
        Environment.SetEnvironmentVariable(KeyVariable, Key);
        server = await EndpointServerProcess.StartAsync();
    }

    [ClassCleanup]
    public static async Task StopServer()
    {
        await server.DisposeAsync();
        Environment.SetEnvironmentVariable(KeyVariable, null);
    }

    [TestMethod]
    [DataRow("500")]
    [DataRow("503-502-504")]
    [DataRow("429")]
    [DataRow("408")]
    [DataRow("reset")]
    [DataRow("cut")]
    [DataRow("text")]
    [DataRow("silent")]
    public async Task Faults_that_pass_are_waited_out(string script)
    {
        var session = server.NewSession("faulty/" + script);
        await using var engine = await ConnectAsync(session);

        var generation = (await engine.GenerateAsync([Request], null, CancellationToken.None))[0];

        Assert.AreEqual("cba", generation.Text);
        Assert.HasCount(script.Split('-').Length + 1, await session.ReceivedAsync());
    }

    [TestMethod]
    [DataRow("500-500-500-500", "status 500")]
    [DataRow("reset-reset-reset-reset", "")]
    [DataRow("text-text-text-text", "not JSON")]
    [DataRow("silent-silent-silent-silent", "no answer within")]
    public async Task Faults_that_stay_are_one_error_with_the_last_reason(string script, string reason)
    {
        var session = server.NewSession("faulty/" + script);
        await using var engine = await ConnectAsync(session);

        var diagnostic = await RefusalAsync(engine);

        Assert.AreEqual("TA4151", diagnostic.Code);
        StringAssert.Contains(diagnostic.Message, "in 4 tries");
        StringAssert.Contains(diagnostic.Message, reason);
        Assert.HasCount(4, await session.ReceivedAsync());
    }

    [TestMethod]
    [DataRow("400", "TA4152")]
    [DataRow("422", "TA4152")]
    [DataRow("401", "TA4153")]
    [DataRow("403", "TA4153")]
    [DataRow("404", "TA4154")]
    [DataRow("shape", "TA4157")]
    [DataRow("redirect", "TA4152")]
    public async Task Faults_that_cannot_pass_are_not_tried_again(string script, string code)
    {
        var session = server.NewSession("faulty/" + script);
        await using var engine = await ConnectAsync(session);

        var diagnostic = await RefusalAsync(engine);

        Assert.AreEqual(code, diagnostic.Code);
        Assert.HasCount(1, await session.ReceivedAsync());
    }

    [TestMethod]
    [DataRow("endless", "TA4163", "more than 1048576 bytes")]
    [DataRow("endlesserror", "TA4152", "status 400, xxx")]
    [DataRow("bomb", "TA4157", "packed")]
    [DataRow("long", "TA4165", "2000000 characters")]
    [DataRow("null", "TA4157", "without text")]
    [DataRow("object", "TA4157", "no choices")]
    [DataRow("array", "TA4157", "no choices")]
    [DataRow("number", "TA4157", "without text")]
    public async Task Bodies_without_a_bound_and_of_wrong_shape_are_one_error_and_not_tried_again(string script, string code, string reason)
    {
        var session = server.NewSession("faulty/" + script);
        await using var engine = await ConnectAsync(session, o => o with { LargestAnswer = script == "endless" ? 1 << 20 : o.LargestAnswer });
        var before = GC.GetTotalAllocatedBytes();

        var diagnostic = await RefusalAsync(engine);

        Assert.AreEqual((code, DiagnosticKind.Environment), (diagnostic.Code, diagnostic.Kind));
        StringAssert.Contains(diagnostic.Message, reason);
        Assert.IsLessThan(700, diagnostic.Message.Length);
        Assert.HasCount(1, await session.ReceivedAsync());
        Assert.IsLessThan(200L << 20, GC.GetTotalAllocatedBytes() - before, "what is not needed is not read");
    }

    [TestMethod]
    [DataRow("headers", "")]
    [DataRow("deep", "not JSON")]
    [DataRow("latin", "no text")]
    [DataRow("drip", "no answer within")]
    public async Task Answers_that_cannot_be_read_are_one_error(string fault, string reason)
    {
        var session = server.NewSession("faulty/" + fault + "-" + fault);
        await using var engine = await ConnectAsync(session, o => o with { Retries = 1, Timeout = TimeSpan.FromSeconds(fault == "drip" ? 2 : 60) });

        var diagnostic = await RefusalAsync(engine);

        Assert.AreEqual("TA4151", diagnostic.Code);
        StringAssert.Contains(diagnostic.Message, reason);
    }

    [TestMethod]
    [DataRow("charset", "cba")]
    [DataRow("usage", "cba")]
    [DataRow("negative", "cba")]
    [DataRow("surrogate", "a\ufffdb\ufffd\U0001f600\\ud800")]
    public async Task Oddities_beside_a_good_answer_do_not_spoil_it(string script, string expected)
    {
        await using var engine = await ConnectAsync(server.NewSession("faulty/" + script));

        var generation = (await engine.GenerateAsync([Request], null, CancellationToken.None))[0];

        Assert.AreEqual(expected, generation.Text);
        Assert.IsGreaterThanOrEqualTo(-1, generation.CompletionTokens);
    }

    [TestMethod]
    public async Task What_a_server_says_is_shown_in_one_short_line_that_no_terminal_obeys()
    {
        await using var engine = await ConnectAsync(server.NewSession("faulty/escapes"));

        var message = (await RefusalAsync(engine)).Message;

        Assert.IsFalse(message.Any(c => char.IsControl(c) || c == '\u202e'), message);
        StringAssert.Contains(message, "\\u001b[2J");
        Assert.DoesNotContain("##", message);
        Assert.IsLessThan(600, message.Length);
    }

    [TestMethod]
    public async Task A_key_that_comes_back_as_an_answer_is_not_kept()
    {
        var warnings = new List<Diagnostic>();
        await using var engine = await ConnectAsync(server.NewSession("faulty/echo"), o => o with { Warn = warnings.Add });

        var text = (await engine.GenerateAsync([Request], null, CancellationToken.None))[0].Text;

        Assert.DoesNotContain("secret", text.ToLowerInvariant());
        Assert.DoesNotContain(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("Bearer " + Key))[..20], text);
        Assert.AreEqual("TA4164", warnings.Single().Code);
        Assert.DoesNotContain(Key, warnings.Single().Message);
    }

    [TestMethod]
    [DataRow("nan")]
    [DataRow("infinite")]
    [DataRow("positive")]
    [DataRow("words")]
    [DataRow("gone")]
    public async Task Scores_that_are_no_log_probabilities_are_refused(string fault)
    {
        await using var engine = await ConnectAsync(server.NewSession("faulty/pass-" + fault), o => o with { Tokenizer = (text, _) => [.. text.Select(c => (int)c)] });
        Assert.IsNull(engine.Capabilities.ScoringObstacle);

        var exception = await Assert.ThrowsAsync<DiagnosticException>(() => engine.ScoreAsync([new LoglikelihoodRequest("ab", "cd")], null, CancellationToken.None));

        Assert.AreEqual("TA4155", exception.Diagnostics.Single().Code);
    }

    [TestMethod]
    [DataRow("a b")]
    [DataRow("schlüssel")]
    [DataRow("a\nb")]
    public async Task A_key_that_no_header_can_carry_is_refused(string key)
    {
        Environment.SetEnvironmentVariable(KeyVariable + "_ODD", key);

        var exception = await Assert.ThrowsAsync<DiagnosticException>(() => OpenAICompatibleEngine.ConnectAsync(
            new EndpointOptions(new Uri("http://127.0.0.1:1/v1")) { KeyVariable = KeyVariable + "_ODD" }, CancellationToken.None));

        Assert.AreEqual("TA4166", exception.Diagnostics.Single().Code);
        Assert.DoesNotContain(key, exception.Message);
    }

    [TestMethod]
    public void Placeholders_that_are_no_secrets_stay_in_answers()
    {
        Assert.AreEqual("The set is EMPTY.", new KeyRedaction("EMPTY").OfText("The set is EMPTY."));
        Assert.AreEqual("the key ***", new KeyRedaction("EMPTY").OfMessage("the key EMPTY"));
    }

    [TestMethod]
    public async Task The_server_decides_how_long_to_wait()
    {
        var session = server.NewSession("faulty/429wait");
        await using var engine = await ConnectAsync(session);

        await engine.GenerateAsync([Request], null, CancellationToken.None);

        var times = (await session.ReceivedAsync()).Select(r => r["milliseconds"]!.GetValue<long>()).ToArray();
        Assert.IsGreaterThanOrEqualTo(950, times[1] - times[0]);
    }

    [TestMethod]
    public async Task A_server_that_asks_for_an_hour_is_not_waited_for()
    {
        await using var engine = await ConnectAsync(server.NewSession("faulty/429long"));
        var clock = Stopwatch.StartNew();

        var diagnostic = await RefusalAsync(engine);

        Assert.AreEqual("TA4151", diagnostic.Code);
        StringAssert.Contains(diagnostic.Message, "in 1 try: status 429, come back in an hour");
        Assert.IsLessThan(60, clock.Elapsed.TotalSeconds);
    }

    [TestMethod]
    public async Task Waits_double()
    {
        var session = server.NewSession("faulty/500-500-500");
        await using var engine = await ConnectAsync(session, o => o with { FirstWait = TimeSpan.FromMilliseconds(100) });

        await engine.GenerateAsync([Request], null, CancellationToken.None);

        var times = (await session.ReceivedAsync()).Select(r => r["milliseconds"]!.GetValue<long>()).ToArray();
        for (var i = 1; i < 4; i++)
            Assert.IsGreaterThanOrEqualTo((100 << (i - 1)) - 10, times[i] - times[i - 1]);
    }

    [TestMethod]
    public async Task The_key_is_sent_and_never_shown()
    {
        var session = server.NewSession("faulty/401");
        await using var engine = await ConnectAsync(session);

        var diagnostic = await RefusalAsync(engine);

        Assert.AreEqual("Bearer " + Key, (await session.ReceivedAsync())[0]["authorization"]!.GetValue<string>());
        Assert.DoesNotContain(Key, diagnostic.Message);
        StringAssert.Contains(diagnostic.Message, "for key ***");
        StringAssert.Contains(diagnostic.Message, KeyVariable);
    }

    [TestMethod]
    public async Task An_unknown_model_is_named_by_the_server_s_own_message()
    {
        await using var engine = await ConnectAsync(server.NewSession("vllm"), o => o with { Model = "unknown", Tokenizer = null });

        var diagnostic = await RefusalAsync(engine);

        Assert.AreEqual("TA4154", diagnostic.Code);
        StringAssert.Contains(diagnostic.Message, "The model `unknown` does not exist.");
    }

    [TestMethod]
    public async Task A_server_that_is_not_there_is_one_clear_error()
    {
        var options = new EndpointOptions(new Uri("http://127.0.0.1:1/v1")) { FirstWait = TimeSpan.FromMilliseconds(1) };

        var exception = await Assert.ThrowsAsync<DiagnosticException>(() => OpenAICompatibleEngine.ConnectAsync(options, CancellationToken.None));

        Assert.AreEqual("TA4151", exception.Diagnostics.Single().Code);
        StringAssert.Contains(exception.Message, "http://127.0.0.1:1/v1/models");
    }

    [TestMethod]
    public async Task An_address_that_is_none_is_refused()
    {
        var exception = await Assert.ThrowsAsync<DiagnosticException>(
            () => OpenAICompatibleEngine.ConnectAsync(new EndpointOptions(new Uri("ftp://host/v1")), CancellationToken.None));

        Assert.AreEqual("TA4150", exception.Diagnostics.Single().Code);
    }

    [TestMethod]
    public async Task Answers_before_a_failure_are_heard()
    {
        await using var engine = await ConnectAsync(server.NewSession("faulty/pass-pass-400"), o => o with { Concurrency = 1 });
        var heard = new List<(int, string)>();

        await Assert.ThrowsAsync<DiagnosticException>(
            () => engine.GenerateAsync([Request, Request, Request], (index, g) => heard.Add((index, g.Text)), CancellationToken.None));

        CollectionAssert.AreEqual(new[] { (0, "cba"), (1, "cba") }, heard);
    }

    [TestMethod]
    public async Task Cancelling_ends_the_waiting()
    {
        await using var engine = await ConnectAsync(server.NewSession("faulty/silent"), o => o with { Timeout = TimeSpan.FromMinutes(5) });
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAsync<OperationCanceledException>(() => engine.GenerateAsync([Request], null, cancellation.Token));
    }

    [TestMethod]
    [DataRow("http://host:8000", "http://host:8000/v1/completions", EndpointKind.Completions)]
    [DataRow("http://host:8000/v1/", "http://host:8000/v1/completions", EndpointKind.Completions)]
    [DataRow("http://host/v1/chat/completions", "http://host/v1/chat/completions", EndpointKind.Chat)]
    [DataRow("https://host/proxy/v1/completions", "https://host/proxy/v1/completions", EndpointKind.Completions)]
    public void Addresses_are_read_as_users_write_them(string given, string expected, EndpointKind kind)
    {
        var address = EndpointAddress.Parse(new Uri(given), EndpointKind.Completions)!;

        Assert.AreEqual((expected, kind), (address.Generate.AbsoluteUri, address.Kind));
    }

    private static async Task<Diagnostic> RefusalAsync(OpenAICompatibleEngine engine) =>
        (await Assert.ThrowsAsync<DiagnosticException>(() => engine.GenerateAsync([Request], null, CancellationToken.None))).Diagnostics.Single();

    private static Task<OpenAICompatibleEngine> ConnectAsync(EndpointSession session, Func<EndpointOptions, EndpointOptions>? change = null)
    {
        var options = new EndpointOptions(session.Address)
        {
            KeyVariable = KeyVariable,
            FirstWait = TimeSpan.FromMilliseconds(10),
            // Short only where a server never answers: elsewhere a slow machine must not look like one.
            Timeout = TimeSpan.FromSeconds(session.Address.AbsolutePath.Contains("silent", StringComparison.Ordinal) ? 2 : 60),
        };
        return OpenAICompatibleEngine.ConnectAsync(change is null ? options : change(options), CancellationToken.None);
    }
}
