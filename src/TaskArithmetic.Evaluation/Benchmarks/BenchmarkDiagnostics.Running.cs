using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Evaluation.Benchmarks;

/// <summary>The part that words problems of a run, and documents whose score would not say what it seems to say.</summary>
internal static partial class BenchmarkDiagnostics
{
    private const int MostNamed = 5;

    public static Diagnostic FewshotPool(string task, int needed, int available) => Diagnostic.Error("TA4030",
        $"Task '{task}': {needed} rows are needed to choose the shots from, and the pool has {available}. Lower num_fewshot or give more samples.").At(item: task);

    public static Diagnostic TemplateFailed(string task, string template, string reason) => Diagnostic.Error("TA4031",
        $"Task '{task}': the template '{Shorten(template)}' cannot be rendered: {reason.TrimEnd('.')}. Check the names of the columns it uses.").At(item: task);

    public static Diagnostic ColumnMissing(string task, string column) => Diagnostic.Error("TA4032",
        $"Task '{task}': a document or sample lacks the column '{column}'. Give it in every one.").At(item: task);

    public static Diagnostic WrongTemplate(string task, string key, string expected) => Diagnostic.Error("TA4033",
        $"Task '{task}': '{key}' must give {expected}. Check the template and the data.").At(item: task);

    public static Diagnostic LimitInvalid(double limit) => Diagnostic.Error("TA4034",
        $"The limit {limit.ToString(System.Globalization.CultureInfo.InvariantCulture)} is neither a fraction between 0 and 1 nor a number of documents.");

    public static Diagnostic LimitWithSamples() => Diagnostic.Error("TA4035",
        "A limit and explicit samples exclude each other. Give one of them.");

    public static Diagnostic SampleOutOfRange(string task, int row, int count) => Diagnostic.Error("TA4036",
        $"Task '{task}': there is no document {row}; it has {count}, counted from 0.").At(item: task);

    public static Diagnostic SamplesForUnknownTask(string task, string? nearest) => Diagnostic.Error("TA4037",
        $"Samples are given for '{task}', which is not among the tasks to evaluate. {(nearest is null ? "Remove it." : $"Did you mean '{nearest}'?")}").At(item: task);

    public static Diagnostic TooManyTokens(string task, int requested, int maxLength) => Diagnostic.Error("TA4038",
        $"Task '{task}' asks for {requested} new tokens, which must be fewer than the model's {maxLength} in all. Lower it with --gen-kwargs max_gen_toks=N.").At(item: task);

    public static Diagnostic GenerationOption(string task, string option, string expected) => Diagnostic.Error("TA4039",
        $"Task '{task}': the generation option '{option}' {expected}.").At(item: task);

    public static Diagnostic GenerationPair(string text) => Diagnostic.Error("TA4039",
        $"The generation option '{text}' is not of the form NAME=VALUE.").At(item: text);

    public static Diagnostic EngineAnswers(string engine, int expected, int got) => Diagnostic.Error("TA4040",
        $"The engine '{engine}' gave {got} answers to {expected} requests. This is a fault of the engine; its answers cannot be told apart.", DiagnosticKind.Environment);

    public static Diagnostic Skipped(string task) => Diagnostic.Warning("TA4041",
        $"Task '{task}' is skipped, not scored 0: scoring runs programs that the model wrote, and nothing is allowed and able to run them. Allow it with --allow-code-execution sandbox, on a machine with Python 3 and bubblewrap.").At(item: task);

    public static Diagnostic ProgramCounts(string task) => Diagnostic.Error("TA4042",
        $"Task '{task}': the metric pass_at_k needs whole programs. End its filters with create_test.").At(item: task);

    public static Diagnostic NeedsBinaryLabels(string task) => Diagnostic.Error("TA4043",
        $"Task '{task}': the metric f1 needs exactly two choices. Use mcc for more.").At(item: task);

    public static Diagnostic UnequalChoices(string task) => Diagnostic.Error("TA4044",
        $"Task '{task}': the metric brier_score needs the same number of choices in every document. Remove it or the documents that differ.").At(item: task);

    public static Diagnostic CacheUnwritable(string folder, string reason) => Diagnostic.Warning("TA4045",
        $"Answers cannot be kept in '{folder}': {reason.TrimEnd('.')}. The run goes on; if it is stopped it starts anew.").At(file: folder);

