namespace TaskArithmetic.LanguageModels;

/// <summary>One answer while it grows.</summary>
internal sealed class GenerationRow(int index, GenerationPrompt prompt, bool rememberTokens)
{
    private readonly List<int> ids = [];
    private readonly HashSet<int> seen = rememberTokens ? [.. prompt.Ids] : [];
    private float margin = float.PositiveInfinity;
    private int marginStep;

    /// <summary>The prompt's number in the caller's list.</summary>
    public int Index { get; } = index;

    public IReadOnlyList<int> Prompt => prompt.Ids;

    public IReadOnlyList<int> Ids => ids;

    public GenerationEnding? Ending { get; private set; }

    /// <summary>Chooses and adds the next token, and notes whether the answer ends with it.</summary>
    public void Advance(ReadOnlySpan<float> logits, TokenSampler sampler, GenerationSettings settings, IReadOnlyList<int> endIds, Func<int, IReadOnlyList<int>, bool>? stop)
    {
        var stepMargin = TopLogits.Margin(logits, TopLogits.ArgMax(logits));
        if (stepMargin < margin)
            (margin, marginStep) = (stepMargin, ids.Count);

        var next = sampler.Next(logits, seen, prompt.Stream, ids.Count);
        ids.Add(next);
        if (rememberTokens)
            seen.Add(next);
        if (endIds.Contains(next))
            Ending = GenerationEnding.EndOfSequence;
        else if (stop?.Invoke(Index, ids) == true)
            Ending = GenerationEnding.StopCondition;
        else if (ids.Count >= settings.MaxNewTokens)
            Ending = GenerationEnding.Length;
    }

    public GeneratedSequence ToSequence() => new(ids, Ending ?? GenerationEnding.Length, margin, marginStep);
}
