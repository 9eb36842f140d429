namespace TaskArithmetic.LanguageModels.CpuKernels;

/// <summary>New tokens of one sequence.</summary>
/// <param name="Memory">The sequence's memory.</param>
/// <param name="Ids">The tokens.</param>
/// <param name="Length">Length of the sequence they belong to, for rotations that depend on it.</param>
/// <param name="Positions">Positions of the memory's slots where branches make them differ from the slots; else null.</param>
/// <param name="Branches">Branches of the slots, 0 for the context; null likewise.</param>
internal sealed record PassRow(SequenceMemory Memory, IReadOnlyList<int> Ids, int Length, int[]? Positions = null, int[]? Branches = null)
{
    /// <summary>Where in the memory the tokens go.</summary>
    public int FirstSlot { get; } = Memory.Length;

    /// <summary>Tokens that go on where the memory ends.</summary>
    public static PassRow Next(SequenceMemory memory, IReadOnlyList<int> ids) => new(memory, ids, memory.Length + ids.Count);

    /// <summary>A context and its continuations.</summary>
    public static PassRow Whole(SequenceMemory memory, TokenTree tree)
    {
        var (context, branches) = tree;
        var length = context.Count + branches.Select(branch => branch.Count).DefaultIfEmpty().Max();
        IReadOnlyList<int> ids = [.. context, .. branches.SelectMany(branch => branch)];
        if (branches.Count < 2)
            return new(memory, ids, length);
        int[] positions = [.. Enumerable.Range(0, context.Count), .. branches.SelectMany(branch => Enumerable.Range(context.Count, branch.Count))];
        int[] ofBranches = [.. new int[context.Count], .. branches.SelectMany((branch, i) => Enumerable.Repeat(i + 1, branch.Count))];
        return new(memory, ids, length, positions, ofBranches);
    }

    /// <summary>The rotary position of one of the tokens.</summary>
    public int PositionOf(int token) => Positions?[FirstSlot + token] ?? FirstSlot + token;
}

/// <summary>Tokens of a sequence that attend together.</summary>
/// <param name="Row">The sequence.</param>
/// <param name="First">The first of them among its new tokens.</param>
/// <param name="Count">Number of them.</param>
/// <param name="Start">Place of the first in the pass.</param>
internal readonly record struct PassBlock(PassRow Row, int First, int Count, int Start);

/// <summary>The tokens of one pass, sequence behind sequence without padding.</summary>
internal sealed class TokenPass
{
    private readonly int[] rowOf;

    public TokenPass(IReadOnlyList<PassRow> rows)
    {
        Rows = rows;
        Starts = new int[rows.Count];
        for (var row = 1; row < rows.Count; row++)
            Starts[row] = Starts[row - 1] + rows[row - 1].Ids.Count;
        rowOf = [.. rows.SelectMany((row, i) => Enumerable.Repeat(i, row.Ids.Count))];
    }

    public IReadOnlyList<PassRow> Rows { get; }

    /// <summary>Place of each sequence's first token.</summary>
    public int[] Starts { get; }

    /// <summary>Tokens in all.</summary>
    public int Count => rowOf.Length;

    /// <summary>The sequence of a token, and its place among that one's new tokens.</summary>
    public (PassRow Row, int Token) At(int token) => (Rows[rowOf[token]], token - Starts[rowOf[token]]);

    /// <summary>Cuts every sequence, from its own start, into blocks of so many tokens; those that see most come first.</summary>
    public IReadOnlyList<PassBlock> Blocks(int size) =>
        [.. Rows.SelectMany((row, i) => Enumerable.Range(0, (row.Ids.Count + size - 1) / size).Select(block =>
            new PassBlock(row, block * size, Math.Min(size, row.Ids.Count - block * size), Starts[i] + block * size)))
            .OrderByDescending(block => block.Row.FirstSlot + block.First)];

    /// <summary>The angles of all tokens.</summary>
    public Angles Angles(RotaryEmbedding rotary)
    {
        var angles = new Angles(Count, rotary.Width);
        for (var row = 0; row < Rows.Count; row++)
        {
            var frequencies = rotary.FrequenciesFor(Rows[row].Length);
            for (var i = 0; i < Rows[row].Ids.Count; i++)
                rotary.Write(Rows[row].PositionOf(i), frequencies, angles.Cosines(Starts[row] + i), angles.Sines(Starts[row] + i));
        }
        return angles;
    }
}

/// <summary>Cosines and sines of each token of a pass.</summary>
internal sealed class Angles(int tokens, int width)
{
    private readonly float[] values = new float[tokens * 2 * width];

    public Span<float> Cosines(int token) => values.AsSpan(token * 2 * width, width);

    public Span<float> Sines(int token) => values.AsSpan((token * 2 + 1) * width, width);
}
