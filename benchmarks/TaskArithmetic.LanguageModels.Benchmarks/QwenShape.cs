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
        AttentionScale = 0.125,
        SlidingWindows = new int?[24],
        EndOfSequenceIds = [],
    };

    /// <summary>Tokens of each prompt whose continuation is timed.</summary>
    public const int DecodedPrompt = 8;

    /// <summary>Weights that a token is multiplied with.</summary>
    public static double MultipliedWeights { get; } = 24 * (896.0 * (896 + 256 + 896) + 3.0 * 896 * 4864) + HeadWeights;

    /// <summary>Those of the head, which only the last token of a prompt meets.</summary>
    public static double HeadWeights => 151936.0 * 896;

    /// <summary>A token of a prompt.</summary>
    public static int Token(int row, int position) => (row * 7919 + position * 31) % 151000;

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
            FeedForwardNorm = Random(model.HiddenSize),
            GateUp = Random(2 * model.IntermediateSize, model.HiddenSize),
            Down = Random(model.HiddenSize, model.IntermediateSize),
        }).ToList();
        return new(embedding, layers, Random(model.HiddenSize), embedding);
    }

    /// <summary>The same weights in float32.</summary>
    public static DecoderWeights Widened(DecoderWeights weights)
    {
        using var mode = inference_mode();
        static Tensor Wide(Tensor tensor) => tensor.to(ScalarType.Float32);
        var embedding = Wide(weights.Embedding);
        return new(embedding, [.. weights.Layers.Select(layer => layer with
        {
            InputNorm = Wide(layer.InputNorm),
            QueryKeyValue = Wide(layer.QueryKeyValue),
            QueryKeyValueBias = Wide(layer.QueryKeyValueBias!),
            Output = Wide(layer.Output),
            FeedForwardNorm = Wide(layer.FeedForwardNorm),
            GateUp = Wide(layer.GateUp),
            Down = Wide(layer.Down),
        })], Wide(weights.FinalNorm), embedding);
    }

    /// <summary>The matrices that a step multiplies with: every weight that matters to speed.</summary>
    public static IReadOnlyList<Tensor> Matrices(DecoderWeights weights) =>
        [.. weights.Layers.SelectMany(layer => (Tensor[])[layer.QueryKeyValue, layer.Output, layer.GateUp, layer.Down]), weights.Head];
}
