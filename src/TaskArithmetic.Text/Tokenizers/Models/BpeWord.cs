namespace TaskArithmetic.Text.Tokenizers.Models;

/// <summary>
/// A word while its symbols are merged: a linked list over arrays, and a queue of the merges possible in it.
/// One instance serves one encoding at a time and is reused for its words.
/// </summary>
internal sealed class BpeWord
{
    private const int Removed = -1, None = -1;

    private readonly PriorityQueue<int, ulong> queue = new();
    private int[] ids = new int[64];
    private int[] previous = new int[64];
    private int[] next = new int[64];
    private int count;

    public void Clear() => count = 0;

    public void Add(int id)
    {
        if (count == ids.Length)
        {
            Array.Resize(ref ids, count * 2);
            Array.Resize(ref previous, count * 2);
            Array.Resize(ref next, count * 2);
        }
        ids[count] = id;
        previous[count] = count - 1;
        next[count] = None;
        if (count > 0)
            next[count - 1] = count;
        count++;
    }

    /// <summary>Merges until nothing can be: lowest rank first, and of equal ranks the leftmost.</summary>
    public void MergeAll(BpeMerges merges)
    {
        queue.Clear();
        for (var i = 0; i + 1 < count; i++)
            Enqueue(i, i + 1, merges);
        while (queue.TryDequeue(out var id, out var priority))
        {
            var left = (int)(uint)priority;
            var right = ids[left] == Removed ? None : next[left];
            // The symbols may have changed since the merge was queued; it stands if what is there now gives the same token.
            if (right == None || !merges.TryGet(ids[left], ids[right], out var merge) || merge.Id != id)
                continue;
            Join(left, right, id);
            if (previous[left] != None)
                Enqueue(previous[left], left, merges);
            if (next[left] != None)
                Enqueue(left, next[left], merges);
        }
    }

    public void AppendTo(List<int> output)
    {
        for (var i = 0; i < count; i++)
        {
            if (ids[i] != Removed)
                output.Add(ids[i]);
        }
    }

    private void Join(int left, int right, int id)
    {
        ids[left] = id;
        ids[right] = Removed;
        next[left] = next[right];
        if (next[right] != None)
            previous[next[right]] = left;
    }

    private void Enqueue(int left, int right, BpeMerges merges)
    {
        if (merges.TryGet(ids[left], ids[right], out var merge))
            queue.Enqueue(merge.Id, ((ulong)(uint)merge.Rank << 32) | (uint)left);
    }
}
