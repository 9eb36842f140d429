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
    public async Task RunAsync(OrderedDictionary<string, EngineCall> calls, CancellationToken cancellationToken)
    {
        var missing = new List<(string Key, EngineCall Call)>();
        foreach (var (key, call) in calls)
        {
            if (cache?.Find(key) is { } known)
                deliver(key, known, true);
            else
                missing.Add((key, call));
        }
        await AskAsync<Generation>(
            [.. missing.Where(m => m.Call.Generation is not null)], (c, done) => engine.GenerateAsync(c.ConvertAll(x => x.Generation!), done, cancellationToken),
            g => new EngineAnswer(g, null)).ConfigureAwait(false);
        await AskAsync<Loglikelihood>(
            [.. missing.Where(m => m.Call.Score is not null)], (c, done) => engine.ScoreAsync(c.ConvertAll(x => x.Score!), done, cancellationToken),
            l => new EngineAnswer(null, l)).ConfigureAwait(false);
        await AskAsync<Loglikelihood>(
            [.. missing.Where(m => m.Call.Rolling is not null)], (c, done) => engine.ScoreRollingAsync(c.ConvertAll(x => x.Rolling!), done, cancellationToken),
            l => new EngineAnswer(null, l)).ConfigureAwait(false);
    }

    private async Task AskAsync<T>(
        List<(string Key, EngineCall Call)> asked, Func<List<EngineCall>, Action<int, T>, Task<IReadOnlyList<T>>> ask, Func<T, EngineAnswer> wrap)
    {
        if (asked.Count == 0)
            return;
        var delivered = new int[asked.Count];
        var answers = await ask(asked.ConvertAll(a => a.Call), Completed).ConfigureAwait(false);
        if (answers.Count != asked.Count)
            throw new DiagnosticException(BenchmarkDiagnostics.EngineAnswers(engine.Name, asked.Count, answers.Count));
        // An engine need not announce answers one by one.
        for (var i = 0; i < answers.Count; i++)
            Completed(i, answers[i]);

        void Completed(int index, T answer)
        {
            if (Interlocked.Exchange(ref delivered[index], 1) == 1)
                return;
            var wrapped = wrap(answer);
            cache?.Add(asked[index].Key, wrapped);
            deliver(asked[index].Key, wrapped, false);
        }
    }
}
