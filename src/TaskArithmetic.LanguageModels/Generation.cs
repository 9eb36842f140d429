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
