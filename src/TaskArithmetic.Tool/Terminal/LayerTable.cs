using System.Globalization;
using TaskArithmetic.Checkpoints;

namespace TaskArithmetic.Tool.Terminal;

/// <summary>One number for each layer (rows) and kind of tensor (columns), narrow enough for 80 columns.</summary>
internal static class LayerTable
{
    /// <param name="terminal">Where it goes.</param>
    /// <param name="title">What the numbers are.</param>
    /// <param name="tensors">What they are made of.</param>
    /// <param name="name">The name of a tensor.</param>
    /// <param name="value">The number of all tensors of one layer and kind.</param>
    public static void Print<T>(ToolTerminal terminal, string title, IEnumerable<T> tensors, Func<T, string> name, Func<IReadOnlyList<T>, double> value)
    {
        var cells = tensors.Select(t => (Place: TensorPlace.Of(name(t)), Tensor: t)).Where(t => t.Place.Layer is not null).ToLookup(t => t.Place, t => t.Tensor);
        var kinds = cells.Select(c => c.Key.Kind).Distinct().Order().ToList();
        var layers = cells.Select(c => c.Key.Layer!.Value).Distinct().Order().ToList();
        if (layers.Count == 0)
            return;
        terminal.Line(title);
        var table = new TextTable(["layer", .. kinds.Select(TensorPlace.Label)]);
        foreach (var layer in layers)
        {
            table.Add([layer.ToString(CultureInfo.InvariantCulture), .. kinds.Select(kind =>
                cells[new TensorPlace(layer, kind)].ToList() is { Count: > 0 } found ? Amount.Short(value(found)) : "")]);
        }
        terminal.Table(table);
        terminal.Line();
    }
}
