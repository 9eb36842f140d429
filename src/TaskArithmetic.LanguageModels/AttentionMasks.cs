using TorchSharp;
using static TorchSharp.torch;

namespace TaskArithmetic.LanguageModels;

/// <summary>
/// Which tokens of a batch see which, as boolean tensors [rows or 1, 1, width, width], one for each sliding window of
/// the model; null where plain causality suffices.
/// </summary>
internal sealed class AttentionMasks(TokenBatch batch, Device device)
{
    private readonly Dictionary<int, Tensor> masks = [];

    /// <summary>The mask for a layer's window (null for full attention).</summary>
    public Tensor? For(int? window)
    {
        var effective = window is { } size && size < batch.Width ? size : 0;
        if (effective == 0 && batch.IsPlain)
            return null;
        if (!masks.TryGetValue(effective, out var mask))
            masks.Add(effective, mask = Build(effective));
        return mask;
    }

    private Tensor Build(int window)
    {
        using var scope = NewDisposeScope();
        // Numbers go in as tensors: see Decoder.
        var index = tensor(Enumerable.Range(0, batch.Width).ToArray(), device: device);
        var allowed = index.unsqueeze(0).le(index.unsqueeze(1)).view(1, 1, batch.Width, batch.Width);
        if (!batch.IsPlain)
        {
            var branches = tensor(batch.Branches, [batch.Rows, 1, batch.Width], device: device);
            var keys = branches.unsqueeze(2);
            allowed = allowed & (keys.eq(tensor(0, device: device)) | keys.eq(branches.unsqueeze(3)));
        }
        if (window > 0)
        {
            var positions = tensor(batch.Positions, [batch.Rows, 1, batch.Width], device: device);
            allowed = allowed & (positions.unsqueeze(3) - positions.unsqueeze(2)).lt(tensor(window, device: device));
        }
        return allowed.MoveToOuterDisposeScope();
    }
}
