using TaskArithmetic.LanguageModels;
using TorchSharp;
using static TorchSharp.torch;

namespace TaskArithmetic.LanguageModels.Benchmarks;

/// <summary>A model of Qwen2.5-0.5B's shape with random bfloat16 weights; speed does not depend on their values.</summary>
internal static class QwenShape
{
    public static ModelConfiguration Configuration { get; } = new()
    {
        Family = ModelFamily.Qwen2,
        HiddenSize = 896,
        IntermediateSize = 4864,
        LayerCount = 24,
        HeadCount = 14,
        KeyValueHeadCount = 2,
        HeadDimension = 64,
        VocabularySize = 151936,
        MaxPositionEmbeddings = 32768,
        RmsNormEpsilon = 1e-6,
        TieWordEmbeddings = true,
        QueryKeyValueBias = true,
        OutputBias = false,
        FeedForwardBias = false,
        Rope = new RopeParameters { Theta = 1e6 },
        SlidingWindows = new int?[24],
        EndOfSequenceIds = [],
    };

    public static DecoderWeights RandomWeights()
    {
        using var mode = inference_mode();
        using var scale = tensor(0.02f);
        var model = Configuration;
        Tensor Random(params long[] shape) => randn(shape).mul_(scale).to(ScalarType.BFloat16);
        var width = (model.HeadCount + 2 * model.KeyValueHeadCount) * model.HeadDimension;
        var embedding = Random(model.VocabularySize, model.HiddenSize);
        var layers = Enumerable.Range(0, model.LayerCount).Select(_ => new DecoderLayerWeights
        {
            InputNorm = Random(model.HiddenSize),
            QueryKeyValue = Random(width, model.HiddenSize),
            QueryKeyValueBias = Random(width),
            Output = Random(model.HiddenSize, model.HiddenSize),
            PostAttentionNorm = Random(model.HiddenSize),
            GateUp = Random(2 * model.IntermediateSize, model.HiddenSize),
            Down = Random(model.HiddenSize, model.IntermediateSize),
        }).ToList();
        return new(embedding, layers, Random(model.HiddenSize), embedding);
    }

    /// <summary>The matrices that a step multiplies with: every weight that matters to speed.</summary>
    public static IReadOnlyList<Tensor> Matrices(DecoderWeights weights) =>
        [.. weights.Layers.SelectMany(layer => (Tensor[])[layer.QueryKeyValue, layer.Output, layer.GateUp, layer.Down]), weights.Head];
}
