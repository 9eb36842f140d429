using System.Text.Json;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.LanguageModels;

/// <summary>
/// Reads <c>config.json</c> and <c>generation_config.json</c> of a Hugging Face folder as transformers 5 does, but
/// refuses whatever it would have to guess. Defaults of absent keys are those of each family's configuration class.
/// </summary>
internal sealed class ModelConfigurationReader
{
    /// <summary>Layers that a model may have; those in use have up to some two hundred. What is known of each layer is held before the weights are looked at.</summary>
    private const int MostLayers = 10_000;

    private readonly string file;
    private readonly List<Diagnostic> problems;

    private ModelConfigurationReader(string file, List<Diagnostic> problems)
    {
        this.file = file;
        this.problems = problems;
    }

    /// <summary>Reads the configuration of a model folder; null if problems keep it from having one.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="problems">Receives every problem found.</param>
    public static ModelConfiguration? Read(string folder, List<Diagnostic> problems)
    {
        var path = Path.Combine(folder, "config.json");
        using var config = Parse(path, problems);
        if (config is null)
            return null;

        var generationPath = Path.Combine(folder, "generation_config.json");
        using var generation = RegularFile.IsPresent(generationPath) ? Parse(generationPath, problems) : null;
        var before = problems.Count;
        var model = new ModelConfigurationReader(path, problems).Read(
            new ConfigurationKeys(config.RootElement, path, problems),
            generation is null ? null : new ConfigurationKeys(generation.RootElement, generationPath, problems));
        return problems.Count == before ? model : null;
    }

