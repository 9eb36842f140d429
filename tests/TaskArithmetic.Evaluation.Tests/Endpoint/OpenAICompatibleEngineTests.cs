using System.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Endpoint;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Text.ChatTemplates;

namespace TaskArithmetic.Evaluation.Tests.Endpoint;

[TestClass]
public sealed class OpenAICompatibleEngineTests
{
    private static EndpointServerProcess server = null!;

    [ClassInitialize]
    public static async Task StartServer(TestContext _) => server = await EndpointServerProcess.StartAsync();

    [ClassCleanup]
    public static async Task StopServer() => await server.DisposeAsync();

    [TestMethod]
    public async Task Completions_are_asked_with_tokens_and_cut_at_the_stop_string()
    {
        var session = server.NewSession("vllm");
        await using var engine = await ConnectAsync(session);

        var generation = await GenerateAsync(engine, new("Q: 1+1?\nabc", new GenerationOptions { Until = ["Question:", "</s>"], MaxTokens = 100, Seed = 7 }));

        Assert.AreEqual("cba\n", generation.Text);
        Assert.AreEqual(FinishReason.Stop, generation.FinishReason);
        Assert.AreEqual((12, 4), (generation.PromptTokens, generation.CompletionTokens));
        var body = (await session.ReceivedAsync())[^1]["body"]!;
        CollectionAssert.AreEqual(Bytes("Q: 1+1?\nabc", bos: true), body["prompt"]!.AsArray().Select(t => t!.GetValue<int>()).ToArray());
        Assert.AreEqual("toy", body["model"]!.GetValue<string>());
        Assert.AreEqual("""["Question:","\u003C/s\u003E"]""", body["stop"]!.ToJsonString());
        Assert.AreEqual((100, 0.0, 7, 1.0), (body["max_tokens"]!.GetValue<int>(), body["temperature"]!.GetValue<double>(), body["seed"]!.GetValue<int>(), body["repetition_penalty"]!.GetValue<double>()));
        Assert.IsNull(body["top_p"]);
    }

    [TestMethod]
    public async Task The_probe_finds_server_model_context_and_scoring()
    {
        await using var engine = await ConnectAsync(server.NewSession("vllm"));

        Assert.AreEqual(new EndpointCapabilities(EndpointServer.Vllm, "toy", 512, null), engine.Capabilities);
        Assert.AreEqual(("openai-completions", 512), (engine.Name, engine.MaxLength));
    }

    [TestMethod]
    public async Task A_truncated_answer_says_so_unless_a_stop_string_came_first()
    {
        await using var engine = await ConnectAsync(server.NewSession("vllm"));

        var cut = await GenerateAsync(engine, new("abcdef", new GenerationOptions { MaxTokens = 3 }));
        var ended = await GenerateAsync(engine, new("abcdef", new GenerationOptions { MaxTokens = 10, Until = ["e"] }));

        Assert.AreEqual(("fed", FinishReason.Length), (cut.Text, cut.FinishReason));
        Assert.AreEqual(("f", FinishReason.Stop), (ended.Text, ended.FinishReason));
    }

    [TestMethod]
    public async Task Stop_strings_are_not_sent_where_an_answer_reasons_and_apply_to_what_follows()
    {
        var session = server.NewSession("vllm");
        await using var engine = await ConnectAsync(session);
        // The server writes the prompt's last line from its end.
        var prompt = string.Concat("<think>a stop b</think> 7 stop c".Reverse());
        var options = new GenerationOptions { MaxTokens = 100, Until = ["stop"], Reasoning = ReasoningMarker.Of("</think>", isGiven: false) };

        var whole = await GenerateAsync(engine, new(prompt, options));
        var body = (await session.ReceivedAsync())[^1]["body"]!;
        var cut = await GenerateAsync(engine, new(prompt, options with { MaxTokens = 12 }));

        Assert.AreEqual(("7 ", "<think>a stop b</think>", true, FinishReason.Stop), (whole.Text, whole.Reasoning, whole.ReasoningEnded, whole.FinishReason));
        Assert.DoesNotContain("stop", body["stop"]?.AsArray().Select(t => t!.GetValue<string>()) ?? []);
        Assert.AreEqual(("", false, FinishReason.Length), (cut.Text, cut.ReasoningEnded, cut.FinishReason));
    }

