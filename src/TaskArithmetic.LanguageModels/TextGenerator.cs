using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace TaskArithmetic.LanguageModels;

/// <summary>
/// Continues prompts, so many at a time as the batch has rows: a row that ends makes room for the next prompt. Prompts
/// come longest first, so that a new one always fits beside those at work.
/// </summary>
internal sealed class TextGenerator(
    ModelConfiguration model, Decoder decoder, LayerRotations rotations, Func<int, IDecodingStep> stepFor, ScalarType dtype, Device device,
    GenerationSettings settings, Func<int, IReadOnlyList<int>, bool>? stop, CancellationToken cancellationToken)
{
    private readonly TokenSampler sampler = new(settings, model.VocabularySize);
    private readonly IReadOnlyList<int> endIds = settings.EndOfSequenceIds ?? model.EndOfSequenceIds;

    public void Run(IEnumerable<GenerationRow> prompts, Action<GenerationRow> ended)
    {
        var waiting = new Queue<GenerationRow>(prompts.OrderByDescending(row => row.Prompt.Count));
        if (waiting.Count == 0)
            return;
        var rows = new GenerationRow?[Math.Min(settings.BatchSize, waiting.Count)];
        var cache = new KeyValueCache(model, rows.Length, waiting.Peek().Prompt.Count + settings.MaxNewTokens - 1, dtype, device);
        try
        {
            while (waiting.Count > 0 || rows.Any(row => row is not null))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Start(rows, waiting, cache, ended))
                    continue;
                (rows, cache) = Compact(rows, cache);
                ReadAgain(rows, cache);
                cache.MakeRoom();
                var last = rows.Select(row => row?.Ids[^1] ?? 0).ToArray();
                Advance(rows, [.. Enumerable.Range(0, rows.Length)], stepFor(rows.Length).Next(last, cache), cache, ended);
            }
        }
        finally
        {
            cache.Dispose();
        }
    }

    /// <summary>Reads waiting prompts into free rows; false if there was none of either.</summary>
    private bool Start(GenerationRow?[] rows, Queue<GenerationRow> waiting, KeyValueCache cache, Action<GenerationRow> ended)
    {
        List<int> places = [.. Enumerable.Range(0, rows.Length).Where(row => rows[row] is null).Take(waiting.Count)];
        if (places.Count == 0)
            return false;
        foreach (var place in places)
            rows[place] = waiting.Dequeue();
        using var scope = NewDisposeScope();
        var batch = TokenBatch.PaddedLeft(places.ConvertAll(place => rows[place]!.Prompt));
        cache.Enter(places, batch.Lengths);
        var logits = decoder.Logits(decoder.Forward(batch, cache, places).narrow(1, batch.Width - 1, 1)).cpu();
        Advance(rows, places, MemoryMarshal.Cast<byte, float>(logits.bytes), cache, ended);
        return true;
    }

    /// <summary>Rows whose next token turns what the cache holds of them void are read again as parts of the longer sequence.</summary>
    private void ReadAgain(GenerationRow?[] rows, KeyValueCache cache)
    {
        List<int> places = [.. Enumerable.Range(0, rows.Length).Where(place => rows[place] is { } row && rotations.VoidsCacheAt(row.Prompt.Count + row.Ids.Count))];
        if (places.Count == 0)
            return;
        var batch = TokenBatch.PaddedLeft(places.ConvertAll(place => (IReadOnlyList<int>)[.. rows[place]!.Prompt, .. rows[place]!.Ids.SkipLast(1)]), ahead: 1);
        decoder.Forward(batch, cache, places).Dispose();
    }

    /// <summary>
    /// Once nothing waits: ended rows cost as much as others, and copying the cache costs about one step, so drop them by
    /// the quarter.
    /// </summary>
    private static (GenerationRow?[] Rows, KeyValueCache Cache) Compact(GenerationRow?[] rows, KeyValueCache cache)
    {
        List<int> active = [.. Enumerable.Range(0, rows.Length).Where(row => rows[row] is not null)];
        if (active.Count * 4 <= rows.Length * 3)
        {
            using (cache)
                return ([.. active.Select(row => rows[row])], cache.Select(active));
        }
        // A row without tokens costs least, and never keeps the others from moving left.
        foreach (var row in Enumerable.Range(0, rows.Length).Except(active))
            cache.Leave(row);
        return (rows, cache);
    }

    private void Advance(GenerationRow?[] rows, IReadOnlyList<int> places, ReadOnlySpan<float> logits, KeyValueCache cache, Action<GenerationRow> ended)
    {
        for (var i = 0; i < places.Count; i++)
        {
            if (rows[places[i]] is not { } row)
                continue;
            row.Advance(logits.Slice(i * model.VocabularySize, model.VocabularySize), sampler, settings, endIds, stop);
            if (row.Ending is null)
                continue;
            ended(row);
            cache.Leave(places[i]);
            rows[places[i]] = null;
        }
    }
}