    private static JsonDocument? Parse(string path, List<Diagnostic> problems)
    {
        try
        {
            var document = JsonFile.Read(path);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
            problems.Add(LanguageModelDiagnostics.ConfigurationUnreadable(path, "it is not a JSON object"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            problems.Add(LanguageModelDiagnostics.ConfigurationUnreadable(path, exception.Message));
        }
        return null;
    }

    private ModelConfiguration? Read(ConfigurationKeys config, ConfigurationKeys? generation)
    {
        if (Family(config) is not { } family)
            return null;
        RefuseOtherArchitectures(config, family);
        RefuseQuantisation(config);
        RefuseOtherActivations(config, family);
        RefuseUnknownDType(config);

        var hidden = config.RequiredInteger("hidden_size", 1);
        var layers = config.RequiredInteger("num_hidden_layers", 1, MostLayers);
        var heads = config.RequiredInteger("num_attention_heads", 1);
        var maxPositions = config.Integer("max_position_embeddings", 1) ?? DefaultMaxPositionEmbeddings(family);
        var attentionBias = family is ModelFamily.Llama or ModelFamily.Qwen3 or ModelFamily.Gemma3 && config.Boolean("attention_bias", absent: false);
        var headDimension = HeadDimension(config, family, hidden, heads);
        var (rope, slidingRope) = new RopeConfiguration(file, config, family, maxPositions, headDimension, problems).Read();
        if (family == ModelFamily.Gemma3)
            RefuseOtherGemmas(config);
        return new ModelConfiguration
        {
            Family = family,
            HiddenSize = hidden,
            IntermediateSize = config.RequiredInteger("intermediate_size", 1),
            LayerCount = layers,
            HeadCount = heads,
            KeyValueHeadCount = KeyValueHeads(config, family, heads),
            HeadDimension = headDimension,
            VocabularySize = config.RequiredInteger("vocab_size", 1),
            MaxPositionEmbeddings = maxPositions,
            RmsNormEpsilon = config.Number("rms_norm_eps", value => value >= 0, "a number of at least 0") ?? (family == ModelFamily.Phi3 ? 1e-5 : 1e-6),
            TieWordEmbeddings = config.Boolean("tie_word_embeddings", absent: family == ModelFamily.Gemma3),
            QueryKeyValueBias = family == ModelFamily.Qwen2 || attentionBias,
            OutputBias = attentionBias,
            FeedForwardBias = family == ModelFamily.Llama && config.Boolean("mlp_bias", absent: false),
            Rope = rope,
            SlidingRope = slidingRope,
            AttentionScale = 1 / Math.Sqrt(family == ModelFamily.Gemma3 ? QueryScalar(config) : headDimension),
            FinalLogitSoftcap = family == ModelFamily.Gemma3 ? config.Number("final_logit_softcapping", value => value > 0, "a positive number") : null,
            SlidingWindows = new SlidingWindowConfiguration(file, problems).Read(config, family, layers),
            EndOfSequenceIds = generation?.TokenIds("eos_token_id") ?? config.TokenIds("eos_token_id") ?? DefaultEnds(config, family),
            BeginOfSequenceId = config.Integer("bos_token_id", 0),
        };
    }

    private ModelFamily? Family(ConfigurationKeys config)
    {
        var modelType = config.Text("model_type");
        ModelFamily? family = modelType switch
        {
            "llama" => ModelFamily.Llama,
            "mistral" => ModelFamily.Mistral,
            "qwen2" => ModelFamily.Qwen2,
            "qwen3" => ModelFamily.Qwen3,
            "gemma3_text" => ModelFamily.Gemma3,
            "phi3" => ModelFamily.Phi3,
            _ => null,
        };
        if (family is null)
            problems.Add(LanguageModelDiagnostics.UnknownArchitecture(file, modelType));
        return family;
    }

    private void RefuseOtherArchitectures(ConfigurationKeys config, ModelFamily family)
    {
        var expected = $"{family}ForCausalLM";
        if (config.Texts("architectures") is { Count: > 0 } architectures && !architectures.Contains(expected, StringComparer.Ordinal))
            problems.Add(LanguageModelDiagnostics.NotCausal(file, string.Join(", ", architectures), expected));
    }

    private void RefuseQuantisation(ConfigurationKeys config)
    {
        foreach (var key in (string[])["quantization_config", "compression_config"])
        {
            if (!config.TryGet(key, out var json))
                continue;
            var method = json.ValueKind == JsonValueKind.Object && json.TryGetProperty("quant_method", out var name) ? name.ToString() : "no quant_method";
            problems.Add(LanguageModelDiagnostics.Quantised(file, $"{key}: {method}"));
        }
    }

    private void RefuseOtherActivations(ConfigurationKeys config, ModelFamily family)
    {
        // "swish" is the same function under the name some exporters write.
        var (key, own, alias) = family == ModelFamily.Gemma3 ? ("hidden_activation", "gelu_pytorch_tanh", "gelu_pytorch_tanh") : ("hidden_act", "silu", "swish");
        if (config.Text(key) is { } activation && activation != own && activation != alias)
            problems.Add(LanguageModelDiagnostics.UnsupportedActivation(file, key, activation));
    }

    /// <summary>What the configuration class knows but the model does not compute, or not causally.</summary>
    private void RefuseOtherGemmas(ConfigurationKeys config)
    {
        if (config.TryGet("attn_logit_softcapping", out _))
            problems.Add(LanguageModelDiagnostics.InvalidKey(file, "attn_logit_softcapping", "is set, which Gemma 3 does not compute"));
        if (config.Boolean("use_bidirectional_attention", absent: false))
            problems.Add(LanguageModelDiagnostics.InvalidKey(file, "use_bidirectional_attention", "is true, so this is no causal language model"));
    }

    private static double QueryScalar(ConfigurationKeys config) =>
        config.Number("query_pre_attn_scalar", value => value > 0, "a positive number") ?? 256;

    /// <summary>The classes of the younger families name an end where the file is silent; null means none.</summary>
    private static IReadOnlyList<int> DefaultEnds(ConfigurationKeys config, ModelFamily family) => (config.Has("eos_token_id"), family) switch
    {
        (false, ModelFamily.Gemma3) => [1],
        (false, ModelFamily.Phi3) => [32000],
        _ => [],
    };

    private void RefuseUnknownDType(ConfigurationKeys config)
    {
        foreach (var key in (string[])["dtype", "torch_dtype"])
        {
            if (config.Text(key) is { } name && !DTypes.TryParseTorchName(name.Replace("torch.", "", StringComparison.Ordinal), out _))
                problems.Add(LanguageModelDiagnostics.UnknownDType(file, key, name));
        }
    }

    private int KeyValueHeads(ConfigurationKeys config, ModelFamily family, int heads)
    {
        // Absent and null differ: null always means one key/value head per query head.
        var absent = family switch
        {
            ModelFamily.Mistral => 8,
            ModelFamily.Qwen2 or ModelFamily.Qwen3 => 32,
            ModelFamily.Gemma3 => 4,
            _ => heads,
        };
        var keyValueHeads = config.Has("num_key_value_heads") ? config.Integer("num_key_value_heads", 1) ?? heads : absent;
        if (heads % keyValueHeads != 0)
        {
            problems.Add(LanguageModelDiagnostics.InvalidKey(
                file, "num_key_value_heads", $"is {keyValueHeads}, which does not divide num_attention_heads {heads}"));
        }
        return keyValueHeads;
    }

    private int HeadDimension(ConfigurationKeys config, ModelFamily family, int hidden, int heads)
    {
        if (config.Integer("head_dim", 1) is not { } dimension)
        {
            if (family is ModelFamily.Qwen3 or ModelFamily.Gemma3)
                return family == ModelFamily.Qwen3 ? 128 : 256;
            if (hidden % heads != 0)
                problems.Add(LanguageModelDiagnostics.InvalidKey(file, "head_dim", $"is absent and hidden_size {hidden} is no multiple of num_attention_heads {heads}"));
            dimension = Math.Max(2, hidden / heads);
        }
        if (dimension % 2 != 0)
            problems.Add(LanguageModelDiagnostics.InvalidKey(file, "head_dim", $"is {dimension}; rotary positions need an even head dimension"));
        return dimension;
    }

    private static int DefaultMaxPositionEmbeddings(ModelFamily family) => family switch
    {
        ModelFamily.Llama => 2048,
        ModelFamily.Mistral or ModelFamily.Gemma3 => 4096 * 32,
        ModelFamily.Phi3 => 4096,
        _ => 32768,
    };
}
