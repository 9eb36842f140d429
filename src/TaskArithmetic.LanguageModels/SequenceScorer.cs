using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace TaskArithmetic.LanguageModels;

/// <summary>Scores a batch of contexts and their continuations in one forward pass.</summary>
internal sealed class SequenceScorer(ModelConfiguration model, Decoder decoder, Device device)
{
    /// <summary>Logits held at a time: 64 MiB of float32.</summary>
    private const int LogitsAtATime = 16 << 20;

    public void Score(IReadOnlyList<ScoringPlan> plans, IReadOnlyList<ScoredSequence> sequences, SequenceScore?[] scores)
    {
        using var scope = NewDisposeScope();
        var batch = TokenBatch.Trees([.. plans.Select(plan => plan.Tree)]);
        var predictions = plans.SelectMany((plan, row) => Predictions(plan, sequences, row * batch.Width)).ToList();
        var hidden = decoder.Forward(batch).view(-1, model.HiddenSize);

        var logProbabilities = new float[predictions.Count];
        var greedy = new bool[predictions.Count];
        var block = Math.Max(1, LogitsAtATime / model.VocabularySize);
        for (var start = 0; start < predictions.Count; start += block)
            Score(hidden, predictions, start, Math.Min(block, predictions.Count - start), logProbabilities, greedy);

        var next = 0;
        foreach (var index in plans.SelectMany(plan => plan.Sequences))
        {
            var count = sequences[index].Continuation.Count;
            scores[index] = new(logProbabilities[next..(next + count)], !greedy.AsSpan(next, count).Contains(false));
            next += count;
        }
    }

    /// <summary>For each scored token, which hidden state of the flattened batch predicts it.</summary>
    private static IEnumerable<(long Place, long Token)> Predictions(ScoringPlan plan, IReadOnlyList<ScoredSequence> sequences, int start)
    {
        var context = plan.Tree.Context.Count;
        var branchStart = start + context;
        for (var i = 0; i < plan.Sequences.Count; i++)
        {
            var continuation = sequences[plan.Sequences[i]].Continuation;
            yield return (start + context - 1, continuation[0]);
            for (var token = 1; token < continuation.Count; token++)
                yield return (branchStart + token - 1, continuation[token]);
            branchStart += plan.Tree.Branches[i].Count;
        }
    }

    private void Score(Tensor hidden, List<(long Place, long Token)> predictions, int start, int count, float[] logProbabilities, bool[] greedy)
    {
        using var scope = NewDisposeScope();
        var part = CollectionsMarshal.AsSpan(predictions).Slice(start, count);
        var places = new long[count];
        var tokens = new long[count];
        for (var i = 0; i < count; i++)
            (places[i], tokens[i]) = part[i];
        var logits = decoder.Logits(hidden.index_select(0, tensor(places, device: device)));
        var targets = tensor(tokens, device: device).unsqueeze(1);
        var chosen = nn.functional.log_softmax(logits, 1).gather(1, targets).cpu();
        MemoryMarshal.Cast<byte, float>(chosen.bytes).CopyTo(logProbabilities.AsSpan(start));
        var best = logits.argmax(1).cpu();
        var bestIds = MemoryMarshal.Cast<byte, long>(best.bytes);
        for (var i = 0; i < count; i++)
            greedy[start + i] = bestIds[i] == tokens[i];
    }
}
