using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Catalog;
using TaskArithmetic.Evaluation.Data;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Evaluation.Results;
using TaskArithmetic.Evaluation.Running;
using TaskArithmetic.Evaluation.Tests.Engines;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Text.ChatTemplates;

namespace TaskArithmetic.Evaluation.Tests.Running;

/// <summary>Documents whose score would not say what it seems to say: shown their own answer, labelled with no choice, cut inside reasoning, not to be tokenized.</summary>
[TestClass]
public sealed class HonestScoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    [DataRow("num_fewshot: 2")]
    [DataRow("num_fewshot: 1\nfewshot_config: {sampler: first_n}")]
    [DataRow("num_fewshot: 2\nfewshot_split: train")]
    [DataRow("num_fewshot: 1\nfewshot_config: {sampler: first_n, samples: [{q: 'Q0  unique', a: '70'}, {q: other, a: x}]}")]
    public async Task Outside_parity_no_prompt_holds_its_own_question_twice_and_parity_counts_them(string shots)
    {
        Task(shots, """{"q": "Q0 unique", "a": "70"}""", """{"q": "Q1 unique", "a": "71"}""", """{"q": "Q2 unique", "a": "72"}""");
        var chat = await RunAsync(new Recording(), new BenchmarkRunOptions { Profile = EvaluationProfile.Chat });
        Assert.IsEmpty(chat.Warnings, string.Join(' ', chat.Warnings));
        foreach (var document in chat.Tasks[0].Documents)
            Assert.HasCount(2, document.Arguments[0].Context.Split(document.Document.Find("q")!.ToString()), document.Arguments[0].Context);
        var parity = await RunAsync(new Recording(), new BenchmarkRunOptions());
        var twice = parity.Tasks[0].Documents.Where(d => Words(d.Arguments[0].Context).Split(d.Document.Find("q")!.ToString()).Length > 2).Select(d => d.DocId).ToArray();
        Assert.IsNotEmpty(twice);
        var warning = parity.Warnings.Single(w => w.Code == "TA4048");
        Assert.Contains($"{twice.Length} of 3 documents ({string.Join(", ", twice)})", warning.Message);
    }

    [TestMethod]
    public async Task The_same_question_in_another_row_counts_and_another_question_about_the_same_text_does_not()
    {
        Task("num_fewshot: 1\nfewshot_split: test", """{"q": "same", "a": "1", "id": 1}""", """{"q": "same", "a": "1", "id": 2}""", """{"q": "other", "a": "2", "id": 3}""");
        var run = await RunAsync(new Recording(), new BenchmarkRunOptions { Profile = EvaluationProfile.Chat });
        foreach (var document in run.Tasks[0].Documents.Take(2))
            Assert.Contains("other", document.Arguments[0].Context);
        // Where every row asks the same, the question tells nothing apart.
        Task("num_fewshot: 1\nfewshot_split: test", """{"q": "same", "a": "1"}""", """{"q": "same", "a": "2"}""", """{"q": "same", "a": "3"}""");
        Assert.HasCount(3, (await RunAsync(new Recording(), new BenchmarkRunOptions { Profile = EvaluationProfile.Chat })).Tasks[0].Documents);
    }

    [TestMethod]
    public async Task Shots_are_those_of_parity_where_no_document_is_among_them()
    {
        var rows = Enumerable.Range(0, 40).Select(i => $$"""{"q": "Q{{i}}.", "a": "{{i}}"}""").ToArray();
        Task("num_fewshot: 2\ntraining_split: train", rows[..20]);
        File.WriteAllLines(folder["train.jsonl"], rows[20..]);
        File.WriteAllText(folder["t.yaml"], File.ReadAllText(folder["t.yaml"]).Replace("train: q.jsonl", "train: train.jsonl", StringComparison.Ordinal));
        var chat = await RunAsync(new Recording(), new BenchmarkRunOptions { Profile = EvaluationProfile.Chat });
        var parity = await RunAsync(new Recording(), new BenchmarkRunOptions { ApplyChatTemplate = true });
        CollectionAssert.AreEqual(parity.Tasks[0].Documents.Select(d => d.PromptHash).ToArray(), chat.Tasks[0].Documents.Select(d => d.PromptHash).ToArray());
    }

    [TestMethod]
    [DataRow("3", true)]
    [DataRow("-1", true)]
    [DataRow("-100", true)]
    [DataRow("\"d\"", true)]
    [DataRow("null", true)]
    [DataRow("0.5", true)]
    [DataRow("[0, 7]", true)]
    [DataRow("[]", true)]
    [DataRow("2", false)]
    [DataRow("2.0", false)]
    [DataRow("\"b\"", false)]
    [DataRow("true", false)]
    [DataRow("[0, 1]", false)]
    public async Task A_label_that_is_no_choice_is_named(string label, bool isOutside)
    {
        Choices($$"""{"q": "x", "choices": ["a", "b", "c"], "label": {{label}}}""");
        var run = await RunAsync(new Recording(), new BenchmarkRunOptions());
        Assert.AreEqual(isOutside, run.Warnings.Any(w => w.Code == "TA4049"), string.Join(' ', run.Warnings));
        if (isOutside)
            Assert.Contains("1 of 1 documents (0)", run.Warnings.Single(w => w.Code == "TA4049").Message);
        else
            Assert.HasCount(2, run.Tasks[0].Scores);
    }

    [TestMethod]
    public async Task A_metric_that_cannot_score_such_a_label_refuses_the_task_before_a_request()
    {
        Choices("""{"q": "x", "choices": ["a", "b"], "label": 2}""");
        File.AppendAllText(folder["t.yaml"], "metric_list: [{metric: f1}, {metric: brier_score}]\n");
        var engine = new Recording();
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => RunAsync(engine, new BenchmarkRunOptions()));
        Assert.AreEqual("TA4058", error.Diagnostics.Single().Code);
        Assert.AreEqual(0, engine.Asked);
    }

    [TestMethod]
    public async Task An_empty_choice_without_a_delimiter_is_refused_with_its_place()
    {
        Choices("""{"q": "x", "choices": ["a", ""], "label": 0}""");
        File.AppendAllText(folder["t.yaml"], "target_delimiter: ''\n");
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => RunAsync(new Recording(), new BenchmarkRunOptions()));
        Assert.AreEqual("TA4051", error.Diagnostics.Single().Code);
        Assert.Contains("Task 't', document 0, choice 1", error.Message);
    }

    [TestMethod]
    public async Task Reasoning_that_never_ends_counts_as_unparseable_and_is_said()
    {
        Task("filter_list: [{name: n, filter: [{function: regex, regex_pattern: '([0-9]+)'}, {function: take_first}]}]", """{"q": "x", "a": "5"}""");
        var run = await RunAsync(new Recording { Answer = new Generation("", FinishReason.Length, 1, 32, Reasoning: "<think> 5", ReasoningEnded: false) }, new BenchmarkRunOptions { Profile = EvaluationProfile.Chat });
        Assert.AreEqual((0.0, 1.0, 1.0), (run.Tasks[0].Primary!.Value, run.Tasks[0].UnparseableRate("n"), run.Tasks[0].TruncationRate));
        Assert.Contains("1 of 1 documents (0) never left the reasoning", run.Warnings.Single(w => w.Code == "TA4046").Message);
        Assert.Contains("<think> 5", SampleLines.Of(run.Tasks[0]).Single().ToString()!);
        var parity = await RunAsync(new Recording { Answer = new Generation("<think> Let", FinishReason.Stop, 1, 3) }, new BenchmarkRunOptions());
        Assert.AreEqual("TA4047", parity.Warnings.Single().Code);
    }

    [TestMethod]
    [DataRow("filter_list: [{name: n, filter: [{function: regex, regex_pattern: '(a+)+$'}]}]", "TA4016")]
    [DataRow("metric_list: [{metric: exact_match, regexes_to_ignore: ['(a+)+$']}]", "TA4016")]
    [DataRow("description: \"{{ ('a' * 40 + '!') | regex_replace('(a+)+$', 'b') }}\"", "TA4031")]
    public async Task A_pattern_that_runs_for_ever_is_stopped_and_named(string more, string code)
    {
        Task(more, """{"q": "x", "a": "5"}""");
        var engine = new Recording { Answer = new Generation(new string('a', 40) + "!", FinishReason.Stop, 1, 1) };
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => RunAsync(engine, new BenchmarkRunOptions()));
        Assert.AreEqual(code, error.Diagnostics.Single().Code);
    }

    [TestMethod]
    [DataRow("<think>a\n\nQ</think>\n\nThe answer", false, false, "The answer", true)]
    [DataRow("a</think>b</think> c", true, false, "c", true)]
    [DataRow("<think>a", false, true, "", false)]
    [DataRow("<think>a", false, false, "", false)]
    [DataRow("a", true, true, "", false)]
    [DataRow("plain answer", false, true, "plain answer", null)]
    [DataRow("<think>a</think> b <think>c", false, false, "", false)]
    public void An_answer_is_what_follows_the_last_marker(string text, bool isOpen, bool isTruncated, string answer, bool? ended)
    {
        var split = ReasoningMarker.Of("</think>", isGiven: false).Split(text, isOpen, isTruncated);
        Assert.AreEqual((answer, ended), (split.Answer, split.Ended));
    }

    [TestMethod]
    [DataRow("</think>", "<think>")]
    [DataRow("[/THINK]", "[THINK]")]
    [DataRow("<|END_THINKING|>", "<|START_THINKING|>")]
    [DataRow("◁/think▷", "◁think▷")]
    [DataRow("###", null)]
    public void The_opening_is_told_from_the_end(string end, string? start) => Assert.AreEqual(start, ReasoningMarker.Of(end, isGiven: true).Start);

    [TestMethod]
    public void A_prompt_that_opens_reasoning_says_so()
    {
        var marker = ReasoningMarker.Of("</think>", isGiven: false);
        Assert.IsTrue(marker.IsOpenAfter("<assistant><think>\n"));
        Assert.IsFalse(marker.IsOpenAfter("<assistant>"));
    }

    [TestMethod]
    [RequiresShared("cases/16-stop-inside-reasoning")]
    public async Task Stop_strings_and_extraction_see_what_follows_the_reasoning()
    {
        await using var engine = await ParityModel.LoadAsync(SharedData.PathOf("cases", "16-stop-inside-reasoning", "model"));
        var chat = await CaseAsync("16-stop-inside-reasoning", "r.yaml", engine, new BenchmarkRunOptions { Profile = EvaluationProfile.Chat });
        Assert.AreEqual(1.0, chat.Tasks[0].Primary!.Value);
        Assert.AreEqual("The answer is: 7", chat.Tasks[0].Documents[0].Answers[0][0].Generation!.Text);
        var given = await CaseAsync("16-stop-inside-reasoning", "r.yaml", engine, new BenchmarkRunOptions { ApplyChatTemplate = true, ThinkEndToken = "</think>" });
        Assert.AreEqual(1.0, given.Tasks[0].Primary!.Value);
        var off = await CaseAsync("16-stop-inside-reasoning", "r.yaml", engine, new BenchmarkRunOptions { ApplyChatTemplate = true });
        Assert.AreEqual("TA4047", off.Warnings.Single().Code);
        var cut = await CaseAsync("16-stop-inside-reasoning", "r.yaml", engine, new BenchmarkRunOptions { Profile = EvaluationProfile.Chat, GenerationOverrides = GenerationArguments.Parse("max_gen_toks=3") });
        Assert.AreEqual("TA4046", cut.Warnings.Single().Code);
        Assert.AreEqual((1.0, 1.0), (cut.Tasks[0].TruncationRate, cut.Tasks[0].UnparseableRate("last")));
    }

    [TestMethod]
    [RequiresShared("cases/15-token-over-the-join")]
    public async Task A_choice_that_a_token_over_the_join_swallows_is_encoded_alone_and_named()
    {
        await using var engine = await ParityModel.LoadAsync(SharedData.PathOf("cases", "15-token-over-the-join", "model"));
        var run = await CaseAsync("15-token-over-the-join", "join.yaml", engine, new BenchmarkRunOptions());
        Assert.HasCount(2, run.Tasks[0].Documents);
        Assert.IsTrue(double.IsFinite(run.Tasks[0].Documents[1].Answers[0][0].Loglikelihood!.LogProbability));
        var warning = run.Warnings.Single();
        Assert.AreEqual("TA4050", warning.Code);
        Assert.Contains("Task 'join': in 1 of 2 documents (1)", warning.Message);
        Assert.Contains("choice 0, 'wer'", warning.Message);
        Assert.HasCount(1, run.NotComparableBecause);
    }

    [TestMethod]
    [RequiresShared("cases/18-label-outside")]
    public async Task Labels_beyond_and_before_the_choices_are_named()
    {
        await using var engine = await ParityModel.LoadAsync(SharedData.PathOf("cases", "18-label-outside", "model"));
        var run = await CaseAsync("18-label-outside", "lab.yaml", engine, new BenchmarkRunOptions());
        Assert.Contains("2 of 3 documents (0, 1)", run.Warnings.Single(w => w.Code == "TA4049").Message);
    }

    [TestMethod]
    public async Task Validation_finds_every_problem_without_a_model()
    {
        Choices("""{"q": "x", "choices": ["a", "b"], "label": 5}""");
        File.AppendAllText(folder["t.yaml"], "description: '{{nowhere}}'\n");
        var problems = await BenchmarkValidation.FindProblemsAsync(
            folder["t.yaml"], BenchmarkCatalog.Load(), new DatasetStore(null, folder["data"]), folder.Path, new BenchmarkRunOptions(), CancellationToken.None);
        Assert.Contains(p => p.Code == "TA4031", problems);
        File.WriteAllText(folder["t.yaml"], "task: t\nrepeats: x\n");
        problems = await BenchmarkValidation.FindProblemsAsync(
            folder["t.yaml"], BenchmarkCatalog.Load(), new DatasetStore(null, folder["data"]), folder.Path, new BenchmarkRunOptions(), CancellationToken.None);
        Assert.IsGreaterThan(3, problems.Count);
    }

    private Task<BenchmarkRunResult> RunAsync(IEvaluationEngine engine, BenchmarkRunOptions options) =>
        new BenchmarkRunner(new DatasetStore(null, folder["data"]), folder.Path).RunAsync(BenchmarkCatalog.Load().Select([folder["t.yaml"]]), engine, options, null, CancellationToken.None);

    private Task<BenchmarkRunResult> CaseAsync(string name, string file, IEvaluationEngine engine, BenchmarkRunOptions options) =>
        new BenchmarkRunner(new DatasetStore(null, folder["data"]), SharedData.PathOf("cases", name))
            .RunAsync(BenchmarkCatalog.Load().Select([SharedData.PathOf("cases", name, file)]), engine, options, null, CancellationToken.None);

    private void Task(string more, params string[] rows) => Write("""
        doc_to_text: "Question: {{q}}\nAnswer:"
        doc_to_target: "{{a}}"

        """ + more + "\n", rows);

    private void Choices(params string[] rows) => Write("""
        output_type: multiple_choice
        doc_to_text: q
        doc_to_choice: choices
        doc_to_target: label

        """, rows);

    private void Write(string more, string[] rows)
    {
        File.WriteAllText(folder["t.yaml"], "task: t\ndataset_path: json\ndataset_kwargs: {data_files: {test: q.jsonl, train: q.jsonl}}\ntest_split: test\n" + more);
        File.WriteAllLines(folder["q.jsonl"], rows);
    }

    private static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Answers all the same, and counts.</summary>
    private sealed class Recording : IEvaluationEngine
    {
        public Generation Answer { get; init; } = new("7", FinishReason.Stop, 1, 1);

        public int Asked { get; private set; }

        public string Name => "recording";

        public string Identity => "recording";

        public int MaxLength => 4096;

        public string? EndOfSequenceText => null;

        public string ApplyChatTemplate(IReadOnlyList<ChatMessage> messages, bool continueFinalMessage) => string.Join('\n', messages.Select(m => $"<{m.Role}>{m.Content}"));

        public Task<IReadOnlyList<Generation>> GenerateAsync(IReadOnlyList<GenerationRequest> requests, Action<int, Generation>? completed, CancellationToken cancellationToken) =>
            All(requests, _ => Answer);

        public Task<IReadOnlyList<Loglikelihood>> ScoreAsync(IReadOnlyList<LoglikelihoodRequest> requests, Action<int, Loglikelihood>? completed, CancellationToken cancellationToken) =>
            All(requests, r => new Loglikelihood(-r.Continuation.Length, false));

        public Task<IReadOnlyList<Loglikelihood>> ScoreRollingAsync(IReadOnlyList<string> texts, Action<int, Loglikelihood>? completed, CancellationToken cancellationToken) =>
            All(texts, _ => new Loglikelihood(-1, false));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private Task<IReadOnlyList<TAnswer>> All<TRequest, TAnswer>(IReadOnlyList<TRequest> requests, Func<TRequest, TAnswer> answer)
        {
            Asked += requests.Count;
            return System.Threading.Tasks.Task.FromResult<IReadOnlyList<TAnswer>>([.. requests.Select(answer)]);
        }
    }
}