    [TestMethod]
    public async Task A_prompt_beyond_the_context_loses_its_beginning()
    {
        var session = server.NewSession("vllm");
        await using var engine = await ConnectAsync(session);
        var prompt = new string('a', 600) + "\nxyz";

        var generation = await GenerateAsync(engine, new(prompt, new GenerationOptions { MaxTokens = 100, Until = ["\n"] }));

        Assert.AreEqual(("zyx", 605, 193), (generation.Text, generation.PromptTokens, generation.PromptTokensCut));
        Assert.HasCount(412, (await session.ReceivedAsync())[^1]["body"]!["prompt"]!.AsArray());
        var exception = await Assert.ThrowsAsync<DiagnosticException>(() => GenerateAsync(engine, new("a", new GenerationOptions { MaxTokens = 512 })));
        Assert.AreEqual("TA4159", exception.Diagnostics[0].Code);
    }

    [TestMethod]
    public async Task Continuations_score_as_the_model_says()
    {
        await using var engine = await ConnectAsync(server.NewSession("vllm"));
        LoglikelihoodRequest[] requests = [new("The sky is ", "blue"), new("The sky is", " blue"), new("Is", " it"), new("", "ab")];

        var scores = await engine.ScoreAsync(requests, null, CancellationToken.None);

        for (var i = 0; i < requests.Length; i++)
        {
            var context = Bytes(requests[i].Context.TrimEnd(), bos: true);
            var whole = Bytes(requests[i].Context + requests[i].Continuation, bos: true);
            var expected = Enumerable.Range(context.Length, whole.Length - context.Length).Select(at => LogProbability(whole[at - 1], whole[at])).ToArray();
            Assert.AreEqual(expected.Sum(), scores[i].LogProbability, 1e-12, requests[i].ToString());
            Assert.AreEqual(expected.All(v => v == -0.125), scores[i].IsGreedy, requests[i].ToString());
            CollectionAssert.AreEqual(whole[context.Length..], scores[i].ContinuationIds!.ToArray());
            Assert.AreEqual(context.Length, scores[i].ContextTokens);
        }
    }

    [TestMethod]
    public async Task A_continuation_of_best_tokens_is_greedy()
    {
        await using var engine = await ConnectAsync(server.NewSession("vllm"));
        var best = Enumerable.Range('a', 26).First(t => LogProbability('x', t) == -0.125);

        var scores = await engine.ScoreAsync([new("x", ((char)best).ToString()), new("x", ((char)(best + 1)).ToString())], null, CancellationToken.None);

        CollectionAssert.AreEqual(new[] { true, false }, scores.Select(s => s.IsGreedy).ToArray());
    }

    [TestMethod]
    public async Task Long_contexts_are_scored_with_what_fits()
    {
        var session = server.NewSession("vllm");
        await using var engine = await ConnectAsync(session);

        var score = (await engine.ScoreAsync([new(new string('c', 700), " end")], null, CancellationToken.None))[0];

        Assert.AreEqual(701, score.ContextTokens);
        Assert.HasCount(511, (await session.ReceivedAsync())[^1]["body"]!["prompt"]!.AsArray());
        var expected = Bytes("c end", bos: false).Skip(1).Zip(Bytes("c end", bos: false), (token, previous) => LogProbability(previous, token)).Sum();
        Assert.AreEqual(expected, score.LogProbability, 1e-12);
    }

