using TaskArithmetic.Adapters;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Planning;

namespace TaskArithmetic.Extraction;

/// <summary>How a tensor goes into an adapter.</summary>
internal enum LoraKind
{
    /// <summary>lora_A and lora_B.</summary>
    Factors,

    /// <summary>lora_A and lora_B of a weight that is stored [in, out].</summary>
    TransposedFactors,

    /// <summary>lora_embedding_A and lora_embedding_B.</summary>
    EmbeddingFactors,

    /// <summary>Whole, with its module in modules_to_save.</summary>
    Saved,

    /// <summary>Whole, as the bias of a module that has factors.</summary>
    Bias,

    /// <summary>Not at all.</summary>
    LeftOut,
}

/// <summary>The tensors of a pair and how each goes into the adapter.</summary>
internal sealed class LoraParts
{
    /// <summary>Tables that are looked up by number, beside those that a head can be tied to: of tokens and of positions.</summary>
    private static readonly string[] Embeddings = ["wte", "wpe", "embed_tokens", "embed_positions", "embed_in", "word_embeddings", "position_embeddings"];

    private readonly Dictionary<string, LoraKind> kinds;

    private LoraParts(IReadOnlyList<PlannedTensor> tensors, Dictionary<string, LoraKind> kinds) => (Tensors, this.kinds) = (tensors, kinds);

    /// <summary>Tensors that both models have, in ordinal order of their names.</summary>
    public IReadOnlyList<PlannedTensor> Tensors { get; }

    /// <summary>How a tensor goes in.</summary>
    public LoraKind KindOf(PlannedTensor tensor) => kinds[tensor.Name];

    /// <summary>Sorts the tensors of a plan.</summary>
    public static LoraParts Of(MergePlan plan, Checkpoint model, LoraOptions options)
    {
        var tensors = plan.Tensors.Values.Where(t => t.Inputs.Count > 0 && !IsTwin(t.Name, model)).OrderBy(t => t.Name, StringComparer.Ordinal).ToList();
        var excluded = options.Excluded.Select(ModuleSelection.Expression).ToList();
        var kinds = tensors.ToDictionary(t => t.Name, Kind, StringComparer.Ordinal);
        foreach (var bias in tensors.Where(t => t.Name.EndsWith(".bias", StringComparison.Ordinal)))
        {
            if (kinds.TryGetValue($"{ModuleOf(bias.Name)}.weight", out var weight) && weight is LoraKind.Factors or LoraKind.TransposedFactors)
                kinds[bias.Name] = LoraKind.Bias;
        }
        return new LoraParts(tensors, kinds);

        LoraKind Kind(PlannedTensor tensor)
        {
            var module = ModuleOf(tensor.Name);
            if (excluded.Any(e => e.IsMatch(module)))
                return LoraKind.LeftOut;
            var isMatrix = tensor.Shape.Count == 2 && tensor.Name.EndsWith(".weight", StringComparison.Ordinal);
            if (!TiedHead.IsHeadOrEmbedding(tensor.Name) && !Embeddings.Any(name => ModuleSelection.Fits(module, name)))
                return isMatrix ? TransposedWeights.Has(model, module) ? LoraKind.TransposedFactors : LoraKind.Factors : options.SkipUndecomposable ? LoraKind.LeftOut : LoraKind.Saved;
            return !options.EmbedLora || !isMatrix ? options.SkipUndecomposable ? LoraKind.LeftOut : LoraKind.Saved
                : tensor.Name == TiedHead.HeadName ? LoraKind.Factors : LoraKind.EmbeddingFactors;
        }
    }

    /// <summary>The name without its last part.</summary>
    public static string ModuleOf(string name) => name[..Math.Max(0, name.LastIndexOf('.'))];

    /// <summary>The head of a tied model that is stored beside its embedding.</summary>
    private static bool IsTwin(string name, Checkpoint model) => model.IsTied && name == TiedHead.HeadName && TiedHead.EmbeddingName(model) is not null;
}
