using TorchSharp;
using static TorchSharp.torch;

namespace TaskArithmetic.LanguageModels;

/// <summary>
/// Keys and values of the tokens seen so far, allocated once for the longest answer: per layer
/// [rows, key/value heads, slots, head dimension]. All rows end at the same slot; shorter ones begin with padding. So a
/// row that comes in later stands as far to the right as its length asks for, and once the slots are full all rows move
/// left by the padding they share.
/// </summary>
internal sealed class KeyValueCache : IDisposable
{
    private readonly Tensor[] keys;
    private readonly Tensor[] values;
    private readonly int[] padding;

    public KeyValueCache(ModelConfiguration model, int rows, int slots, ScalarType dtype, Device device)
    {
        Tensor[] Allocate() =>
            [.. Enumerable.Range(0, model.LayerCount).Select(_ => zeros([rows, model.KeyValueHeadCount, slots, model.HeadDimension], dtype, device).DetachFromDisposeScope())];
        keys = Allocate();
        values = Allocate();
        padding = new int[rows];
        Slots = slots;
    }

    /// <summary>Slots of padding at the start of each row.</summary>
    public IReadOnlyList<int> Padding => padding;

    /// <summary>Slots allocated.</summary>
    public int Slots { get; }

    /// <summary>Slots filled in every layer.</summary>
    public int Length { get; private set; }

    /// <summary>The allocated keys of a layer.</summary>
    public Tensor Keys(int layer) => keys[layer];

    /// <summary>The allocated values of a layer.</summary>
    public Tensor Values(int layer) => values[layer];

    /// <summary>Forgets a row, whose place another may take.</summary>
    public void Leave(int row) => padding[row] = Length;

    /// <summary>
    /// Prepares rows for as many tokens as they will hold, which <see cref="Write"/> then brings: no more than the longest
    /// of the other rows holds, unless all others have left.
    /// </summary>
    public void Enter(IReadOnlyList<int> rows, IReadOnlyList<int> lengths)
    {
        Length = Math.Max(Length, lengths.Max());
        for (var i = 0; i < rows.Count; i++)
            padding[rows[i]] = Length - lengths[i];
    }

    /// <summary>Writes a layer's keys and values, [given rows, key/value heads, tokens, head dimension], to the last filled slots.</summary>
    public void Write(int layer, IReadOnlyList<int> rows, Tensor newKeys, Tensor newValues)
    {
        var tokens = newKeys.shape[2];
        for (var i = 0; i < rows.Count; i++)
        {
            keys[layer].narrow(0, rows[i], 1).narrow(2, Length - tokens, tokens).copy_(newKeys.narrow(0, i, 1));
            values[layer].narrow(0, rows[i], 1).narrow(2, Length - tokens, tokens).copy_(newValues.narrow(0, i, 1));
        }
    }

    /// <summary>Writes a layer's keys and values of one more token in each row, [rows, key/value heads, 1, head dimension].</summary>
    public void Append(int layer, Tensor newKeys, Tensor newValues)
    {
        keys[layer].narrow(2, Length, 1).copy_(newKeys);
        values[layer].narrow(2, Length, 1).copy_(newValues);
    }

    /// <summary>Counts the token that every layer has appended.</summary>
    public void Advance() => Length++;

    /// <summary>Moves all rows left if no slot is free.</summary>
    public void MakeRoom()
    {
        if (Length < Slots)
            return;
        using var scope = NewDisposeScope();
        var shift = padding.Min();
        foreach (var tensor in keys.Concat(values))
            tensor.narrow(2, 0, Length - shift).copy_(tensor.narrow(2, shift, Length - shift).clone());
        for (var row = 0; row < padding.Length; row++)
            padding[row] -= shift;
        Length -= shift;
    }

    public void Dispose()
    {
        foreach (var tensor in keys.Concat(values))
            tensor.Dispose();
    }
}
