using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Evaluation.Running;
using TaskArithmetic.Text.ChatTemplates;

namespace TaskArithmetic.Evaluation.Tests.Running;

/// <summary>An engine that gives recorded answers, found by the SHA-256 of the prompt and the continuation.</summary>
internal sealed class ReplayEngine : IEvaluationEngine
{
    private readonly Dictionary<string, Generation> generations = [];
    private readonly Dictionary<(string, string), Loglikelihood> scores = [];
    private readonly Dictionary<string, Loglikelihood> texts = [];

    public string Name => "replay";

    public string Identity { get; init; } = "replay";

    public int MaxLength { get; init; } = 512;

    public string? EndOfSequenceText => "</s>";

    public Func<IReadOnlyList<ChatMessage>, bool, string> ChatTemplate { get; init; } = (_, _) => throw new InvalidOperationException("no chat template");

    public int RequestsSeen { get; private set; }

    public List<GenerationRequest> Prompts { get; } = [];

    /// <summary>Stops with a cancellation after so many answers.</summary>
    public int? StopAfter { get; init; }

    public void Add(string promptHash, string text, FinishReason reason = FinishReason.Stop) =>
        generations[promptHash] = new Generation(text, reason, 10, text.Length);

    public void Add(string contextHash, string continuation, double logProbability, bool isGreedy) =>
        scores[(contextHash, continuation)] = new Loglikelihood(logProbability, isGreedy, 5);

    public void AddText(string textHash, double logProbability) => texts[textHash] = new Loglikelihood(logProbability, false);

    public string ApplyChatTemplate(IReadOnlyList<ChatMessage> messages, bool continueFinalMessage) => ChatTemplate(messages, continueFinalMessage);

    public Task<IReadOnlyList<Generation>> GenerateAsync(
        IReadOnlyList<GenerationRequest> requests, Action<int, Generation>? completed, CancellationToken cancellationToken)
    {
        Prompts.AddRange(requests);
        return Answer(requests, r => generations.TryGetValue(EngineCall.HashText(r.Prompt), out var known)
            ? known
            : throw new KeyNotFoundException($"no recorded answer to the prompt that ends in '{r.Prompt[^Math.Min(200, r.Prompt.Length)..]}'"), completed);
    }

    public Task<IReadOnlyList<Loglikelihood>> ScoreAsync(
        IReadOnlyList<LoglikelihoodRequest> requests, Action<int, Loglikelihood>? completed, CancellationToken cancellationToken) =>
        Answer(requests, r => scores.TryGetValue((EngineCall.HashText(r.Context), r.Continuation), out var known)
            ? known
            : throw new KeyNotFoundException($"no recorded score of '{r.Continuation}' after '{r.Context}'"), completed);

    public Task<IReadOnlyList<Loglikelihood>> ScoreRollingAsync(
        IReadOnlyList<string> requests, Action<int, Loglikelihood>? completed, CancellationToken cancellationToken) =>
        Answer(requests, t => texts[EngineCall.HashText(t)], completed);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task<IReadOnlyList<TAnswer>> Answer<TRequest, TAnswer>(IReadOnlyList<TRequest> requests, Func<TRequest, TAnswer> answer, Action<int, TAnswer>? completed)
    {
        var answers = new List<TAnswer>();
        for (var i = 0; i < requests.Count; i++)
        {
            if (RequestsSeen == StopAfter)
                throw new OperationCanceledException();
            RequestsSeen++;
            answers.Add(answer(requests[i]));
            completed?.Invoke(i, answers[i]);
        }
        return Task.FromResult<IReadOnlyList<TAnswer>>(answers);
    }
}
