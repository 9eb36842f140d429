namespace TaskArithmetic.LanguageModels;

/// <summary>A context to run once, and the sequences scored on it.</summary>
/// <param name="Tree">What the model reads.</param>
/// <param name="Sequences">Numbers of the sequences, in the order of the tree's branches.</param>
internal sealed record ScoringPlan(TokenTree Tree, IReadOnlyList<int> Sequences)
{
    /// <summary>Groups sequences by context, and groups by size: the longest first, rows × width within the limit.</summary>
    public static IEnumerable<IReadOnlyList<ScoringPlan>> Batches(
        IReadOnlyList<ScoredSequence> sequences, int tokensPerBatch, Func<ScoredSequence, bool> mayShare)
    {
        var plans = Enumerable.Range(0, sequences.Count)
            .GroupBy(i => sequences[i].Context, new TokenSequenceComparer())
            .SelectMany(group => Trees(group.Key, [.. group], sequences, tokensPerBatch, mayShare))
            .OrderByDescending(plan => plan.Tree.Width);
        var batch = new List<ScoringPlan>();
        foreach (var plan in plans)
        {
            if (batch.Count > 0 && (batch.Count + 1) * batch[0].Tree.Width > tokensPerBatch)
            {
                yield return batch;
                batch = [];
            }
            batch.Add(plan);
        }
        if (batch.Count > 0)
            yield return batch;
    }

    private static IEnumerable<ScoringPlan> Trees(
        IReadOnlyList<int> context, IReadOnlyList<int> members, IReadOnlyList<ScoredSequence> sequences, int tokensPerBatch, Func<ScoredSequence, bool> mayShare)
    {
        var branches = new List<IReadOnlyList<int>>();
        var taken = new List<int>();
        var width = context.Count;
        foreach (var member in members)
        {
            // The last token is only predicted, never read.
            IReadOnlyList<int> branch = [.. sequences[member].Continuation.SkipLast(1)];
            if (taken.Count > 0 && (width + branch.Count > tokensPerBatch || !mayShare(sequences[member]) || !mayShare(sequences[taken[0]])))
            {
                yield return new(new(context, branches), taken);
                (branches, taken, width) = ([], [], context.Count);
            }
            branches.Add(branch);
            taken.Add(member);
            width += branch.Count;
        }
        yield return new(new(context, branches), taken);
    }
}
