using System.Globalization;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Checkpoints;

/// <summary>Compares the fields of config.json that decide what weights mean.</summary>
internal static class ConfigComparison
{
    private const string RopeTheta = "rope_theta";
    private const string LayerCount = "num_hidden_layers";

    /// <summary>Weights of models that differ here cannot be added, even where shapes agree.</summary>
    private static readonly string[] Decisive =
    [
        "model_type", "hidden_size", "intermediate_size", LayerCount, "num_attention_heads", "num_key_value_heads",
        "head_dim", "hidden_act", "num_experts", "num_local_experts", "num_experts_per_tok",
    ];

    /// <summary>Differences here are common between relatives (longer context, other epsilon) and worth a warning.</summary>
    private static readonly string[] Nuances =
    [
        "rms_norm_eps", "layer_norm_eps", "use_sliding_window", "sliding_window", "max_window_layers", "partial_rotary_factor",
    ];

    /// <summary>Everything that keeps or might keep a donor's weights from meaning what the target's mean.</summary>
    /// <param name="donor">The donor, for messages.</param>
    /// <param name="found">Its configuration.</param>
    /// <param name="target">The target's configuration.</param>
    /// <param name="ofAnyDepth">Whether the models may have different numbers of layers, as where layers are stacked.</param>
    public static IEnumerable<Diagnostic> Compare(string donor, ModelConfig found, ModelConfig target, bool ofAnyDepth = false)
    {
        var values = DecisiveValues(found).Where(v => !ofAnyDepth || v.Key != LayerCount).ToDictionary(StringComparer.Ordinal);
        if (ofAnyDepth && DecisiveValues(target).TryGetValue(LayerCount, out var depth))
            values[LayerCount] = depth;
        foreach (var finding in CompareDecisive(donor, values, target))
            yield return finding;
        foreach (var field in Nuances)
        {
            if (Differ(found.Raw(field), target.Raw(field)))
                yield return CheckpointDiagnostics.ConfigNuance(donor, field, found.Raw(field), target.Raw(field));
        }
        if (Differ(RopeType(found), RopeType(target)))
            yield return CheckpointDiagnostics.ConfigNuance(donor, "rope_scaling", RopeType(found), RopeType(target));
    }

    /// <summary>The part of <see cref="Compare"/> that a vector file can answer for: its donors' decisive values.</summary>
    public static IEnumerable<Diagnostic> CompareDecisive(string donor, IReadOnlyDictionary<string, string> found, ModelConfig target)
    {
        var expected = DecisiveValues(target);
        foreach (var field in Decisive.Append(RopeTheta))
        {
            if (Differ(found.GetValueOrDefault(field), expected.GetValueOrDefault(field)))
                yield return CheckpointDiagnostics.ConfigDiffers(donor, field, found.GetValueOrDefault(field), expected.GetValueOrDefault(field));
        }
    }

    /// <summary>The decisive fields with their values as JSON, those that writers leave out filled in.</summary>
    public static IReadOnlyDictionary<string, string> DecisiveValues(ModelConfig config)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal) { [RopeTheta] = config.RawRope(RopeTheta) ?? "10000" };
        foreach (var field in Decisive)
        {
            if (Effective(config, field) is { } value)
                values[field] = value;
        }
        return values;
    }

    /// <summary>The value a field has when a writer leaves it out because it follows from others.</summary>
    private static string? Effective(ModelConfig config, string field) => config.Raw(field) ?? field switch
    {
        "num_key_value_heads" => config.Raw("num_attention_heads"),
        "head_dim" => Quotient(config.Raw("hidden_size"), config.Raw("num_attention_heads")),
        _ => null,
    };

    private static string RopeType(ModelConfig config) =>
        config.RawRope("rope_type") ?? config.RawRope("type") ?? "\"default\"";

    private static string? Quotient(string? a, string? b) =>
        long.TryParse(a, out var x) && long.TryParse(b, out var y) && y > 0 ? (x / y).ToString(CultureInfo.InvariantCulture) : null;

    private static bool Differ(string? a, string? b) =>
        !string.Equals(a, b, StringComparison.Ordinal)
        // 1e6, 1000000 and 1000000.0 are one number.
        && !(double.TryParse(a, CultureInfo.InvariantCulture, out var x) && double.TryParse(b, CultureInfo.InvariantCulture, out var y) && x == y);
}
