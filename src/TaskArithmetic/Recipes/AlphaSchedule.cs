using System.Globalization;
using System.Text.Json;

namespace TaskArithmetic.Recipes;

/// <summary>
/// How strongly a term counts: one number, or a gradient list whose values spread evenly over the depth of the network.
/// </summary>
public sealed record AlphaSchedule
{
    private AlphaSchedule(IReadOnlyList<double> values) => Values = values;

    /// <summary>α = 1 everywhere.</summary>
    public static AlphaSchedule One { get; } = new([1.0]);

    /// <summary>The anchors; one for a constant.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>A schedule of one or several finite numbers.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">TA2013: none, or not finite.</exception>
    public static AlphaSchedule Of(params IReadOnlyList<double> values) =>
        values.Count > 0 && values.All(double.IsFinite)
            ? new AlphaSchedule([.. values])
            : throw RecipeDiagnostics.BadAlpha($"[{string.Join(", ", values)}]");

    /// <summary>Reads <c>0.7</c> or <c>[0.8, 0.2]</c>; nothing means 1.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">TA2013: not a finite number or list of them.</exception>
    public static AlphaSchedule Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return One;
        var trimmed = text.Trim();
        var parts = trimmed.StartsWith('[') && trimmed.EndsWith(']') ? trimmed[1..^1].Split(',') : [trimmed];
        var values = new List<double>();
        foreach (var part in parts)
        {
            if (!double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
                throw RecipeDiagnostics.BadAlpha(text);
            values.Add(value);
        }
        return new AlphaSchedule(values);
    }

    /// <summary>
    /// The value at a depth. Interpolated linearly in double precision between anchors spread evenly over the layers,
    /// as mergekit's gradients: <c>t = layer / (layers − 1)</c>, 1 for a model of one layer.
    /// </summary>
    /// <param name="layer">Layer from 0, or null outside the layers (embeddings, final norm, head), which take the first value.</param>
    /// <param name="layerCount">Layers of the network.</param>
    public double At(int? layer, int layerCount)
    {
        if (layer is not { } index)
            return Values[0];
        var t = layerCount > 1 ? (double)index / (layerCount - 1) : 1.0;
        var scaled = t * (Values.Count - 1);
        var lower = Math.Min((int)scaled, Values.Count - 1);
        if (lower == Values.Count - 1)
            return Values[lower];
        var fraction = scaled - lower;
        return (1 - fraction) * Values[lower] + fraction * Values[lower + 1];
    }

    /// <inheritdoc/>
    public bool Equals(AlphaSchedule? other) => other is not null && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Aggregate(Values.Count, HashCode.Combine);

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => Values.Count == 1
        ? Values[0].ToString("R", CultureInfo.InvariantCulture)
        : JsonSerializer.Serialize(Values);
}
