using System.Text.Json.Serialization;

namespace TaskArithmetic.Evaluation.Engines;

/// <summary>How to generate; defaults are lm-evaluation-harness's (greedy, 256 tokens).</summary>
public sealed record GenerationOptions
{
    /// <summary>Stop strings, in order; the engine adds its end-of-sequence text itself.</summary>
    public IReadOnlyList<string> Until { get; init; } = [];

    /// <summary>Most tokens to generate.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>0 is greedy.</summary>
    public double Temperature { get; init; }

    /// <summary>Nucleus sampling mass; used when <see cref="Temperature"/> is above 0.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Divides or multiplies the logits of tokens already seen, prompt included; 1 is off.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>What ends reasoning, before which stop strings do not count; null where answers have none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReasoningMarker? Reasoning { get; init; }

    /// <summary>Seed of the sampler.</summary>
    public long Seed { get; init; } = 1234;

    /// <summary>Cuts before each stop string in turn, as lm-evaluation-harness does.</summary>
    internal static string Cut(string text, IEnumerable<string> stops)
    {
        foreach (var stop in stops)
        {
            if (stop.Length > 0 && text.IndexOf(stop, StringComparison.Ordinal) is var at and >= 0)
                text = text[..at];
        }
        return text;
    }
}
