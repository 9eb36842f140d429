namespace TaskArithmetic.Evaluation.Running;

/// <summary>A document that waits for its answers.</summary>
internal sealed class DocumentSlot(TaskPlan plan, DocumentScorer scorer, PlannedDocument document, string engineIdentity)
{
    private readonly string[][] keys = [.. document.Requests.Select(r => r.Repeats.Select(call => call.Key(engineIdentity)).ToArray())];
    private readonly Dictionary<string, EngineAnswer> answers = new(StringComparer.Ordinal);

    public TaskPlan Plan => plan;

    public static DocumentSlot[] Of(TaskPlan plan, string engineIdentity)
    {
        var scorer = new DocumentScorer(plan);
        return [.. plan.Documents.Select(d => new DocumentSlot(plan, scorer, d, engineIdentity))];
    }

    public IEnumerable<(string Key, EngineCall Call)> Calls =>
        keys.SelectMany((repeats, i) => repeats.Zip(document.Requests[i].Repeats)).DistinctBy(call => call.First, StringComparer.Ordinal);

    /// <summary>The result, once all answers are there.</summary>
    public DocumentResult? Result { get; private set; }

    /// <summary>Takes an answer; true if it was the last one missing.</summary>
    public bool Receive(string key, EngineAnswer answer) => answers.TryAdd(key, answer) && keys.All(repeats => repeats.All(answers.ContainsKey));

    public void Score() => Result = scorer.Score(document, [.. keys.Select(repeats => (IReadOnlyList<EngineAnswer>)[.. repeats.Select(k => answers[k])])]);
}
