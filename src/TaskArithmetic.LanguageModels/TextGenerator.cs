namespace TaskArithmetic.LanguageModels;

/// <summary>
/// Continues prompts, so many at a time as the batch has places: an answer that ends makes room for the next prompt.
/// Prompts come longest first, so that a new one always fits beside those at work.
/// </summary>
internal sealed class TextGenerator(
    ModelConfiguration model, IDecoder decoder, LayerRotations rotations,
    GenerationSettings settings, Func<int, IReadOnlyList<int>, bool>? stop, CancellationToken cancellationToken)
{
    private readonly TokenSampler sampler = new(settings, model.VocabularySize);
    private readonly IReadOnlyList<int> endIds = settings.EndOfSequenceIds ?? model.EndOfSequenceIds;

    /// <summary>Steps taken, over all rows at a time.</summary>
    public long Steps { get; private set; }

    public void Run(IEnumerable<GenerationRow> prompts, Action<GenerationRow> ended)
    {
        var waiting = new Queue<GenerationRow>(prompts.OrderByDescending(row => row.Prompt.Count));
        if (waiting.Count == 0)
            return;
        var rows = new GenerationRow?[Math.Min(settings.BatchSize, waiting.Count)];
        using var sequences = decoder.Begin(rows.Length, waiting.Peek().Prompt.Count + settings.MaxNewTokens - 1);
        while (waiting.Count > 0 || rows.Any(row => row is not null))
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<int> free = [.. Enumerable.Range(0, rows.Length).Where(place => rows[place] is null).Take(waiting.Count)];
            foreach (var place in free)
                rows[place] = waiting.Dequeue();
            if (free.Count > 0)
                Advance(free, sequences.Read(free, free.ConvertAll(place => rows[place]!.Prompt)));
            else
                Step();
        }

        void Step()
        {
            // Rows whose last token turns what is held of them void are read again whole.
            var again = rows.Index().Where(row => row.Item is { } it && rotations.VoidsCacheAt(it.Prompt.Count + it.Ids.Count)).Select(row => row.Index).ToList();
            List<int> next = [.. rows.Index().Where(row => row.Item is not null).Select(row => row.Index).Except(again)];
            Steps++;
            if (next.Count > 0)
                Advance(next, sequences.Next(next, next.ConvertAll(place => rows[place]!.Ids[^1]).ToArray()));
            if (again.Count > 0)
                Advance(again, sequences.Read(again, again.ConvertAll(place => (IReadOnlyList<int>)[.. rows[place]!.Prompt, .. rows[place]!.Ids])));
        }

        void Advance(List<int> places, ReadOnlySpan<float> logits)
        {
            for (var i = 0; i < places.Count; i++)
            {
                var row = rows[places[i]]!;
                row.Advance(logits.Slice(i * model.VocabularySize, model.VocabularySize), sampler, settings, endIds, stop);
                if (row.Ending is null)
                    continue;
                ended(row);
                sequences.Leave(places[i]);
                rows[places[i]] = null;
            }
        }
    }
}

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
