using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Benchmarks.WholeMerge;

/// <summary>The tensors of a Qwen2.5 model, tied head.</summary>
internal sealed record ModelShape(string Name, ulong Hidden, ulong FeedForward, ulong KeyValue, int Layers)
{
    private const ulong Vocabulary = 151_936;

    public static IReadOnlyList<ModelShape> All { get; } =
    [
        new("0.5B", 896, 4864, 128, 24),
        new("1.5B", 1536, 8960, 256, 28),
    ];

    public IEnumerable<(string Name, DType DType, IReadOnlyList<ulong> Shape)> Tensors()
    {
        yield return Tensor("model.embed_tokens.weight", Vocabulary, Hidden);
        for (var i = 0; i < Layers; i++)
        {
            var layer = $"model.layers.{i}";
            yield return Tensor($"{layer}.input_layernorm.weight", Hidden);
            yield return Tensor($"{layer}.mlp.down_proj.weight", Hidden, FeedForward);
            yield return Tensor($"{layer}.mlp.gate_proj.weight", FeedForward, Hidden);
            yield return Tensor($"{layer}.mlp.up_proj.weight", FeedForward, Hidden);
            yield return Tensor($"{layer}.post_attention_layernorm.weight", Hidden);
            yield return Tensor($"{layer}.self_attn.k_proj.bias", KeyValue);
            yield return Tensor($"{layer}.self_attn.k_proj.weight", KeyValue, Hidden);
            yield return Tensor($"{layer}.self_attn.o_proj.weight", Hidden, Hidden);
            yield return Tensor($"{layer}.self_attn.q_proj.bias", Hidden);
            yield return Tensor($"{layer}.self_attn.q_proj.weight", Hidden, Hidden);
            yield return Tensor($"{layer}.self_attn.v_proj.bias", KeyValue);
            yield return Tensor($"{layer}.self_attn.v_proj.weight", KeyValue, Hidden);
        }
        yield return Tensor("model.norm.weight", Hidden);
    }

    private static (string, DType, IReadOnlyList<ulong>) Tensor(string name, params ulong[] shape) => (name, DType.BF16, shape);
}
