using TaskArithmetic.Diagnostics;
using TaskArithmetic.LanguageModels;

namespace TaskArithmetic.Gguf.Models;

/// <summary>What a configuration may ask for that llama.cpp does not compute for the architecture, so that answers would be wrong in silence.</summary>
internal static class ModelCheck
{
    /// <summary>All of it: errors, and warnings where only long texts differ.</summary>
    public static IEnumerable<Diagnostic> Of(string folder, ModelConfiguration model)
    {
        var name = ModelMetadata.Architecture(model.Family);
        foreach (var reason in Unsupported(model))
            yield return GgufDiagnostics.NotComputed(folder, name, reason);
        if (ModelMetadata.ContextLength(model) is var context && context < model.MaxPositionEmbeddings)
            yield return GgufDiagnostics.ShorterContext(folder, context, $"llama.cpp has no sliding windows for {name}");
        if (model.Rope.Type == RopeType.LongRope && model.Rope.OriginalMaxPositionEmbeddings < context)
            yield return GgufDiagnostics.ContextDecides(folder, model.Rope.OriginalMaxPositionEmbeddings);
        if (model.Rope.Type == RopeType.Dynamic)
            yield return GgufDiagnostics.ShorterContext(folder, context, "llama.cpp does not compute the rope type 'dynamic', which changes longer texts only");
    }

    private static IEnumerable<string> Unsupported(ModelConfiguration model)
    {
        var isLlama = ModelMetadata.Architecture(model.Family) == "llama";
        var isPhi = model.Family == ModelFamily.Phi3;
        if (model.OutputBias && !isLlama)
            yield return "a bias of the attention's output";
        if ((isPhi || model.Family == ModelFamily.Qwen2) && model.HeadCount * model.HeadDimension != model.HiddenSize)
            yield return "heads that are together not as wide as the model";
        foreach (var reason in UnsupportedRope(model.Rope, isLlama, isPhi))
            yield return reason;
        if (model.IsGemma)
        {
            foreach (var reason in UnsupportedGemma(model))
                yield return reason;
        }
    }

    private static IEnumerable<string> UnsupportedRope(RopeParameters rope, bool isLlama, bool isPhi)
    {
        if ((rope.Type == RopeType.Llama3 && !isLlama) || (rope.Type == RopeType.LongRope && !isLlama && !isPhi))
            yield return $"the rope type '{rope.Type.ToString().ToLowerInvariant()}'";
        if (rope.PartialRotaryFactor != 1 && !isPhi)
            yield return "'partial_rotary_factor'";
        if (rope.Type == RopeType.Yarn && !rope.Truncate)
            yield return "yarn without 'truncate'";
        if (rope.Type == RopeType.Yarn && (rope.BetaFast, rope.BetaSlow) != (32, 1))
            yield return "yarn with another 'beta_fast' than 32 or another 'beta_slow' than 1";
    }

    private static IEnumerable<string> UnsupportedGemma(ModelConfiguration model)
    {
        // The largest Gemma is known to llama.cpp by its 62 layers, and has its own scale there.
        var width = model.LayerCount == 62 ? model.HiddenSize / model.HeadCount : model.HeadDimension;
        if (Math.Abs((model.AttentionScale * Math.Sqrt(width)) - 1) > 1e-6)
            yield return $"another 'query_pre_attn_scalar' than {width}";
        if (ModelMetadata.SlidingPattern(model) is null)
            yield return "layers with a sliding window in another order than some with one and then one without";
        if (model.Rope.Type is not (RopeType.Default or RopeType.Linear) || (model.SlidingRope ?? new RopeParameters()).Type != RopeType.Default)
            yield return "a rope type other than 'linear' on the layers that see everything and 'default' on the others";
    }
}
