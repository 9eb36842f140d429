using static TorchSharp.torch;

namespace TaskArithmetic.LanguageModels;

/// <summary>All weights of a causal language model, in the dtype and on the device it computes with.</summary>
/// <param name="Embedding">[vocabulary, hidden].</param>
/// <param name="Layers">The decoder layers, first to last.</param>
/// <param name="FinalNorm">[hidden].</param>
/// <param name="Head">[vocabulary, hidden]; the embedding itself in a tied model.</param>
internal sealed record DecoderWeights(Tensor Embedding, IReadOnlyList<DecoderLayerWeights> Layers, Tensor FinalNorm, Tensor Head) : IDisposable
{
    /// <summary>Number of weights; a tied head counts once more, as it is multiplied with.</summary>
    public long Elements => Embedding.numel() + Head.numel() + FinalNorm.numel() + Layers.Sum(layer => layer.Elements);

    public void Dispose()
    {
        foreach (var layer in Layers)
            layer.Dispose();
        FinalNorm.Dispose();
        Head.Dispose();
        Embedding.Dispose();
    }
}
