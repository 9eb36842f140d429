using System.Globalization;
using System.Text.Json;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.LanguageModels;

/// <summary>
/// Reads rotary parameters in either spelling: <c>rope_theta</c> beside <c>rope_scaling</c> (transformers 4) or all
/// inside <c>rope_parameters</c> (transformers 5).
/// </summary>
internal sealed class RopeConfiguration(
    string file, ConfigurationKeys config, ModelFamily family, int maxPositionEmbeddings, int headDimension, List<Diagnostic> problems)
{
    private const int Phi3OriginalMaxPositionEmbeddings = 4096;
    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;

    /// <summary>The parameters of all layers; for Gemma 3 those of layers with full attention, and those of layers with a sliding window.</summary>
    public (RopeParameters Full, RopeParameters? Sliding) Read()
    {
        var theta = Theta(config, "rope_theta") ?? (family == ModelFamily.Gemma3 ? 1_000_000 : 10_000);
        var name = config.TryGet("rope_parameters", out _) ? "rope_parameters" : "rope_scaling";
        var set = Set(config, name);
        if (family == ModelFamily.Gemma3)
            return ReadPerLayerType(set, name, theta);
        if (!set.Has("full_attention") && !set.Has("sliding_attention"))
            return (Read(set, theta), null);
        problems.Add(LanguageModelDiagnostics.UnknownRopeType(file, "one set per layer type"));
        return (new RopeParameters(), null);
    }

    /// <summary>
    /// Gemma 3. In the old spelling <c>rope_scaling</c> is that of full attention; in the new one each layer type has a
    /// set of its own. What the library reads differently from version to version is refused.
    /// </summary>
    private (RopeParameters Full, RopeParameters? Sliding) ReadPerLayerType(ConfigurationKeys set, string name, double theta)
    {
        var slidingTheta = Theta(config, "rope_local_base_freq") ?? 10_000;
        if (name == "rope_scaling")
        {
            if (set.Has("type") && !set.Has("rope_type"))
                problems.Add(LanguageModelDiagnostics.InvalidKey(file, name, "says 'type' where 'rope_type' is meant, which transformers 5 does not read here and transformers 4 does"));
            return (Read(set, theta), Read(new ConfigurationKeys(Nothing, file, problems), slidingTheta));
        }
        if (config.TryGet("rope_scaling", out _))
            problems.Add(LanguageModelDiagnostics.InvalidKey(file, "rope_scaling", "stands beside rope_parameters, which says the same anew"));
        if (set.Names.Except(["full_attention", "sliding_attention"]).ToList() is { Count: > 0 } others)
            problems.Add(LanguageModelDiagnostics.InvalidKey(file, name, $"holds {Listing.Of(others)} where one set for full_attention and one for sliding_attention are expected"));
        return (Read(Set(set, "full_attention"), theta), Read(Set(set, "sliding_attention"), slidingTheta));
    }

    /// <summary>An object of parameters; an empty one where it is absent.</summary>
    private ConfigurationKeys Set(ConfigurationKeys keys, string name)
    {
        if (!keys.TryGet(name, out var json))
            json = Nothing;
        else if (json.ValueKind != JsonValueKind.Object)
        {
            problems.Add(LanguageModelDiagnostics.InvalidKey(file, name, $"is {Listing.Short(json.GetRawText())}, not an object"));
            json = Nothing;
        }
        return new ConfigurationKeys(json, file, problems);
    }

    private RopeParameters Read(ConfigurationKeys rope, double theta)
    {
        var name = rope.Text("rope_type") ?? rope.Text("type") ?? "default";
        RopeType? type = (name, family) switch
        {
            ("default", _) => RopeType.Default,
            ("longrope" or "su" or "yarn", ModelFamily.Phi3) => RopeType.LongRope, // the first names it had
            (_, ModelFamily.Phi3) => null,
            ("linear", _) => RopeType.Linear,
            ("dynamic", _) => RopeType.Dynamic,
            ("llama3", _) => RopeType.Llama3,
            ("yarn", _) => RopeType.Yarn,
            _ => null,
        };
        if (type is null)
        {
            problems.Add(LanguageModelDiagnostics.UnknownRopeType(file, name));
            return new RopeParameters();
        }

        var parameters = new RopeParameters
        {
            Type = type.Value,
            Theta = Theta(rope, "rope_theta") ?? theta,
            PartialRotaryFactor = PartialRotaryFactor(rope),
            OriginalMaxPositionEmbeddings = Original(config) ?? Original(rope) ?? maxPositionEmbeddings,
        };
        if (type == RopeType.LongRope)
            return LongRope(parameters, rope, name);
        if (type == RopeType.Default)
            return parameters;

        parameters = parameters with { Factor = Required(rope, name, "factor", factor => factor >= 1, "a number of at least 1") };
        return type switch
        {
            RopeType.Llama3 => Llama3(parameters, rope, name),
            RopeType.Yarn => Yarn(parameters, rope),
            _ => parameters,
        };
    }

    /// <summary>The trained length: the model's own key wins, save for Gemma 3, which has none; Phi-3 has a default for it.</summary>
    private int? Original(ConfigurationKeys keys)
    {
        var isOwn = keys == config;
        if (isOwn && family == ModelFamily.Gemma3)
            return null;
        return keys.Integer("original_max_position_embeddings", 1) ?? (isOwn && family == ModelFamily.Phi3 ? Phi3OriginalMaxPositionEmbeddings : null);
    }

    /// <summary>Phi-3's LongRoPE. Without an attention factor it is √(1 + ln s / ln L₀) for the stretch s of the trained length L₀.</summary>
    private RopeParameters LongRope(RopeParameters parameters, ConfigurationKeys rope, string name)
    {
        var original = parameters.OriginalMaxPositionEmbeddings;
        var factor = rope.Number("factor", value => value > 0, "a positive number") ?? (double)maxPositionEmbeddings / original;
        return parameters with
        {
            Factor = factor,
            AttentionFactor = rope.Number("attention_factor", value => value > 0, "a positive number")
                ?? (factor <= 1 ? 1 : Math.Sqrt(1 + Math.Log(factor) / Math.Log(original))),
            ShortFactors = Factors(parameters, rope, name, "short_factor"),
            LongFactors = Factors(parameters, rope, name, "long_factor"),
        };
    }

    private IReadOnlyList<double> Factors(RopeParameters parameters, ConfigurationKeys rope, string type, string key)
    {
        var rotated = parameters.RotatedDimensions(headDimension);
        if (rope.Numbers(key) is { } factors && factors.Count * 2 == rotated && factors.All(factor => factor > 0))
            return factors;
        problems.Add(LanguageModelDiagnostics.InvalidRopeKey(
            file, type, key, rope.Has(key) ? $"is no list of {rotated / 2} positive numbers, one for each two of {rotated} rotated dimensions" : "is missing"));
        return [];
    }

    private RopeParameters Llama3(RopeParameters parameters, ConfigurationKeys rope, string name)
    {
        var low = Required(rope, name, "low_freq_factor", value => value > 0, "a positive number");
        var high = Required(rope, name, "high_freq_factor", value => value > 0, "a positive number");
        if (high <= low && rope.Has("low_freq_factor") && rope.Has("high_freq_factor"))
            problems.Add(LanguageModelDiagnostics.InvalidRopeKey(file, name, "high_freq_factor", "must be above low_freq_factor"));
        return parameters with { LowFrequencyFactor = low, HighFrequencyFactor = high };
    }

    private static RopeParameters Yarn(RopeParameters parameters, ConfigurationKeys rope)
    {
        var mscale = rope.Number("mscale", _ => true, "a number") ?? 0;
        var mscaleAllDimensions = rope.Number("mscale_all_dim", _ => true, "a number") ?? 0;
        var attentionFactor = rope.Number("attention_factor", value => value > 0, "a positive number")
            ?? (mscale != 0 && mscaleAllDimensions != 0
                ? Magnitude(parameters.Factor, mscale) / Magnitude(parameters.Factor, mscaleAllDimensions)
                : Magnitude(parameters.Factor, 1));
        return parameters with
        {
            AttentionFactor = attentionFactor,
            BetaFast = NonZero(rope.Number("beta_fast", value => value >= 0, "a positive number")) ?? 32,
            BetaSlow = NonZero(rope.Number("beta_slow", value => value >= 0, "a positive number")) ?? 1,
            Truncate = rope.Boolean("truncate", absent: true),
        };
    }

    /// <summary>YaRN's softmax scale, 0.1·m·ln(factor) + 1 (Peng et al., equation 22).</summary>
    private static double Magnitude(double factor, double mscale) => factor <= 1 ? 1 : 0.1 * mscale * Math.Log(factor) + 1;

    /// <summary>The library reads a zero as absent.</summary>
    private static double? NonZero(double? value) => value is 0 ? null : value;

    private static double? Theta(ConfigurationKeys keys, string name) => keys.Number(name, value => value > 0, "a positive number");

    private double PartialRotaryFactor(ConfigurationKeys rope)
    {
        var factor = rope.Number("partial_rotary_factor", _ => true, "a number") ?? config.Number("partial_rotary_factor", _ => true, "a number") ?? 1;
        if (family == ModelFamily.Phi3 ? factor <= 1 && (int)(headDimension * factor) >= 1 : factor == 1)
            return factor;
        // Sets of two layer types may hold the same key of the model.
        var problem = LanguageModelDiagnostics.PartialRotary(file, factor.ToString(CultureInfo.InvariantCulture));
        if (!problems.Contains(problem))
            problems.Add(problem);
        return 1;
    }

    private double Required(ConfigurationKeys rope, string type, string key, Func<double, bool> accept, string expected)
    {
        if (rope.TryGet(key, out var value)
            && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) && accept(number))
            return number;
        problems.Add(LanguageModelDiagnostics.InvalidRopeKey(
            file, type, key, rope.TryGet(key, out value) ? $"is {Listing.Short(value.GetRawText())}, not {expected}" : "is missing"));
        return 1;
    }
}
