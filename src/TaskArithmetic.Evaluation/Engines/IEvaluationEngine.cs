using TaskArithmetic.Text.ChatTemplates;
namespace TaskArithmetic.Evaluation.Engines;

/// <summary>A language model that benchmarks can ask: the embedded one or an endpoint.</summary>
public interface IEvaluationEngine : IAsyncDisposable
{
    /// <summary>What runs the model, for reports: <c>torch</c>, <c>openai-completions</c>, <c>openai-chat</c>.</summary>
    string Name { get; }

    /// <summary>Digest of all that decides an answer: weights, tokenizer, engine, dtype. Part of every request-cache key.</summary>
    string Identity { get; }

    /// <summary>Longest context plus answer, in tokens.</summary>
    int MaxLength { get; }

    /// <summary>Text of the end-of-sequence token, which ends every generation; null where the engine does not say.</summary>
    string? EndOfSequenceText { get; }

    /// <summary>The text that ends this model's reasoning, where its vocabulary has one; null where it has none or the engine does not say.</summary>
    string? ThinkEndToken => null;

    /// <summary>
    /// Renders a conversation as the prompt text the model was trained on. With <paramref name="continueFinalMessage"/>
    /// the last (assistant) message stays open, otherwise the generation prompt is added.
    /// </summary>
    string ApplyChatTemplate(IReadOnlyList<ChatMessage> messages, bool continueFinalMessage);

    /// <summary>Answers every request; <paramref name="completed"/> hears each as it is done, in any order.</summary>
    Task<IReadOnlyList<Generation>> GenerateAsync(
        IReadOnlyList<GenerationRequest> requests, Action<int, Generation>? completed, CancellationToken cancellationToken);

    /// <summary>Log-probability of each continuation after its context (lm-evaluation-harness <c>loglikelihood</c>).</summary>
    Task<IReadOnlyList<Loglikelihood>> ScoreAsync(
        IReadOnlyList<LoglikelihoodRequest> requests, Action<int, Loglikelihood>? completed, CancellationToken cancellationToken);

    /// <summary>
    /// Why a continuation cannot be scored (it has no token, or more than the model sees), or null. Asked of every request before the
    /// first is scored, so that a benchmark is refused as a whole and says where.
    /// </summary>
    string? ScoringObstacle(LoglikelihoodRequest request) => null;

    /// <summary>Log-probability of each whole text (lm-evaluation-harness <c>loglikelihood_rolling</c>).</summary>
    Task<IReadOnlyList<Loglikelihood>> ScoreRollingAsync(
        IReadOnlyList<string> texts, Action<int, Loglikelihood>? completed, CancellationToken cancellationToken);
}
