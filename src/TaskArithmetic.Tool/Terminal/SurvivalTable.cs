using System.Globalization;
using TaskArithmetic.Checkpoints;

namespace TaskArithmetic.Tool.Terminal;

/// <summary>What <c>check</c> prints: by kind of tensor, by layer and kind, and tensor by tensor on request.</summary>
internal static class SurvivalTable
{
    public static void Print(ToolTerminal terminal, IReadOnlyList<MergedTensor> tensors)
    {
        if (tensors.Count == 0)
            return;
        var table = new TextTable("kind", "tensors", "weights", "norm", "change", "cosine", "survival");
        foreach (var group in tensors.GroupBy(t => TensorPlace.Of(t.Name).Kind).OrderBy(g => g.Key).Select(g => (Name: TensorPlace.Label(g.Key), Tensors: g.ToList())).Append(("all", [.. tensors])))
        {
            var sum = MergedTensor.Sum(group.Name, group.Tensors);
            table.Add([group.Name, group.Tensors.Count.ToString(CultureInfo.InvariantCulture), Amount.Weights(sum.Statistics.Elements), .. Numbers(sum)]);
        }
        terminal.Table(table);
        terminal.Line();
        LayerTable.Print(terminal, "change of each layer before alpha: |vector| / |target|", tensors, t => t.Name, g => MergedTensor.Sum("", g).Change);
    }

    public static void PrintTensors(ToolTerminal terminal, IReadOnlyList<MergedTensor> tensors, string? key)
    {
        var table = new TextTable("tensor", "norm", "change", "cosine", "survival");
        foreach (var tensor in Sorted(tensors, key))
            table.Add([tensor.Name, .. Numbers(tensor)]);
        terminal.Table(table);
        terminal.Line();
    }

    private static string[] Numbers(MergedTensor tensor) =>
        [Amount.Short(tensor.Norm), Amount.Short(tensor.Change), Amount.Cosine(tensor.Cosine), Amount.Percent(tensor.Survival)];

    private static IEnumerable<MergedTensor> Sorted(IReadOnlyList<MergedTensor> tensors, string? key) => key switch
    {
        "norm" => tensors.OrderByDescending(t => t.Norm),
        "change" => tensors.OrderByDescending(t => t.Change),
        "cosine" => tensors.OrderBy(t => t.Cosine),
        "survival" => tensors.OrderBy(t => t.Survival),
        _ => tensors,
    };
}
