namespace TaskArithmetic.Torch.LanguageModels;

/// <summary>How probable a continuation is.</summary>
/// <param name="LogProbabilities">Natural-log probability of each of its tokens, given all before; log-softmax in float32.</param>
/// <param name="IsGreedy">Whether each token is the most probable one at its place.</param>
public sealed record SequenceScore(IReadOnlyList<float> LogProbabilities, bool IsGreedy)
{
    /// <summary>Sum of <see cref="LogProbabilities"/>.</summary>
    public double Sum { get; } = LogProbabilities.Sum(value => (double)value);
}
