using TaskArithmetic.Checkpoints;

namespace TaskArithmetic.Adapters;

/// <summary>Weights that a family stores [in, out] (transformers' Conv1D) where others store [out, in].</summary>
internal static class TransposedWeights
{
    private static readonly string[] Families = ["gpt2", "openai-gpt", "imagegpt", "decision_transformer"];

    private static readonly string[] Layers = ["c_attn", "c_proj", "c_fc", "q_attn"];

    /// <summary>Whether a module of a model is of that kind.</summary>
    public static bool Has(Checkpoint model, string module) =>
        Families.Contains(model.Config?.ModelType) && Layers.Any(layer => ModuleSelection.Fits(module, layer));
}
