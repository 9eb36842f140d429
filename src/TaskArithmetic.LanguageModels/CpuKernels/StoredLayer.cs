using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace TaskArithmetic.LanguageModels.CpuKernels;

/// <summary>One layer's weights as the kernels read them: matrices in place, vectors as float32.</summary>
internal sealed class StoredLayer(DecoderLayerWeights weights)
{
    public float[] InputNorm { get; } = Vector(weights.InputNorm)!;

    public StoredMatrix QueryKeyValue { get; } = new(weights.QueryKeyValue);

    public float[]? QueryKeyValueBias { get; } = Vector(weights.QueryKeyValueBias);

    public float[]? QueryNorm { get; } = Vector(weights.QueryNorm);

    public float[]? KeyNorm { get; } = Vector(weights.KeyNorm);

    public StoredMatrix Output { get; } = new(weights.Output);

    public float[]? OutputBias { get; } = Vector(weights.OutputBias);

    public float[]? AttentionOutputNorm { get; } = Vector(weights.AttentionOutputNorm);

    public float[] FeedForwardNorm { get; } = Vector(weights.FeedForwardNorm)!;

    public StoredMatrix GateUp { get; } = new(weights.GateUp);

    public float[]? GateUpBias { get; } = Vector(weights.GateUpBias);

    public StoredMatrix Down { get; } = new(weights.Down);

    public float[]? DownBias { get; } = Vector(weights.DownBias);

    public float[]? FeedForwardOutputNorm { get; } = Vector(weights.FeedForwardOutputNorm);

    /// <summary>A vector of weights as float32.</summary>
    public static float[]? Vector(Tensor? tensor)
    {
        if (tensor is null)
            return null;
        using var wide = tensor.to(ScalarType.Float32);
        return MemoryMarshal.Cast<byte, float>(wide.bytes).ToArray();
    }
}
