using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>
/// Collects answers as they come, from any thread, scores a document as soon as its last one is there, and reports how far
/// the run is.
/// </summary>
internal sealed class AnswerBoard(IReadOnlyList<DocumentSlot[]> slots, EvaluationProfile profile, IProgress<RunProgress>? progress, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly ILookup<string, DocumentSlot> waiting =
        slots.SelectMany(s => s).SelectMany(slot => slot.Calls.Select(call => (call.Key, Slot: slot))).ToLookup(c => c.Key, c => c.Slot, StringComparer.Ordinal);

    private readonly OrderedDictionary<string, (double Sum, int Count, string Key)> running = new(StringComparer.Ordinal);
    private readonly long started = time.GetTimestamp();
    private DiagnosticException? failure;
    private int completed;
    private int cached;

    /// <summary>Every different request by key, in the order of tasks and documents.</summary>
    public IReadOnlyList<(string Key, EngineCall Call)> Calls { get; } = [.. slots.SelectMany(s => s).SelectMany(s => s.Calls).DistinctBy(c => c.Key, StringComparer.Ordinal)];

    public void Deliver(string key, EngineAnswer answer, bool fromCache)
    {
        List<DocumentSlot> ready;
        lock (gate)
        {
            completed++;
            cached += fromCache ? 1 : 0;
            ready = [.. waiting[key].Where(slot => slot.Receive(key, answer))];
        }
        foreach (var slot in ready)
            Score(slot);
        lock (gate)
        {
            foreach (var slot in ready.Where(s => s.Result is not null))
                Count(slot);
            progress?.Report(Progress());
        }
    }

    /// <summary>Ends the run if a document could not be scored. It was not ended at once, so that every answer is in the cache.</summary>
    public void ThrowIfFailed()
    {
        if (failure is not null)
            throw new DiagnosticException(failure.Diagnostics, failure);
    }

    private void Score(DocumentSlot slot)
    {
        // The run has failed, and a pattern that runs too long would do so on every further answer.
        if (failure is not null)
            return;
        try
        {
            slot.Score();
        }
        catch (DiagnosticException e)
        {
            // This runs inside the engine's callback, where an exception would end its other work.
            failure = e;
        }
    }

    private void Count(DocumentSlot slot)
    {
        var filter = ProfileRules.PrimaryFilter(slot.Plan.Task, profile);
        if (slot.Result!.Filters.FirstOrDefault(f => f.Filter == filter) is not { Values: [var (metric, value), ..] } || value.Logged is Text.Python.PythonList)
            return;
        var known = running.GetValueOrDefault(slot.Plan.Task.Name);
        running[slot.Plan.Task.Name] = (known.Sum + value.First, known.Count + 1, $"{metric},{filter}");
    }

    private RunProgress Progress()
    {
        var elapsed = time.GetElapsedTime(started);
        var fresh = completed - cached;
        TimeSpan? remaining = fresh == 0 ? null : elapsed / fresh * (Calls.Count - completed);
        return new RunProgress(
            completed, Calls.Count, cached, elapsed, remaining,
            [.. running.Select(r => new RunningScore(r.Key, r.Value.Key, r.Value.Sum / r.Value.Count, r.Value.Count))]);
    }
}
