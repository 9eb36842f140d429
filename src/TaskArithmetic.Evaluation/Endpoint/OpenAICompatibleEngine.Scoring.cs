using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Engines;

namespace TaskArithmetic.Evaluation.Endpoint;

public sealed partial class OpenAICompatibleEngine
{
    /// <inheritdoc/>
    /// <exception cref="DiagnosticException">TA4155: this endpoint cannot score.</exception>
    public Task<IReadOnlyList<Loglikelihood>> ScoreAsync(
        IReadOnlyList<LoglikelihoodRequest> requests, Action<int, Loglikelihood>? completed, CancellationToken cancellationToken)
    {
        RefuseIfUnable();
        return ForAllAsync(
            requests,
            async (request, stop) => await ScorePairAsync(await encoding.PairAsync(request.Context, request.Continuation, stop), stop),
            completed, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="DiagnosticException">TA4155: this endpoint cannot score.</exception>
    public Task<IReadOnlyList<Loglikelihood>> ScoreRollingAsync(
        IReadOnlyList<string> texts, Action<int, Loglikelihood>? completed, CancellationToken cancellationToken)
    {
        RefuseIfUnable();
        return ForAllAsync(texts, ScoreTextAsync, completed, cancellationToken);
    }

    private async Task<Loglikelihood> ScoreTextAsync(string text, CancellationToken cancellationToken)
    {
        var sum = 0.0;
        var greedy = true;
        // One token of the context goes to what precedes each window and one to the token that is generated.
        foreach (var window in await encoding.WindowsAsync(text, MaxLength - 2, cancellationToken))
        {
            var score = await ScorePairAsync(window, cancellationToken);
            sum += score.LogProbability;
            greedy &= score.IsGreedy;
        }
        return new(sum, greedy, DroppedTokens: 0);
    }

    private async Task<Loglikelihood> ScorePairAsync(EncodedPair pair, CancellationToken cancellationToken)
    {
        if (pair.Continuation.Count == 0)
            throw new DiagnosticException(EndpointDiagnostics.CannotScore(address.Generate, "a continuation has no token, so there is nothing to score"));
        // Room for the one token that is generated; what does not fit is dropped on the left.
        var dropped = Math.Max(0, pair.Context.Count + pair.Continuation.Count - (MaxLength - 1));
        int[] tokens = [.. pair.Context.Concat(pair.Continuation).Skip(dropped)];
        var context = Math.Max(0, pair.Context.Count - dropped);
        var answer = (await client.PostAsync(address.Generate, CompletionsProtocol.ScoringBody(Capabilities.Model, tokens), cancellationToken)).Required;
        return CompletionsProtocol.ScoringProblem(answer, tokens.Length, context) is { } problem
            ? throw new DiagnosticException(EndpointDiagnostics.CannotScore(address.Generate, problem))
            : CompletionsProtocol.Score(answer, tokens, context, pair.Context.Count) with { EncodedAlone = pair.EncodedAlone ? true : null };
    }

    /// <summary>The begin token if the tokenizer has one, else the end token.</summary>
    private async ValueTask<int> PrefixAsync(CancellationToken cancellationToken)
    {
        if (await tokenizer!("", true, cancellationToken) is [var begin, ..])
            return begin;
        return options.EndOfSequenceText is { Length: > 0 } end && await tokenizer(end, false, cancellationToken) is [var single]
            ? single
            : throw new DiagnosticException(EndpointDiagnostics.NoPrefixToken(address.Generate));
    }

    private void RefuseIfUnable()
    {
        if (Capabilities.ScoringObstacle is { } obstacle)
            throw new DiagnosticException(EndpointDiagnostics.CannotScore(address.Generate, obstacle));
    }
}
