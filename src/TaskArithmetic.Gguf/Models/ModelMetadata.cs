using TaskArithmetic.Gguf.Format;
using TaskArithmetic.LanguageModels;

namespace TaskArithmetic.Gguf.Models;

/// <summary>
/// The hyperparameters of a model by the names under which llama.cpp's loaders look for them. Source: ggml's docs/gguf.md and the names in
/// llama.cpp's llama-arch.cpp.
/// </summary>
internal sealed class ModelMetadata(ModelConfiguration model, GgufMetadata metadata)
{
    private string Prefix => Architecture(model.Family);

    /// <summary>What llama.cpp calls an architecture. Mistral is a Llama there.</summary>
    public static string Architecture(ModelFamily family) => family == ModelFamily.Mistral ? "llama" : family.ToString().ToLowerInvariant();

    /// <summary>The longest text for which llama.cpp computes what the model means: of these architectures it has sliding windows for Gemma alone.</summary>
    public static int ContextLength(ModelConfiguration model) => model.IsGemma
        ? model.MaxPositionEmbeddings
        : Math.Min(model.MaxPositionEmbeddings, model.SlidingWindows.Min() ?? int.MaxValue);

    /// <summary>
    /// Gemma 3: P, where each P-th layer sees everything and all others a window; 0 where no layer has one, null where it is otherwise.
    /// </summary>
    public static int? SlidingPattern(ModelConfiguration model)
    {
        var windows = model.SlidingWindows;
        if (windows.All(window => window is null))
            return 0;
        var pattern = windows.TakeWhile(window => window is not null).Count() + 1;
        return windows.Select((window, layer) => (layer + 1) % pattern == 0 ? window is null : window == windows[0]).All(fits => fits) && windows[0] is not null ? pattern : null;
    }

    /// <summary>Adds all of them.</summary>
    public void Add()
    {
        metadata.Add($"{Prefix}.block_count", model.LayerCount);
        metadata.Add($"{Prefix}.context_length", ContextLength(model));
        metadata.Add($"{Prefix}.embedding_length", model.HiddenSize);
        metadata.Add($"{Prefix}.feed_forward_length", model.IntermediateSize);
        metadata.Add($"{Prefix}.attention.head_count", model.HeadCount);
        metadata.Add($"{Prefix}.attention.head_count_kv", model.KeyValueHeadCount);
        metadata.Add($"{Prefix}.attention.key_length", model.HeadDimension);
        metadata.Add($"{Prefix}.attention.value_length", model.HeadDimension);
        metadata.Add($"{Prefix}.attention.layer_norm_rms_epsilon", model.RmsNormEpsilon);
        metadata.Add($"{Prefix}.vocab_size", model.VocabularySize);
        AddRope(model.Rope);
        if (model.IsGemma)
            AddGemma();
        else if (model.Family == ModelFamily.Phi3)
            // Its loader asks for the key; what it has for windows is switched off.
            metadata.Add($"{Prefix}.attention.sliding_window", 0);
    }

    private void AddGemma()
    {
        if (model.FinalLogitSoftcap is { } cap)
            metadata.Add($"{Prefix}.final_logit_softcapping", cap);
        if (model.SlidingWindows[0] is not { } window)
            return;
        metadata.Add($"{Prefix}.attention.sliding_window", window);
        metadata.Add($"{Prefix}.attention.sliding_window_pattern", SlidingPattern(model)!.Value);
        metadata.Add($"{Prefix}.rope.freq_base_swa", (model.SlidingRope ?? model.Rope).Theta);
    }

    private void AddRope(RopeParameters rope)
    {
        metadata.Add($"{Prefix}.rope.dimension_count", rope.RotatedDimensions(model.HeadDimension));
        metadata.Add($"{Prefix}.rope.freq_base", rope.Theta);
        if (rope.Type is not (RopeType.Linear or RopeType.Yarn or RopeType.LongRope))
            return;
        metadata.Add($"{Prefix}.rope.scaling.type", rope.Type.ToString().ToLowerInvariant());
        if (rope.Type != RopeType.LongRope)
            metadata.Add($"{Prefix}.rope.scaling.factor", rope.Factor);
        if (rope.Type == RopeType.Linear)
            return;
        metadata.Add($"{Prefix}.rope.scaling.original_context_length", rope.OriginalMaxPositionEmbeddings);
        // llama.cpp multiplies this with the factor that it takes for itself.
        var own = rope.Type == RopeType.LongRope || rope.Factor <= 1 ? 1 : (0.1 * Math.Log(rope.Factor)) + 1;
        if (rope.AttentionFactor != own)
            metadata.Add($"{Prefix}.rope.scaling.attn_factor", rope.AttentionFactor / own);
    }
}
