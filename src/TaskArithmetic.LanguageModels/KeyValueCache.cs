using TorchSharp;
using static TorchSharp.torch;

namespace TaskArithmetic.LanguageModels;

/// <summary>
/// Keys and values of the tokens seen so far, allocated once for the longest answer: per layer
/// [rows, key/value heads, slots, head dimension]. All rows end at the same slot; shorter ones begin with padding.
/// </summary>
internal sealed class KeyValueCache : IDisposable
{
    private readonly Tensor[] keys;
    private readonly Tensor[] values;

    public KeyValueCache(ModelConfiguration model, IReadOnlyList<int> padding, int slots, ScalarType dtype, Device device)
        : this(
            [.. Enumerable.Range(0, model.LayerCount).Select(_ => zeros([padding.Count, model.KeyValueHeadCount, slots, model.HeadDimension], dtype, device))],
            [.. Enumerable.Range(0, model.LayerCount).Select(_ => zeros([padding.Count, model.KeyValueHeadCount, slots, model.HeadDimension], dtype, device))],
            padding, slots, 0)
    {
    }

    private KeyValueCache(Tensor[] keys, Tensor[] values, IReadOnlyList<int> padding, int slots, int length)
    {
        this.keys = [.. keys.Select(tensor => tensor.DetachFromDisposeScope())];
        this.values = [.. values.Select(tensor => tensor.DetachFromDisposeScope())];
        Padding = padding;
        Slots = slots;
        Length = length;
    }

    /// <summary>Slots of padding at the start of each row.</summary>
    public IReadOnlyList<int> Padding { get; }

    /// <summary>Slots allocated.</summary>
    public int Slots { get; }

    /// <summary>Slots filled in every layer.</summary>
    public int Length { get; private set; }

    /// <summary>The allocated keys of a layer.</summary>
    public Tensor Keys(int layer) => keys[layer];

    /// <summary>The allocated values of a layer.</summary>
    public Tensor Values(int layer) => values[layer];

    /// <summary>Writes a layer's keys and values, [rows, key/value heads, tokens, head dimension], behind the filled slots.</summary>
    public void Append(int layer, Tensor newKeys, Tensor newValues)
    {
        var tokens = newKeys.shape[2];
        keys[layer].narrow(2, Length, tokens).copy_(newKeys);
        values[layer].narrow(2, Length, tokens).copy_(newValues);
    }

    /// <summary>Counts the tokens that every layer has appended.</summary>
    public void Advance(int tokens) => Length += tokens;

    /// <summary>A cache of some of the rows.</summary>
    public KeyValueCache Select(IReadOnlyList<int> rows)
    {
        using var scope = NewDisposeScope();
        var index = tensor(rows.Select(row => (long)row).ToArray(), device: keys[0].device);
        return new(
            [.. keys.Select(tensor => tensor.index_select(0, index))],
            [.. values.Select(tensor => tensor.index_select(0, index))],
            [.. rows.Select(row => Padding[row])], Slots, Length);
    }

    public void Dispose()
    {
        foreach (var tensor in keys.Concat(values))
            tensor.Dispose();
    }
}
