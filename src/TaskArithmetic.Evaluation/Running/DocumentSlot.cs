namespace TaskArithmetic.Evaluation.Running;

/// <summary>A document that waits for its answers.</summary>
internal sealed class DocumentSlot
{
    private readonly DocumentScorer scorer;
    private readonly PlannedDocument document;
    private readonly string[][] keys;
    private readonly Dictionary<string, EngineAnswer?> answers = new(StringComparer.Ordinal);
    private int missing;

    public DocumentSlot(TaskPlan plan, DocumentScorer scorer, PlannedDocument document, string engineIdentity)
    {
        Plan = plan;
        this.scorer = scorer;
        this.document = document;
        var calls = new Dictionary<string, EngineCall>(StringComparer.Ordinal);
        keys = new string[document.Requests.Count][];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = [.. document.Requests[i].Repeats.Select(call =>
            {
                var key = call.Key(engineIdentity);
                calls[key] = call;
                answers[key] = null;
                return key;
            })];
        }
        Calls = calls;
        missing = calls.Count;
    }

    public TaskPlan Plan { get; }

    /// <summary>The different requests of this document.</summary>
    public IReadOnlyDictionary<string, EngineCall> Calls { get; }

    /// <summary>The result, once all answers are there.</summary>
    public DocumentResult? Result { get; private set; }

    /// <summary>Takes an answer; true if it was the last one missing.</summary>
    public bool Receive(string key, EngineAnswer answer)
    {
        answers[key] = answer;
        return --missing == 0;
    }

    public void Score() => Result = scorer.Score(document, [.. keys.Select(repeats => (IReadOnlyList<EngineAnswer>)[.. repeats.Select(k => answers[k]!)])]);
}
