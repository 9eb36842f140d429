using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Evaluation.Benchmarks;

/// <summary>The part that words documents whose score would not say what it seems to say.</summary>
internal static partial class BenchmarkDiagnostics
{
    private const int MostNamed = 5;

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

    private static Diagnostic Warning(string code, string task, string message) => Diagnostic.Warning(code, message) with { Item = task };

    /// <summary>How many documents, and the first few.</summary>
    private static string Named(IReadOnlyList<int> documents, int count) =>
        $"{documents.Count} of {count} documents ({string.Join(", ", documents.Take(MostNamed))}{(documents.Count > MostNamed ? ", …" : "")})";
}
