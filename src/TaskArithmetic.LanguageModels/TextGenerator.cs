using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace TaskArithmetic.LanguageModels;

/// <summary>Continues a batch of prompts, padded on the left, until every row has ended.</summary>
internal sealed class TextGenerator(
    ModelConfiguration model, Decoder decoder, Func<int, IDecodingStep> stepFor, ScalarType dtype, Device device,
    GenerationSettings settings, Func<int, IReadOnlyList<int>, bool>? stop, CancellationToken cancellationToken)
{
    private readonly TokenSampler sampler = new(settings, model.VocabularySize);
    private readonly IReadOnlyList<int> endIds = settings.EndOfSequenceIds ?? model.EndOfSequenceIds;

    public void Run(IReadOnlyList<GenerationRow> rows, Action<GenerationRow> ended)
    {
        var batch = TokenBatch.PaddedLeft([.. rows.Select(row => row.Prompt)]);
        var cache = new KeyValueCache(model, [.. Enumerable.Range(0, batch.Rows).Select(batch.LeftPadding)], batch.Width + settings.MaxNewTokens - 1, dtype, device);
        try
        {
            Start(rows, batch, cache, ended);
            for (var active = Active(rows); active.Count > 0; active = Active(rows))
            {
                cancellationToken.ThrowIfCancellationRequested();
                (rows, cache) = Compact(rows, active, cache);
                var last = rows.Select(row => row.Ids[^1]).ToArray();
                Advance(rows, stepFor(rows.Count).Next(last, cache), ended);
            }
        }
        finally
        {
            cache.Dispose();
        }
    }

    private static List<int> Active(IReadOnlyList<GenerationRow> rows) =>
        [.. Enumerable.Range(0, rows.Count).Where(row => rows[row].Ending is null)];

    /// <summary>Ended rows cost as much as others; copying the cache costs about one step, so drop them by the quarter.</summary>
    private static (IReadOnlyList<GenerationRow> Rows, KeyValueCache Cache) Compact(IReadOnlyList<GenerationRow> rows, List<int> active, KeyValueCache cache)
    {
        if (active.Count * 4 > rows.Count * 3)
            return (rows, cache);
        using (cache)
            return ([.. active.Select(row => rows[row])], cache.Select(active));
    }

    private void Start(IReadOnlyList<GenerationRow> rows, TokenBatch batch, KeyValueCache cache, Action<GenerationRow> ended)
    {
        using var scope = NewDisposeScope();
        var logits = decoder.Logits(decoder.Forward(batch, cache).narrow(1, batch.Width - 1, 1)).cpu();
        Advance(rows, MemoryMarshal.Cast<byte, float>(logits.bytes), ended);
    }

    private void Advance(IReadOnlyList<GenerationRow> rows, ReadOnlySpan<float> logits, Action<GenerationRow> ended)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows[row].Ending is not null)
                continue;
            rows[row].Advance(logits.Slice(row * model.VocabularySize, model.VocabularySize), sampler, settings, endIds, stop);
            if (rows[row].Ending is not null)
                ended(rows[row]);
        }
    }
}
