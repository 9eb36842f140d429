using System.Globalization;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Measuring;

namespace TaskArithmetic.Tool.Terminal;

/// <summary>What <c>compare</c> and <c>check</c> print of task vectors: each, each pair, by kind and by layer, and what it suggests.</summary>
internal static class InterferenceTable
{
    /// <summary>Pairs that get tables of their own; more are told by <c>--json</c>.</summary>
    private const int MostPairs = 3;

    private const int LineWidth = 80;

    public static void Print(ToolTerminal terminal, InterferenceReport report)
    {
        foreach (var vector in report.Vectors)
            terminal.Line($"{vector.Name} = {vector.Formula}");
        terminal.Line();
        PrintVectors(terminal, report);
        PrintSpectra(terminal, report);
        PrintPairs(terminal, report);
        foreach (var index in Enumerable.Range(0, report.Whole.Pairs.Count).Take(report.Whole.Pairs.Count <= MostPairs ? MostPairs : 0))
            PrintKinds(terminal, report, index);
        if (report.Whole.Pairs.Count is > 0 and <= MostPairs)
            PrintLayers(terminal, report);
        PrintRemarks(terminal, report);
    }

    /// <summary>Sentences, broken between words.</summary>
    public static void PrintRemarks(ToolTerminal terminal, InterferenceReport report)
    {
        foreach (var remark in report.Remarks)
        {
            var line = "-";
            foreach (var word in remark.Split(' '))
            {
                if (line.Length + 1 + word.Length > LineWidth)
                {
                    terminal.Line(line);
                    line = " ";
                }
                line += $" {word}";
            }
            terminal.Line(line);
        }
    }

    /// <summary>Each tensor of the first pair.</summary>
    public static void PrintTensors(ToolTerminal terminal, InterferenceReport report, string? key)
    {
        var table = new TextTable("tensor", "norm a", "norm b", "cosine", "conflict", "Jaccard");
        foreach (var group in Sorted(report.At(GroupLevel.Tensor), key))
        {
            var pair = group.Pairs[0];
            table.Add(
                group.Name, Amount.Short(group.Vectors[0].Norm), Amount.Short(group.Vectors[1].Norm), Number(pair.Cosine), Percent(pair.ConflictShareBoth), Number(pair.Jaccard));
        }
        terminal.Table(table);
        terminal.Line();
    }

    private static IEnumerable<InterferenceGroup> Sorted(IEnumerable<InterferenceGroup> tensors, string? key) => key switch
    {
        "change" => tensors.OrderByDescending(t => t.Vectors.Max(v => v.EnergyShare ?? 0)),
        "cosine" => tensors.OrderBy(t => t.Pairs[0].Cosine ?? double.NegativeInfinity),
        "equal" => tensors.OrderBy(t => t.Vectors[0].ZeroShare ?? 0),
        _ => tensors,
    };

    private static void PrintVectors(ToolTerminal terminal, InterferenceReport report)
    {
        var table = new TextTable("vector", "norm", "mean |d|", "zero", "<= 1e-5", "same bf16", "survives");
        foreach (var (i, vector) in report.Whole.Vectors.Index())
        {
            table.Add(
                report.Vectors[i].Name, Amount.Short(vector.Norm), Number(vector.MeanMagnitude), Percent(vector.ZeroShare), Percent(vector.WithinToleranceShare),
                Percent(vector.SparsityBf16), Percent(vector.SurvivalBf16));
        }
        terminal.Table(table);
        terminal.Line();
    }

    private static void PrintSpectra(ToolTerminal terminal, InterferenceReport report)
    {
        if (report.Whole.Vectors.All(v => v.EnergyRetained is null))
            return;
        var table = new TextTable("vector", "drift", "rotation", "F(1)", "F(256)", "principal", "chance", "low", "chance");
        foreach (var (i, vector) in report.Whole.Vectors.Index())
        {
            table.Add(
                report.Vectors[i].Name, Number(vector.SpectrumDrift), Number(vector.SmallestSubspaceCosine), Energy(vector, 1), Energy(vector, 256),
                Percent(vector.PrincipalOverlap), Percent(vector.PrincipalBaseline), Percent(vector.LowOverlap), Percent(vector.LowBaseline));
        }
        terminal.Table(table);
        terminal.Line();
    }

    private static void PrintPairs(ToolTerminal terminal, InterferenceReport report)
    {
        if (report.Whole.Pairs.Count == 0)
            return;
        var table = new TextTable("pair", "ratio", "cosine", "noise", "conflict", "of all", "shared", "Jaccard", "chance");
        foreach (var pair in report.Whole.Pairs)
            table.Add([$"{report.Vectors[pair.First].Name}, {report.Vectors[pair.Second].Name}", .. Numbers(pair)]);
        terminal.Table(table);
        terminal.Line();
    }

    private static void PrintKinds(ToolTerminal terminal, InterferenceReport report, int index)
    {
        var pair = report.Whole.Pairs[index];
        terminal.Line($"{report.Vectors[pair.First].Name} and {report.Vectors[pair.Second].Name} by kind of tensor");
        var table = new TextTable("kind", "ratio", "cosine", "noise", "conflict", "of all", "shared", "Jaccard", "chance");
        foreach (var group in report.At(GroupLevel.Kind))
            table.Add([group.Name, .. Numbers(group.Pairs[index])]);
        terminal.Table(table);
        terminal.Line();
    }

    private static void PrintLayers(ToolTerminal terminal, InterferenceReport report)
    {
        var names = report.Whole.Pairs[0];
        LayerTable.Print(
            terminal, $"cosine of {report.Vectors[names.First].Name} and {report.Vectors[names.Second].Name} in each layer", report.At(GroupLevel.Tensor), g => g.Name,
            groups => TensorPlace.Of(groups[0].Name) is var place && report.Cell(place.Layer, place.Kind)?.Pairs[0].Cosine is { } cosine ? cosine : double.NaN);
    }

    private static string[] Numbers(PairFacts pair) =>
    [
        Number(pair.NormRatio), Number(pair.Cosine), Number(pair.CosineNoise), Percent(pair.ConflictShareBoth), Percent(pair.ConflictShareAll), Percent(pair.SharedShareFirst), Number(pair.Jaccard),
        Number(pair.JaccardIndependent),
    ];

    private static string Energy(VectorFacts vector, int rank) =>
        vector.EnergyRetained is { } energy ? Percent(energy[SpectrumOptions.EnergyRanks.Index().First(r => r.Item == rank).Index]) : Percent(null);

    private static string Number(double? value) => Amount.Short(value ?? double.NaN);

    /// <summary>One digit, since a column has room for no more; all or none only where that is so exactly.</summary>
    private static string Percent(double? share) => share switch
    {
        null => Amount.Percent(double.NaN),
        0 or 1 => Amount.Percent(share.Value),
        < 0.0005 => "< 0.1 %",
        > 0.9995 => "> 99.9 %",
        _ => share.Value.ToString("0.0 %", CultureInfo.InvariantCulture),
    };
}
