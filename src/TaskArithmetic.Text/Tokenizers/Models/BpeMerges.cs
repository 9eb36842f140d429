namespace TaskArithmetic.Text.Tokenizers.Models;

/// <summary>The merges of a byte-pair encoding by the ids of the two tokens they join.</summary>
internal sealed class BpeMerges(int capacity)
{
    private readonly Dictionary<ulong, BpeMerge> merges = new(capacity);
    private readonly HashSet<uint> joints = [];

    /// <summary>Sets the merge of two tokens; a pair listed twice keeps its last place.</summary>
    public void Set(string left, int leftId, string right, int rightId, BpeMerge merge)
    {
        merges[Key(leftId, rightId)] = merge;
        if (left.Length > 0 && right.Length > 0)
            joints.Add(Joint(left[^1], right[0]));
    }

    /// <summary>Whether any merge joins a token that ends in one character with a token that starts with the other.</summary>
    public bool CanJoin(char end, char start) => joints.Contains(Joint(end, start));

    public bool TryGet(int left, int right, out BpeMerge merge) => merges.TryGetValue(Key(left, right), out merge);

    /// <summary>The merges in order of rank.</summary>
    public IEnumerable<(int Left, int Right)> InOrder() =>
        merges.OrderBy(m => m.Value.Rank).Select(m => ((int)(m.Key >> 32), (int)(uint)m.Key));

    private static uint Joint(char end, char start) => ((uint)end << 16) | start;

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;
}
