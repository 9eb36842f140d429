namespace TaskArithmetic.LanguageModels;

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
