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

    private static readonly Dictionary<string, FamilyDefaults> Families = new(StringComparer.Ordinal)
    {
        ["llama"] = new(ModelFamily.Llama, 2048) { MayHaveBiases = true },
        ["mistral"] = new(ModelFamily.Mistral, 4096 * 32) { KeyValueHeads = 8 },
        ["qwen2"] = new(ModelFamily.Qwen2, 32768) { KeyValueHeads = 32 },
        ["qwen3"] = new(ModelFamily.Qwen3, 32768) { KeyValueHeads = 32, HeadDimension = 128, MayHaveBiases = true },
        ["gemma3_text"] = new(ModelFamily.Gemma3, 131072) { KeyValueHeads = 4, HeadDimension = 256, MayHaveBiases = true, EndOfSequenceId = 1 },
        ["phi3"] = new(ModelFamily.Phi3, 4096) { RmsNormEpsilon = 1e-5, EndOfSequenceId = 32000 },
    };

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
        if (FamilyOf(config) is not { } family)
            return null;
        RefuseOtherArchitectures(config, family.Name);
        RefuseQuantisation(config);
        RefuseOtherActivations(config, family);
        RefuseUnknownDType(config);
        var isGemma = family.Name == ModelFamily.Gemma3;
        if (isGemma)
            RefuseOtherGemmas(config);

        var hidden = config.RequiredInteger("hidden_size", 1);
        var layers = config.RequiredInteger("num_hidden_layers", 1, MostLayers);
        var heads = config.RequiredInteger("num_attention_heads", 1);
        var maxPositions = config.Integer("max_position_embeddings", 1) ?? family.MaxPositionEmbeddings;
        var attentionBias = family.MayHaveBiases && config.Boolean("attention_bias", absent: false);
        var headDimension = HeadDimension(config, family, hidden, heads);
        var (rope, slidingRope) = new RopeConfiguration(file, config, family.Name, maxPositions, headDimension, problems).Read();
        return new ModelConfiguration
        {
            Family = family.Name,
            HiddenSize = hidden,
            IntermediateSize = config.RequiredInteger("intermediate_size", 1),
            LayerCount = layers,
            HeadCount = heads,
            KeyValueHeadCount = KeyValueHeads(config, family, heads),
            HeadDimension = headDimension,
            VocabularySize = config.RequiredInteger("vocab_size", 1),
            MaxPositionEmbeddings = maxPositions,
            RmsNormEpsilon = config.Number("rms_norm_eps", value => value >= 0, "a number of at least 0") ?? family.RmsNormEpsilon,
            TieWordEmbeddings = config.Boolean("tie_word_embeddings", absent: isGemma),
            QueryKeyValueBias = family.Name == ModelFamily.Qwen2 || attentionBias,
            OutputBias = attentionBias,
            FeedForwardBias = family.Name == ModelFamily.Llama && config.Boolean("mlp_bias", absent: false),
            Rope = rope,
            SlidingRope = slidingRope,
            AttentionScale = 1 / Math.Sqrt(isGemma ? Positive(config, "query_pre_attn_scalar") ?? 256 : headDimension),
            FinalLogitSoftcap = isGemma ? Positive(config, "final_logit_softcapping") : null,
            SlidingWindows = new SlidingWindowConfiguration(file, problems).Read(config, family.Name, layers),
            // Where config.json is silent the classes of some families name an end; null means none.
            EndOfSequenceIds = generation?.TokenIds("eos_token_id") ?? config.TokenIds("eos_token_id")
                ?? (family.EndOfSequenceId is { } end && !config.Has("eos_token_id") ? [end] : []),
            BeginOfSequenceId = config.Integer("bos_token_id", 0),
        };
    }

    private FamilyDefaults? FamilyOf(ConfigurationKeys config)
    {
        var modelType = config.Text("model_type");
        if (modelType is not null && Families.TryGetValue(modelType, out var family))
            return family;
        problems.Add(LanguageModelDiagnostics.UnknownArchitecture(file, modelType));
        return null;
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

    private void RefuseOtherActivations(ConfigurationKeys config, FamilyDefaults family)
    {
        // "swish" is the same function under the name some exporters write.
        var (key, own, alias) = family.Name == ModelFamily.Gemma3 ? ("hidden_activation", "gelu_pytorch_tanh", "gelu_pytorch_tanh") : ("hidden_act", "silu", "swish");
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

    private static double? Positive(ConfigurationKeys config, string key) => config.Number(key, value => value > 0, "a positive number");

    private void RefuseUnknownDType(ConfigurationKeys config)
    {
        foreach (var key in (string[])["dtype", "torch_dtype"])
        {
            if (config.Text(key) is { } name && !DTypes.TryParseTorchName(name.Replace("torch.", "", StringComparison.Ordinal), out _))
                problems.Add(LanguageModelDiagnostics.UnknownDType(file, key, name));
        }
    }

    private int KeyValueHeads(ConfigurationKeys config, FamilyDefaults family, int heads)
    {
        // Absent and null differ: null always means one key/value head per query head.
        var keyValueHeads = (config.Has("num_key_value_heads") ? config.Integer("num_key_value_heads", 1) : family.KeyValueHeads) ?? heads;
        if (heads % keyValueHeads != 0)
        {
            problems.Add(LanguageModelDiagnostics.InvalidKey(
                file, "num_key_value_heads", $"is {keyValueHeads}, which does not divide num_attention_heads {heads}"));
        }
        return keyValueHeads;
    }

    private int HeadDimension(ConfigurationKeys config, FamilyDefaults family, int hidden, int heads)
    {
        if ((config.Integer("head_dim", 1) ?? family.HeadDimension) is not { } dimension)
        {
            if (hidden % heads != 0)
                problems.Add(LanguageModelDiagnostics.InvalidKey(file, "head_dim", $"is absent and hidden_size {hidden} is no multiple of num_attention_heads {heads}"));
            dimension = Math.Max(2, hidden / heads);
        }
        if (dimension % 2 != 0)
            problems.Add(LanguageModelDiagnostics.InvalidKey(file, "head_dim", $"is {dimension}; rotary positions need an even head dimension"));
        return dimension;
    }

    /// <summary>What a family's configuration class says of absent keys; null where another key decides.</summary>
    private sealed record FamilyDefaults(ModelFamily Name, int MaxPositionEmbeddings)
    {
        public int? KeyValueHeads { get; init; }

        public int? HeadDimension { get; init; }

        public double RmsNormEpsilon { get; init; } = 1e-6;

        public int? EndOfSequenceId { get; init; }

        /// <summary>Whether <c>attention_bias</c> means anything.</summary>
        public bool MayHaveBiases { get; init; }
    }
}