    public static Diagnostic PromptsCut(string task, int cut, int count, int maxLength) => Diagnostic.Warning("TA4211",
        $"Task '{task}': {cut} of {count} prompts did not fit into the model's context of {maxLength} tokens and lost their beginning, so their scores compare with no others. Ask with fewer shots (--num-fewshot) or a smaller max_gen_toks (--gen-kwargs).");

    public static Diagnostic SamplesTwice(string task, IEnumerable<int> rows) => Diagnostic.Error("TA4212",
        $"Samples of task '{task}' name {Rows(rows)} more than once, which would label the answers of other rows with them. Give each row once.");

    public static Diagnostic NoSamples(string task) => Diagnostic.Error("TA4213",
        $"Samples of task '{task}' are an empty list, so nothing would be scored. Give at least one row, or leave the task out to run it whole.");

    public static Diagnostic ReasoningNeverEnded(string task, string marker, IReadOnlyList<int> documents, int count) => Warning("TA4046", task,
        $"Task '{task}': {Named(documents, count)} never left the reasoning: no '{marker}' came, so there is no answer, which counts as unparseable. Allow more with --gen-kwargs max_gen_toks=N.");

    public static Diagnostic StoppedInsideReasoning(string task, IReadOnlyList<int> documents, int count) => Warning("TA4047", task,
        $"Task '{task}': the answers to {Named(documents, count)} stop inside their reasoning ('<think>' without '</think>'), at a stop string or the token limit. Give --think-end-token '</think>', or more tokens.");

    public static Diagnostic ShownOwnAnswer(string task, IReadOnlyList<int> documents, int count) => Warning("TA4048", task,
        $"Task '{task}': {Named(documents, count)} are shown their own answer among the shots, as in lm-evaluation-harness; the score is too high. Give a fewshot_split that does not hold the questions, or use another profile than parity.");

    public static Diagnostic LabelOutside(string task, IReadOnlyList<int> documents, int count) => Warning("TA4049", task,
        $"Task '{task}': the labels of {Named(documents, count)} are none of their choices, so every answer counts as wrong, as in lm-evaluation-harness. Correct doc_to_target or the data.");

    public static Diagnostic ChoiceEncodedAlone(string task, IReadOnlyList<int> documents, int count, int choice, string text) => Warning("TA4050", task,
        $"Task '{task}': in {Named(documents, count)} one token spans the end of the context and a choice (first: choice {choice}, '{Shorten(text)}'), so the choice was encoded alone; lm-evaluation-harness fails there. Give a target_delimiter.");

    public static Diagnostic CannotScoreContinuation(string task, int document, int choice, string text, string reason) => Diagnostic.Error("TA4051",
        $"Task '{task}', document {document}, choice {choice} ('{Shorten(text)}') cannot be scored: {reason.TrimEnd('.')}. Correct the data or the templates.").At(item: task);

    public static Diagnostic EmptyChoice(string task, IReadOnlyList<int> documents, int count) => Warning("TA4052", task,
        $"Task '{task}': {Named(documents, count)} have an empty choice, whose length acc_norm and acc_bytes divide by. Look at acc only, or correct the data.");

    public static Diagnostic MetricNeedsLabels(string task, IReadOnlyList<string> metrics, IReadOnlyList<int> documents, int count) => Diagnostic.Error("TA4058",
        $"Task '{task}': the labels of {Named(documents, count)} are none of their choices, which {string.Join(" and ", metrics)} cannot score. Correct doc_to_target or the data.").At(item: task);

    public static Diagnostic TargetIsNoChoice(string task, IReadOnlyList<int> documents, int count) => Diagnostic.Error("TA4033",
        $"Task '{task}': 'doc_to_target' must give the index of a choice, since the task has doc_to_choice; it does not for {Named(documents, count)}. Check the template and the data.").At(item: task);

    public static Diagnostic FewshotPoolWithoutOwnAnswer(string task, int needed, int available) => Diagnostic.Error("TA4030",
        $"Task '{task}': {needed} shots are asked for, and the pool has {available} rows that do not show a document its own answer. Lower num_fewshot or give a larger fewshot_split.").At(item: task);

    private static string Rows(IEnumerable<int> rows) => string.Join(", ", rows.Select(r => $"row {r}").Take(10));

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..77] + "…";

    private static Diagnostic Warning(string code, string task, string message) => Diagnostic.Warning(code, message) with { Item = task };

    /// <summary>How many documents, and the first few.</summary>
    private static string Named(IReadOnlyList<int> documents, int count) =>
        $"{documents.Count} of {count} documents ({string.Join(", ", documents.Take(MostNamed))}{(documents.Count > MostNamed ? ", …" : "")})";
}
