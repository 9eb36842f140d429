namespace TaskArithmetic.LanguageModels;

/// <summary>
/// Rows of tokens of equal width. A token sees itself and earlier tokens of its row that are in branch 0 or in its
/// own branch; so branch −1 is left padding that nothing else sees, and branches above 0 are continuations that share
/// the context in branch 0.
/// </summary>
internal sealed class TokenBatch
{
    private TokenBatch(int rows, int width)
    {
        Rows = rows;
        Width = width;
        Ids = new long[rows * width];
        Positions = new int[rows * width];
        Branches = new int[rows * width];
        Lengths = new int[rows];
    }

    public int Rows { get; }

    public int Width { get; }

    /// <summary>Token ids, [rows, width].</summary>
    public long[] Ids { get; }

    /// <summary>Rotary positions, [rows, width].</summary>
    public int[] Positions { get; }

    /// <summary>Branches, [rows, width].</summary>
    public int[] Branches { get; }

    /// <summary>The longest sequence in each row: its highest position and one.</summary>
    public int[] Lengths { get; }

    /// <summary>Whether plain causality says what each token sees.</summary>
    public bool IsPlain => !Branches.AsSpan().ContainsAnyExcept(0);

    /// <summary>Sequences of tokens that end together, padded on the left.</summary>
    public static TokenBatch PaddedLeft(IReadOnlyList<IReadOnlyList<int>> sequences)
    {
        var batch = new TokenBatch(sequences.Count, sequences.Max(sequence => sequence.Count));
        for (var row = 0; row < batch.Rows; row++)
        {
            var padding = batch.Width - sequences[row].Count;
            batch.Branches.AsSpan(row * batch.Width, padding).Fill(-1);
            for (var i = 0; i < sequences[row].Count; i++)
                batch.Set(row, padding + i, sequences[row][i], i, 0);
        }
        return batch;
    }

    /// <summary>Contexts with their continuations behind them, padded on the right.</summary>
    public static TokenBatch Trees(IReadOnlyList<TokenTree> trees)
    {
        var batch = new TokenBatch(trees.Count, trees.Max(tree => tree.Width));
        for (var row = 0; row < batch.Rows; row++)
        {
            var (context, branches) = trees[row];
            var column = 0;
            for (var i = 0; i < context.Count; i++)
                batch.Set(row, column++, context[i], i, 0);
            for (var branch = 0; branch < branches.Count; branch++)
            {
                for (var i = 0; i < branches[branch].Count; i++)
                    batch.Set(row, column++, branches[branch][i], context.Count + i, branches.Count == 1 ? 0 : branch + 1);
            }
        }
        return batch;
    }

    private void Set(int row, int column, int id, int position, int branch)
    {
        var index = row * Width + column;
        Ids[index] = id;
        Positions[index] = position;
        Branches[index] = branch;
        Lengths[row] = Math.Max(Lengths[row], position + 1);
    }
}

/// <summary>A context and the tokens that different continuations put behind it.</summary>
/// <param name="Context">The shared tokens, at least one.</param>
/// <param name="Branches">Tokens of each continuation that the model must read; may be empty.</param>
internal sealed record TokenTree(IReadOnlyList<int> Context, IReadOnlyList<IReadOnlyList<int>> Branches)
{
    /// <summary>Tokens in all.</summary>
    public int Width { get; } = Context.Count + Branches.Sum(branch => branch.Count);
}

/// <summary>Equality of token sequences by content.</summary>
internal sealed class TokenSequenceComparer : IEqualityComparer<IReadOnlyList<int>>
{
    public bool Equals(IReadOnlyList<int>? x, IReadOnlyList<int>? y) =>
        ReferenceEquals(x, y) || (x is not null && y is not null && x.SequenceEqual(y));

    public int GetHashCode(IReadOnlyList<int> obj)
    {
        var hash = new HashCode();
        foreach (var id in obj)
            hash.Add(id);
        return hash.ToHashCode();
    }
}
