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
        RefuseOtherActivations(config);
        RefuseUnknownDType(config);

        var hidden = config.RequiredInteger("hidden_size", 1);
        var layers = config.RequiredInteger("num_hidden_layers", 1, MostLayers);
        var heads = config.RequiredInteger("num_attention_heads", 1);
        var maxPositions = config.Integer("max_position_embeddings", 1) ?? DefaultMaxPositionEmbeddings(family);
        var attentionBias = family is ModelFamily.Llama or ModelFamily.Qwen3 && config.Boolean("attention_bias", absent: false);
        return new ModelConfiguration
        {
            Family = family,
            HiddenSize = hidden,
            IntermediateSize = config.RequiredInteger("intermediate_size", 1),
            LayerCount = layers,
            HeadCount = heads,
            KeyValueHeadCount = KeyValueHeads(config, family, heads),
            HeadDimension = HeadDimension(config, family, hidden, heads),
            VocabularySize = config.RequiredInteger("vocab_size", 1),
            MaxPositionEmbeddings = maxPositions,
            RmsNormEpsilon = config.Number("rms_norm_eps", value => value >= 0, "a number of at least 0") ?? 1e-6,
            TieWordEmbeddings = config.Boolean("tie_word_embeddings", absent: false),
            QueryKeyValueBias = family == ModelFamily.Qwen2 || attentionBias,
            OutputBias = attentionBias,
            FeedForwardBias = family == ModelFamily.Llama && config.Boolean("mlp_bias", absent: false),
            Rope = new RopeConfiguration(file, problems).Read(config, maxPositions),
            SlidingWindows = new SlidingWindowConfiguration(file, problems).Read(config, family, layers),
            EndOfSequenceIds = generation?.TokenIds("eos_token_id") ?? config.TokenIds("eos_token_id") ?? [],
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

    private void RefuseOtherActivations(ConfigurationKeys config)
    {
        // "swish" is the same function under the name some exporters write.
        if (config.Text("hidden_act") is { } activation and not ("silu" or "swish"))
            problems.Add(LanguageModelDiagnostics.UnsupportedActivation(file, activation));
    }

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
            if (family == ModelFamily.Qwen3)
                return 128;
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
        ModelFamily.Mistral => 4096 * 32,
        _ => 32768,
    };
}
