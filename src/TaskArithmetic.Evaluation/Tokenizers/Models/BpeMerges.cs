namespace TaskArithmetic.Evaluation.Tokenizers.Models;

/// <summary>The merges of a byte-pair encoding by the ids of the two tokens they join.</summary>
internal sealed class BpeMerges(int capacity)
{
    private readonly Dictionary<ulong, BpeMerge> merges = new(capacity);

    /// <summary>Sets the merge of a pair; a pair listed twice keeps its last place.</summary>
    public void Set(int left, int right, BpeMerge merge) => merges[Key(left, right)] = merge;

    public bool TryGet(int left, int right, out BpeMerge merge) => merges.TryGetValue(Key(left, right), out merge);

    /// <summary>The merges in order of rank.</summary>
    public IEnumerable<(int Left, int Right)> InOrder() =>
        merges.OrderBy(m => m.Value.Rank).Select(m => ((int)(m.Key >> 32), (int)(uint)m.Key));

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;
}
