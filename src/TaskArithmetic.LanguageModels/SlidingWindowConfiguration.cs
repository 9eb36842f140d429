using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.LanguageModels;

/// <summary>Finds each layer's sliding window.</summary>
internal sealed class SlidingWindowConfiguration(string file, List<Diagnostic> problems)
{
    private const int DefaultWindow = 4096;
    private const int DefaultMaxWindowLayers = 28;
    private const int DefaultPattern = 6;

    /// <summary>
    /// Mistral slides on all layers; Qwen only with <c>use_sliding_window</c>, and then on the layers that
    /// <c>layer_types</c> names or, without it, from <c>max_window_layers</c> on; Gemma 3 on those that it names or,
    /// without it, on all but each sixth (<c>sliding_window_pattern</c>); Phi-3 on all layers if at all; Llama never.
    /// </summary>
    public IReadOnlyList<int?> Read(ConfigurationKeys config, ModelFamily family, int layers)
    {
        var layerTypes = LayerTypes(config, layers);
        if (family == ModelFamily.Llama)
            return new int?[layers];

        // Absent is the class's default, null means none.
        int? window = config.Has("sliding_window") || family == ModelFamily.Phi3 ? config.Integer("sliding_window", 1) : DefaultWindow;
        if (family is ModelFamily.Mistral or ModelFamily.Phi3)
            return [.. Enumerable.Repeat(window, layers)];

        if (family == ModelFamily.Gemma3)
        {
            var pattern = config.Integer("sliding_window_pattern", 1) ?? DefaultPattern;
            layerTypes ??= [.. Enumerable.Range(1, layers).Select(layer => layer % pattern == 0 ? "full_attention" : "sliding_attention")];
        }
        else if (!config.Boolean("use_sliding_window", absent: false))
            window = null;
        if (layerTypes is null)
        {
            var firstSliding = config.Integer("max_window_layers", 0) ?? DefaultMaxWindowLayers;
            return [.. Enumerable.Range(0, layers).Select(layer => layer >= firstSliding ? window : null)];
        }
        if (window is null && layerTypes.Contains("sliding_attention"))
            problems.Add(LanguageModelDiagnostics.InvalidLayerTypes(file, "names sliding_attention, but use_sliding_window or sliding_window gives no window"));
        return [.. layerTypes.Select(type => type == "sliding_attention" ? window : null)];
    }

    private IReadOnlyList<string>? LayerTypes(ConfigurationKeys config, int layers)
    {
        if (config.Texts("layer_types") is not { } types)
            return null;
        var unknown = types.Where(type => type is not ("full_attention" or "sliding_attention")).Distinct().ToList();
        if (unknown.Count > 0)
            problems.Add(LanguageModelDiagnostics.InvalidLayerTypes(file, $"names {Listing.Of(unknown)}, which this engine does not compute"));
        if (types.Count != layers)
            problems.Add(LanguageModelDiagnostics.InvalidLayerTypes(file, $"has {types.Count} entries for {layers} layers"));
        return unknown.Count == 0 && types.Count == layers ? types : null;
    }
}
