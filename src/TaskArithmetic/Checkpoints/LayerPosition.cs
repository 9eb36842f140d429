using System.Globalization;
using System.Text.RegularExpressions;

namespace TaskArithmetic.Checkpoints;

/// <summary>Reads the depth of a tensor off its name.</summary>
internal static partial class LayerPosition
{
    /// <summary>The layer in a name such as <c>model.layers.12.mlp.up_proj.weight</c>; null outside the layers.</summary>
    public static int? Of(string tensorName)
    {
        var match = LayerNumber().Match(tensorName);
        return match.Success && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var layer) ? layer : null;
    }

    /// <summary>The name without its layer number, the same for every layer; null outside the layers.</summary>
    public static string? PatternOf(string tensorName)
    {
        var match = LayerNumber().Match(tensorName);
        return match.Success ? tensorName.Remove(match.Groups[1].Index, match.Groups[1].Length) : null;
    }

    /// <summary>The name of the same tensor in another layer; outside the layers the name itself.</summary>
    public static string At(string tensorName, int layer)
    {
        var match = LayerNumber().Match(tensorName);
        return match.Success
            ? string.Create(CultureInfo.InvariantCulture, $"{tensorName[..match.Groups[1].Index]}{layer}{tensorName[(match.Groups[1].Index + match.Groups[1].Length)..]}")
            : tensorName;
    }

    /// <summary>Layers of a model: what config.json says, else one more than the highest number in its names.</summary>
    public static int Count(Checkpoint checkpoint) =>
        checkpoint.Config?.LayerCount is { } count and > 0 and <= int.MaxValue
            ? (int)count
            : checkpoint.Tensors.Keys.Select(Of).Max() is { } last ? last + 1 : 0;

    [GeneratedRegex(@"(?:^|\.)(?:layers|h|blocks|block)\.(\d+)\.", RegexOptions.CultureInvariant)]
    private static partial Regex LayerNumber();
}
