namespace TaskArithmetic.LanguageModels;

/// <summary>Scores a batch of contexts and their continuations in one forward pass.</summary>
internal sealed class SequenceScorer(ModelConfiguration model, IDecoder decoder)
{
    /// <summary>Logits held at a time: 64 MiB of float32.</summary>
    private const int LogitsAtATime = 16 << 20;

    public void Score(IReadOnlyList<ScoringPlan> plans, IReadOnlyList<ScoredSequence> sequences, SequenceScore?[] scores)
    {
        var predictions = plans.SelectMany((plan, tree) => Predictions(plan, sequences, tree)).ToList();
        var hidden = decoder.Hidden([.. plans.Select(plan => plan.Tree)], predictions.ConvertAll(prediction => prediction.Place));
        var tokens = predictions.ConvertAll(prediction => prediction.Token);

        var logProbabilities = new float[tokens.Count];
        var greedy = new bool[tokens.Count];
        var block = Math.Max(1, LogitsAtATime / model.VocabularySize);
        for (var start = 0; start < tokens.Count; start += block)
        {
            var count = Math.Min(block, tokens.Count - start);
            var logits = decoder.Logits(hidden.AsSpan(start * model.HiddenSize, count * model.HiddenSize));
            for (var i = 0; i < count; i++)
            {
                var row = logits.Slice(i * model.VocabularySize, model.VocabularySize);
                logProbabilities[start + i] = row[tokens[start + i]] - TopLogits.LogSumExp(row);
                greedy[start + i] = TopLogits.ArgMax(row) == tokens[start + i];
            }
        }

        var next = 0;
        foreach (var index in plans.SelectMany(plan => plan.Sequences))
        {
            var count = sequences[index].Continuation.Count;
            scores[index] = new(logProbabilities[next..(next + count)], !greedy.AsSpan(next, count).Contains(false));
            next += count;
        }
    }

    /// <summary>For each scored token, which token of the tree predicts it.</summary>
    private static IEnumerable<((int Tree, int Token) Place, int Token)> Predictions(ScoringPlan plan, IReadOnlyList<ScoredSequence> sequences, int tree)
    {
        var context = plan.Tree.Context.Count;
        var branchStart = context;
        for (var i = 0; i < plan.Sequences.Count; i++)
        {
            var continuation = sequences[plan.Sequences[i]].Continuation;
            yield return ((tree, context - 1), continuation[0]);
            for (var token = 1; token < continuation.Count; token++)
                yield return ((tree, branchStart + token - 1), continuation[token]);
            branchStart += plan.Tree.Branches[i].Count;
        }
    }
}
