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

/// <summary>
/// The weights of one decoder layer. Projections that read the same input are stored as one matrix, [out, in]:
/// queries above keys above values, gate above up.
/// </summary>
internal sealed record DecoderLayerWeights : IDisposable
{
    public required Tensor InputNorm { get; init; }

    public required Tensor QueryKeyValue { get; init; }

    public Tensor? QueryKeyValueBias { get; init; }

    public Tensor? QueryNorm { get; init; }

    public Tensor? KeyNorm { get; init; }

    public required Tensor Output { get; init; }

    public Tensor? OutputBias { get; init; }

    /// <summary>Norm of what attention adds, before it is added (Gemma 3).</summary>
    public Tensor? AttentionOutputNorm { get; init; }

    /// <summary>Norm before the feed-forward.</summary>
    public required Tensor FeedForwardNorm { get; init; }

    public required Tensor GateUp { get; init; }

    public Tensor? GateUpBias { get; init; }

    public required Tensor Down { get; init; }

    public Tensor? DownBias { get; init; }

    /// <summary>Norm of what the feed-forward adds, before it is added (Gemma 3).</summary>
    public Tensor? FeedForwardOutputNorm { get; init; }

    /// <summary>Number of weights in the layer.</summary>
    public long Elements => All.Sum(tensor => tensor?.numel() ?? 0);

    private Tensor?[] All => [InputNorm, QueryKeyValue, QueryKeyValueBias, QueryNorm, KeyNorm, Output, OutputBias, AttentionOutputNorm, FeedForwardNorm, GateUp, GateUpBias, Down, DownBias, FeedForwardOutputNorm];

    public void Dispose()
    {
        foreach (var tensor in All)
            tensor?.Dispose();
    }
}
