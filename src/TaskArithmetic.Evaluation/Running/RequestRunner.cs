using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Engines;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>Sends all requests of one kind together, what the cache knows left out, and hands every answer on once.</summary>
internal sealed class RequestRunner(IEvaluationEngine engine, RequestCache? cache, Action<string, EngineAnswer, bool> deliver)
{
    /// <summary>Answers all requests.</summary>
    /// <param name="calls">Different requests by key, in the order in which they are wanted.</param>
    /// <param name="cancellationToken">Stops the engine; what was answered is kept.</param>
    public async Task RunAsync(IReadOnlyList<(string Key, EngineCall Call)> calls, CancellationToken cancellationToken)
    {
        foreach (var (key, _) in calls)
        {
            if (cache?.Find(key) is { } known)
                deliver(key, known, true);
        }
        var missing = calls.Where(c => cache?.Find(c.Key) is null).ToList();
        await AskAsync<GenerationRequest, Generation>(missing, c => c.Generation, engine.GenerateAsync, g => new EngineAnswer(g, null), cancellationToken).ConfigureAwait(false);
        await AskAsync<LoglikelihoodRequest, Loglikelihood>(missing, c => c.Score, engine.ScoreAsync, l => new EngineAnswer(null, l), cancellationToken).ConfigureAwait(false);
        await AskAsync<string, Loglikelihood>(missing, c => c.Rolling, engine.ScoreRollingAsync, l => new EngineAnswer(null, l), cancellationToken).ConfigureAwait(false);
    }

    private async Task AskAsync<TRequest, TAnswer>(
        List<(string Key, EngineCall Call)> missing, Func<EngineCall, TRequest?> pick, Func<IReadOnlyList<TRequest>, Action<int, TAnswer>, CancellationToken, Task<IReadOnlyList<TAnswer>>> ask,
        Func<TAnswer, EngineAnswer> wrap, CancellationToken cancellationToken) where TRequest : class
    {
        var asked = missing.Where(m => pick(m.Call) is not null).ToList();
        if (asked.Count == 0)
            return;
        var delivered = new int[asked.Count];
        var answers = await ask(asked.ConvertAll(a => pick(a.Call)!), Completed, cancellationToken).ConfigureAwait(false);
        if (answers.Count != asked.Count)
            throw new DiagnosticException(BenchmarkDiagnostics.EngineAnswers(engine.Name, asked.Count, answers.Count));
        // An engine need not announce answers one by one.
        for (var i = 0; i < answers.Count; i++)
            Completed(i, answers[i]);

        void Completed(int index, TAnswer answer)
        {
            if (Interlocked.Exchange(ref delivered[index], 1) == 1)
                return;
            var wrapped = wrap(answer);
            cache?.Add(asked[index].Key, wrapped);
            deliver(asked[index].Key, wrapped, false);
        }
    }
}
