using System.Globalization;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Merging;

/// <summary>Compares the fields of config.json that decide what weights mean.</summary>
internal static class ConfigComparison
{
    /// <summary>Weights of models that differ here cannot be added, even where shapes agree.</summary>
    public static readonly string[] Decisive =
    [
        "model_type", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads",
        "head_dim", "hidden_act", "num_experts", "num_local_experts", "num_experts_per_tok",
    ];

    /// <summary>Differences here are common between relatives (longer context, other epsilon) and worth a warning.</summary>
    private static readonly string[] Nuances =
    [
        "rms_norm_eps", "layer_norm_eps", "use_sliding_window", "sliding_window", "max_window_layers", "partial_rotary_factor",
    ];

    public static IEnumerable<Diagnostic> Compare(string donor, ModelConfig found, ModelConfig target)
    {
        foreach (var field in Decisive)
        {
            if (Differ(Effective(found, field), Effective(target, field)))
                yield return MergeDiagnostics.ConfigDiffers(donor, field, found.Raw(field), target.Raw(field));
        }
        if (Differ(found.RawRope("rope_theta") ?? "10000", target.RawRope("rope_theta") ?? "10000"))
            yield return MergeDiagnostics.ConfigDiffers(donor, "rope_theta", found.RawRope("rope_theta"), target.RawRope("rope_theta"));
        foreach (var field in Nuances)
        {
            if (Differ(found.Raw(field), target.Raw(field)))
                yield return MergeDiagnostics.ConfigNuance(donor, field, found.Raw(field), target.Raw(field));
        }
        if (Differ(RopeType(found), RopeType(target)))
            yield return MergeDiagnostics.ConfigNuance(donor, "rope_scaling", RopeType(found), RopeType(target));
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
