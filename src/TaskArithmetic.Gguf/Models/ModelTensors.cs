using TaskArithmetic.Checkpoints;
using TaskArithmetic.Gguf.Format;
using TaskArithmetic.LanguageModels;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Gguf.Models;

/// <summary>
/// The tensors of a checkpoint under llama.cpp's names. A Llama there rotates neighbouring rows of queries and keys instead of the two halves
/// of a head, so those change places; the other architectures rotate halves as Hugging Face does.
/// </summary>
internal sealed class ModelTensors(Checkpoint checkpoint, ModelConfiguration model)
{
    private static readonly Dictionary<string, string> LayerNames = new(StringComparer.Ordinal)
    {
        ["input_layernorm"] = "attn_norm",
        ["self_attn.q_proj"] = "attn_q",
        ["self_attn.k_proj"] = "attn_k",
        ["self_attn.v_proj"] = "attn_v",
        ["self_attn.o_proj"] = "attn_output",
        ["self_attn.qkv_proj"] = "attn_qkv",
        ["self_attn.q_norm"] = "attn_q_norm",
        ["self_attn.k_norm"] = "attn_k_norm",
        ["post_attention_layernorm"] = "ffn_norm",
        ["mlp.gate_proj"] = "ffn_gate",
        ["mlp.up_proj"] = "ffn_up",
        ["mlp.gate_up_proj"] = "ffn_up",
        ["mlp.down_proj"] = "ffn_down",
    };

    /// <summary>Gemma has a norm on both sides of attention and feed-forward.</summary>
    private static readonly Dictionary<string, string> GemmaNames = new(LayerNames, StringComparer.Ordinal)
    {
        ["post_attention_layernorm"] = "post_attention_norm",
        ["pre_feedforward_layernorm"] = "ffn_norm",
        ["post_feedforward_layernorm"] = "post_ffw_norm",
    };

    /// <summary>All tensors in the order of the layers.</summary>
    /// <param name="matrices">The type of matrices whose rows are whole blocks of it; null for the type in which each is stored.</param>
    public IReadOnlyList<GgufTensor> All(GgufType? matrices) =>
        [.. TensorLayout.Of(model).Select(expected => Of(expected, matrices)), .. RopeTensors()];

    private GgufTensor Of(ExpectedTensor expected, GgufType? matrices)
    {
        checkpoint.TryGetTensor(expected.Name, out var source);
        var dtype = source!.Info.DType;
        return new GgufTensor(NameOf(expected.Name), Type(expected.Shape, matrices ?? AsStored(dtype)), expected.Shape)
        {
            Source = source,
            PairedRows = PairedRows(expected.Name),
            // Gemma's norms multiply by 1 + w, llama.cpp's by what is stored.
            Shift = model.IsGemma && expected.Name.EndsWith("norm.weight", StringComparison.Ordinal) ? 1 : 0,
        };
    }

    /// <summary>Norms and biases stay float32, as llama.cpp asks; rows that are no whole blocks become float16, as its own quantizer has it.</summary>
    private static GgufType Type(IReadOnlyList<ulong> shape, GgufType type) => shape.Count == 1 ? GgufType.F32
        : type == GgufType.Q8Zero && shape[^1] % Q8Zero.BlockWeights != 0 ? GgufType.F16
        : type;

    /// <summary>The type that loses nothing; float64 is more than the format's readers take.</summary>
    public static GgufType AsStored(DType dtype) => dtype switch { DType.BF16 => GgufType.BF16, DType.F16 => GgufType.F16, _ => GgufType.F32 };

    private string NameOf(string name)
    {
        switch (name)
        {
            case TensorLayout.EmbeddingName: return "token_embd.weight";
            case TensorLayout.FinalNormName: return "output_norm.weight";
            case TensorLayout.HeadName: return "output.weight";
        }
        // model.layers.N.MODULE.weight or .bias
        var parts = name.Split('.', 4);
        var kind = parts[3].LastIndexOf('.');
        return $"blk.{parts[2]}.{(model.IsGemma ? GemmaNames : LayerNames)[parts[3][..kind]]}{parts[3][kind..]}";
    }

    private int PairedRows(string name) =>
        ModelMetadata.Architecture(model.Family) == "llama" && (name.Contains(".q_proj.", StringComparison.Ordinal) || name.Contains(".k_proj.", StringComparison.Ordinal))
            ? model.HeadDimension
            : 0;

    private IEnumerable<GgufTensor> RopeTensors()
    {
        if (model.Rope.Type == RopeType.Llama3)
            yield return Constant("rope_freqs.weight", RopeFactors.Llama3(model.Rope, model.HeadDimension));
        if (model.Rope.Type != RopeType.LongRope)
            yield break;
        // Where no text is long enough for the long ones they are not offered: llama.cpp would take them for a context that merely has more room.
        var isEverLong = ModelMetadata.ContextLength(model) > model.Rope.OriginalMaxPositionEmbeddings;
        yield return Constant("rope_factors_long.weight", [.. (isEverLong ? model.Rope.LongFactors : model.Rope.ShortFactors).Select(factor => (float)factor)]);
        yield return Constant("rope_factors_short.weight", [.. model.Rope.ShortFactors.Select(factor => (float)factor)]);
    }

    private static GgufTensor Constant(string name, float[] values) => new(name, GgufType.F32, [(ulong)values.Length]) { Values = values };
}
