using TaskArithmetic.Checkpoints;
using TaskArithmetic.Comparing;

namespace TaskArithmetic.Tool.Terminal;

/// <summary>The summary of <c>compare</c>: a line for each kind of tensor, and the change of each layer and kind.</summary>
internal static class ComparisonTable
{
    /// <summary>The sums of each kind that occurs, and of all.</summary>
    public static IEnumerable<TensorGroup> Kinds(IReadOnlyList<TensorComparison> tensors) => tensors
        .GroupBy(t => TensorPlace.Of(t.Name).Kind)
        .OrderBy(g => g.Key)
        .Select(g => TensorGroup.Of(TensorPlace.Label(g.Key), g))
        .Append(TensorGroup.Of("all", tensors));

    public static void Print(ToolTerminal terminal, IReadOnlyList<TensorComparison> tensors)
    {
        if (tensors.Count == 0)
            return;
        var kinds = new TextTable("kind", "tensors", "weights", "equal", "cosine", "change");
        foreach (var group in Kinds(tensors))
        {
            kinds.Add(
                group.Name, group.Tensors.ToString(System.Globalization.CultureInfo.InvariantCulture), Amount.Weights(group.Elements),
                Amount.Percent(group.EqualFraction), Amount.Cosine(group.Cosine), Amount.Short(group.RelativeDistance));
        }
        terminal.Table(kinds);
        terminal.Line();
        LayerTable.Print(terminal, "change of each layer: |b − a| / |a|", tensors, t => t.Name, g => TensorGroup.Of("", g).RelativeDistance);
    }
}
