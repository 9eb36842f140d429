using System.Globalization;
using System.Text.Json;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.LanguageModels;

/// <summary>
/// Reads rotary parameters in either spelling: <c>rope_theta</c> beside <c>rope_scaling</c> (transformers 4)
/// or all inside <c>rope_parameters</c> (transformers 5).
/// </summary>
internal sealed class RopeConfiguration(string file, List<Diagnostic> problems)
{
    private const double DefaultTheta = 10000;

    public RopeParameters Read(ConfigurationKeys config, int maxPositionEmbeddings)
    {
        RefusePartialRotation(config);
        var theta = Theta(config);
        var name = config.TryGet("rope_parameters", out var json) ? "rope_parameters" : "rope_scaling";
        if (name == "rope_scaling" && !config.TryGet(name, out json))
            return new RopeParameters { Theta = theta ?? DefaultTheta };
        if (json.ValueKind != JsonValueKind.Object)
        {
            problems.Add(LanguageModelDiagnostics.InvalidKey(file, name, $"is {Listing.Short(json.GetRawText())}, not an object"));
            return new RopeParameters();
        }
        if (json.TryGetProperty("full_attention", out _) || json.TryGetProperty("sliding_attention", out _))
        {
            problems.Add(LanguageModelDiagnostics.UnknownRopeType(file, "one set per layer type"));
            return new RopeParameters();
        }

        var rope = new ConfigurationKeys(json, file, problems);
        RefusePartialRotation(rope);
        return Read(rope, Theta(rope) ?? theta ?? DefaultTheta, config, maxPositionEmbeddings);
    }

    private RopeParameters Read(ConfigurationKeys rope, double theta, ConfigurationKeys config, int maxPositionEmbeddings)
    {
        var name = rope.Text("rope_type") ?? rope.Text("type") ?? "default";
        RopeType? type = name switch
        {
            "default" => RopeType.Default,
            "linear" => RopeType.Linear,
            "dynamic" => RopeType.Dynamic,
            "llama3" => RopeType.Llama3,
            "yarn" => RopeType.Yarn,
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
            Theta = theta,
            OriginalMaxPositionEmbeddings = config.Integer("original_max_position_embeddings", 1)
                ?? rope.Integer("original_max_position_embeddings", 1) ?? maxPositionEmbeddings,
        };
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

    private static double? Theta(ConfigurationKeys keys) => keys.Number("rope_theta", value => value > 0, "a positive number");

    private void RefusePartialRotation(ConfigurationKeys keys)
    {
        if (keys.Number("partial_rotary_factor", _ => true, "a number") is { } factor and not 1)
            problems.Add(LanguageModelDiagnostics.PartialRotary(file, factor.ToString(CultureInfo.InvariantCulture)));
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