    [TestMethod]
    [DataRow(3)]
    [DataRow(509)]
    [DataRow(1200)]
    public async Task Rolling_scores_predict_every_token_once(int length)
    {
        await using var engine = await ConnectAsync(server.NewSession("vllm"));
        var text = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + i * i % 26)));

        var score = (await engine.ScoreRollingAsync([text], null, CancellationToken.None))[0];

        // With an automatic BOS it is there twice, and the second one is scored.
        int[] tokens = [256, .. Bytes(text, bos: true)];
        Assert.AreEqual(tokens.Skip(1).Zip(tokens, (token, previous) => LogProbability(previous, token)).Sum(), score.LogProbability, 1e-9);
    }

    [TestMethod]
    public async Task A_local_tokenizer_goes_before_the_server_s()
    {
        var session = server.NewSession("openai");
        await using var engine = await ConnectAsync(session, o => o with { Tokenizer = (text, special) => Bytes(text, special), MaxLength = 64 });

        var score = (await engine.ScoreAsync([new("ab", "c")], null, CancellationToken.None))[0];

        Assert.IsNull(engine.Capabilities.ScoringObstacle);
        Assert.AreEqual(LogProbability('b', 'c'), score.LogProbability, 1e-12);
        Assert.IsEmpty(await session.ReceivedAsync("tokenize"));
    }

    [TestMethod]
    [DataRow("llama", EndpointKind.Completions, "gives|no token_logprobs")]
    [DataRow("openai", EndpointKind.Completions, "no tokenizer")]
    [DataRow("vllm", EndpointKind.Chat, "chat endpoints")]
    public async Task Endpoints_that_cannot_score_are_refused_not_guessed(string kind, EndpointKind protocol, string reason)
    {
        var withTokenizer = kind == "llama";
        await using var engine = await ConnectAsync(
            server.NewSession(kind), o => o with { Kind = protocol, Tokenizer = withTokenizer ? (text, special) => Bytes(text, special) : null });

        var exception = await Assert.ThrowsAsync<DiagnosticException>(() => engine.ScoreAsync([new("a", "b")], null, CancellationToken.None));
        var rolling = await Assert.ThrowsAsync<DiagnosticException>(() => engine.ScoreRollingAsync(["a"], null, CancellationToken.None));

        Assert.IsNotNull(engine.Capabilities.ScoringObstacle);
        Assert.AreEqual(("TA4155", "TA4155"), (exception.Diagnostics[0].Code, rolling.Diagnostics[0].Code));
        Assert.IsTrue(reason.Split('|').Any(r => exception.Message.Contains(r, StringComparison.Ordinal)), exception.Message);
    }

    [TestMethod]
    public async Task Chat_sends_messages_and_at_most_four_stops_and_applies_the_rest_itself()
    {
        var session = server.NewSession("openai");
        await using var engine = await ConnectAsync(session, o => o with { Kind = EndpointKind.Chat });
        ChatMessage[] messages = [new("system", "Be brief."), new("user", "abcdef")];

        var generation = await GenerateAsync(
            engine, new("unused", new GenerationOptions { Until = ["1", "2", "3", "4", "c", "Question"] }, messages));

        Assert.AreEqual(("fed", FinishReason.Stop), (generation.Text, generation.FinishReason));
        var body = (await session.ReceivedAsync("v1/chat/completions"))[^1]["body"]!;
        Assert.AreEqual("""[{"role":"system","content":"Be brief."},{"role":"user","content":"abcdef"}]""", body["messages"]!.ToJsonString());
        Assert.AreEqual("""["1","2","3","4"]""", body["stop"]!.ToJsonString());
        Assert.AreEqual("openai-chat", engine.Name);
    }

    [TestMethod]
    public async Task An_open_assistant_message_is_continued_by_vLLM()
    {
        var session = server.NewSession("vllm");
        await using var engine = await ConnectAsync(session, o => o with { Kind = EndpointKind.Chat });

        await GenerateAsync(engine, new("unused", new GenerationOptions(), [new("user", "write"), new("assistant", "def f():")]));

        var body = (await session.ReceivedAsync("v1/chat/completions"))[^1]["body"]!;
        Assert.AreEqual((true, false), (body["continue_final_message"]!.GetValue<bool>(), body["add_generation_prompt"]!.GetValue<bool>()));
    }

    [TestMethod]
    public async Task An_answer_without_text_is_empty_and_warned_about_once()
    {
        var warnings = new List<Diagnostic>();
        await using var engine = await ConnectAsync(server.NewSession("vllm"), o => o with { Kind = EndpointKind.Chat, Warn = warnings.Add });
        GenerationRequest request = new("", new GenerationOptions(), [new("user", "think only")]);

        var generations = await engine.GenerateAsync([request, request], null, CancellationToken.None);

        Assert.IsTrue(generations.All(g => g is { Text: "", FinishReason: FinishReason.Length }));
        Assert.AreEqual("TA4158", warnings.Single().Code);
    }

    [TestMethod]
    public async Task Options_the_server_has_no_name_for_are_warned_about_and_others_are_sent_by_its_name()
    {
        var warnings = new List<Diagnostic>();
        var llama = server.NewSession("llama");
        await using var engine = await ConnectAsync(server.NewSession("openai"), o => o with { Warn = warnings.Add });
        await using var other = await ConnectAsync(llama, o => o with { Warn = warnings.Add });
        GenerationRequest request = new("a", new GenerationOptions { RepetitionPenalty = 1.3, Temperature = 0.5, TopP = 0.9 });

        await GenerateAsync(engine, request);
        await GenerateAsync(other, request);

        Assert.AreEqual("TA4162", warnings.Single().Code);
        var body = (await llama.ReceivedAsync())[^1]["body"]!;
        Assert.AreEqual((1.3, 0.5, 0.9), (body["repeat_penalty"]!.GetValue<double>(), body["temperature"]!.GetValue<double>(), body["top_p"]!.GetValue<double>()));
    }

    [TestMethod]
    public async Task Requests_run_beside_each_other_up_to_the_limit_and_keep_their_order()
    {
        var session = server.NewSession("vllm");
        await using var engine = await ConnectAsync(session, o => o with { Concurrency = 3 });
        var heard = new List<int>();

        var generations = await engine.GenerateAsync(
            [.. Enumerable.Range(0, 40).Select(i => new GenerationRequest($"item{i:00}", new GenerationOptions { Until = ["\n"] }))],
            (index, _) => heard.Add(index), CancellationToken.None);

        CollectionAssert.AreEqual(
            Enumerable.Range(0, 40).Select(i => new string([.. $"item{i:00}".Reverse()])).ToArray(), generations.Select(g => g.Text).ToArray());
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 40).ToArray(), heard);
        Assert.IsLessThanOrEqualTo(3, (await session.ReceivedAsync()).Max(r => r["underWay"]!.GetValue<int>()));
    }

    [TestMethod]
    public async Task Identity_depends_on_address_model_and_capabilities()
    {
        var session = server.NewSession("vllm");
        await using var one = await ConnectAsync(session);
        await using var same = await ConnectAsync(session);
        await using var chat = await ConnectAsync(session, o => o with { Kind = EndpointKind.Chat });
        await using var named = await ConnectAsync(session, o => o with { Model = "other" });
        await using var shorter = await ConnectAsync(session, o => o with { MaxLength = 100 });

        Assert.AreEqual(one.Identity, same.Identity);
        Assert.HasCount(4, new[] { one, chat, named, shorter }.Select(e => e.Identity).Distinct().ToList());
    }

    [TestMethod]
    public async Task Messages_on_completions_need_a_chat_template()
    {
        await using var without = await ConnectAsync(server.NewSession("vllm"));
        await using var with = await ConnectAsync(server.NewSession("vllm"), o => o with { ChatTemplate = (messages, open) => messages[0].Content + open });

        Assert.AreEqual("hiTrue", with.ApplyChatTemplate([new("user", "hi")], true));
        Assert.AreEqual("TA4161", Assert.Throws<DiagnosticException>(() => without.ApplyChatTemplate([new("user", "hi")], false)).Diagnostics[0].Code);
    }

    internal static Task<OpenAICompatibleEngine> ConnectAsync(EndpointSession session, Func<EndpointOptions, EndpointOptions>? change = null)
    {
        var options = new EndpointOptions(session.Address) { KeyVariable = "TASKARITHMETIC_TEST_NO_KEY", FirstWait = TimeSpan.FromMilliseconds(20) };
        return OpenAICompatibleEngine.ConnectAsync(change is null ? options : change(options), CancellationToken.None);
    }

    internal static async Task<Generation> GenerateAsync(OpenAICompatibleEngine engine, GenerationRequest request) =>
        (await engine.GenerateAsync([request], null, CancellationToken.None))[0];

    private static int[] Bytes(string text, bool bos)
    {
        var bytes = Encoding.UTF8.GetBytes(text).Select(b => (int)b);
        return bos ? [256, .. bytes] : [.. bytes];
    }

    private static double LogProbability(int previous, int token) => -(1 + (31 * previous + token) % 7) / 8.0;
}
