namespace TaskArithmetic.LanguageModels;

/// <summary>Tokens to continue.</summary>
/// <param name="Ids">The tokens, at least one.</param>
/// <param name="Stream">Which of the seed's independent random streams samples this row: give rows of one run different numbers.</param>
public sealed record GenerationPrompt(IReadOnlyList<int> Ids, long Stream = 0);

/// <summary>An answer in tokens.</summary>
/// <param name="Ids">The new tokens, the ending one included.</param>
/// <param name="Ending">Why it ended.</param>
/// <param name="MinimumMargin">
/// The smallest distance between the two highest raw logits over all steps: below the float noise of an engine,
/// another engine may choose otherwise.
/// </param>
/// <param name="MinimumMarginStep">The step, from 0, at which it occurred.</param>
public sealed record GeneratedSequence(IReadOnlyList<int> Ids, GenerationEnding Ending, float MinimumMargin, int MinimumMarginStep);

/// <summary>Why an answer ended.</summary>
public enum GenerationEnding
{
    /// <summary>An end-of-sequence token, which is the answer's last.</summary>
    EndOfSequence,

    /// <summary>The caller's stop condition held after the last token.</summary>
    StopCondition,

    /// <summary>The limit on new tokens.</summary>
    Length,
}

/// <summary>A continuation whose probability is asked.</summary>
/// <param name="Context">Tokens before it, at least one.</param>
/// <param name="Continuation">The tokens to score, at least one.</param>
public sealed record ScoredSequence(IReadOnlyList<int> Context, IReadOnlyList<int> Continuation);

/// <summary>How probable a continuation is.</summary>
/// <param name="LogProbabilities">Natural-log probability of each of its tokens, given all before; log-softmax in float32.</param>
/// <param name="IsGreedy">Whether each token is the most probable one at its place.</param>
public sealed record SequenceScore(IReadOnlyList<float> LogProbabilities, bool IsGreedy)
{
    /// <summary>Sum of <see cref="LogProbabilities"/>.</summary>
    public double Sum { get; } = LogProbabilities.Sum(value => (double)value);
}

/// <summary>How to continue prompts; the defaults are greedy.</summary>
public sealed record GenerationSettings
{
    /// <summary>Most tokens to add to each prompt.</summary>
    public int MaxNewTokens { get; init; } = 256;

    /// <summary>Divides the logits before sampling; 0 takes the most probable token.</summary>
    public double Temperature { get; init; }

    /// <summary>Sampling keeps the most probable tokens whose probabilities reach this sum; 1 keeps all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Sampling keeps this many of the most probable tokens; 0 keeps all.</summary>
    public int TopK { get; init; }

    /// <summary>
    /// Divides positive and multiplies negative logits of tokens that stand in the prompt or the answer (Keskar et al.,
    /// CTRL; as transformers applies it, greedy decoding included). 1 changes nothing.
    /// </summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Seed of the sampler. Together with a prompt's stream it decides the answer, whatever the batch.</summary>
    public long Seed { get; init; } = 1234;

    /// <summary>Tokens that end an answer; null takes the model's own.</summary>
    public IReadOnlyList<int>? EndOfSequenceIds { get; init; }

    /// <summary>Prompts to run at once; as one ends, the next begins.</summary>
    public int BatchSize { get; init; } = 8;
}
