using System.CommandLine;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Comparing;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Measuring;
using TaskArithmetic.Methods;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Commands;

/// <summary>
/// <c>compare</c>: how two models differ, by kind of tensor and layer, or tensor by tensor; and how two task vectors lie to each other, where
/// a base is named or the sides are vectors or pairs.
/// </summary>
internal sealed class CompareCommand
{
    private readonly Argument<string> left = new("a") { Description = "Model folder, safetensors or vector file, or a pair FROM,minus=PATH[,alpha=X]." };
    private readonly Argument<string> right = new("b") { Description = "The other one, likewise." };
    private readonly Option<string?> baseModel = new("--base") { HelpName = "DIR", Description = "Model that both start from: the vectors a − base and b − base are compared." };
    private readonly Option<string?> target = new("--target") { HelpName = "DIR", Description = "Model that the vectors are to be added to (default: the base)." };
    private readonly TensorListOptions list = new("name", "change", "cosine", "equal");
    private readonly HeatMapOptions heatMap = new();
    private readonly SpectrumSwitch spectrum = new();
    private readonly Option<int> threads = CommonOptions.Threads();

    private CompareCommand()
    {
    }

    public static Command Create()
    {
        var options = new CompareCommand();
        var command = new Verb("compare", "Compares the weights of two models, or two task vectors. Exit code 0 if all are equal, 1 if not.")
        {
            Examples =
            [
                "compare models/sft models/grpo",
                "compare models/sft models/grpo --sort change",
                "compare out/model models/target --tensors \"*.mlp.*\"",
                "compare models/grpo models/other --base models/sft \\\n      --heatmap cosine.svg",
                "compare models/grpo,minus=models/sft v.safetensors",
            ],
            Arguments = { options.left, options.right },
        };
        command.Options.Add(options.baseModel);
        command.Options.Add(options.target);
        options.list.AddTo(command);
        options.heatMap.AddTo(command);
        options.spectrum.AddTo(command);
        foreach (var option in (Option[])[options.threads, ModelReferences.Offline(), CommonOptions.Json(), CommonOptions.Origin()])
            command.Options.Add(option);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = parsed.Terminal();
            return terminal.RunAsync(async () =>
            {
                var algebra = await options.spectrum.LoadAsync(parsed, terminal, cancellationToken);
                return await Task.Run(() => options.Run(parsed, algebra, terminal, cancellationToken));
            });
        });
        return command;
    }

    private int Run(ParseResult parsed, ILinearAlgebra? algebra, ToolTerminal terminal, CancellationToken cancellationToken)
    {
        heatMap.Require(parsed);
        var sides = new[] { ComparedSide.Parse(parsed.GetValue(left)!), ComparedSide.Parse(parsed.GetValue(right)!) };
        var models = ModelReferences.Resolve([.. sides.SelectMany(s => new[] { s.Path, s.Minus }), parsed.GetValue(baseModel), parsed.GetValue(target)], parsed, terminal, cancellationToken);
        sides = [.. sides.Select(s => s with { Path = models.PathOf(s.Path), Minus = models.PathOf(s.Minus) })];
        var (tensors, areVectors) = parsed.GetValue(baseModel) is null && sides.All(s => s.Minus is null)
            ? CompareWeights(sides, parsed, terminal, cancellationToken)
            : (null, true);
        var report = areVectors ? CompareVectors(sides, models, parsed, algebra, terminal, cancellationToken) : null;
        var drawn = heatMap.Draw(parsed, report, tensors, $"a {sides[0].Path}, b {sides[1].Path}");
        var equal = tensors?.Count(t => t.IsEqual) ?? report!.EqualTensors(0);
        var different = tensors is null ? report!.Tensors + report.LeftOut.Count - equal : tensors.Count - equal;
        terminal.Result(
            new { equal, different, kinds = ComparisonTable.Kinds(tensors ?? []).Where(_ => tensors is not null), tensors = tensors ?? [], interference = report, heatMap = drawn },
            () =>
            {
                if (tensors is not null)
                    PrintWeights(terminal, tensors, parsed);
                if (report is not null)
                    PrintVectors(terminal, report, parsed);
                if (drawn is not null)
                    terminal.Line($"heat map -> {drawn}");
                terminal.Line($"{equal} of {equal + different} tensors are equal");
            });
        return different == 0 ? ExitCode.Done : ExitCode.GateFailed;
    }

    /// <summary>Compares two checkpoints as they are stored (no numbers of weights where one is a compact vector), and says whether both are vectors.</summary>
    private (IReadOnlyList<TensorComparison>? Tensors, bool AreVectors) CompareWeights(
        ComparedSide[] sides, ParseResult parsed, ToolTerminal terminal, CancellationToken cancellationToken)
    {
        using var a = Checkpoint.Open(sides[0].Path);
        using var b = Checkpoint.Open(sides[1].Path);
        var areVectors = VectorComparison.IsVector(a) && VectorComparison.IsVector(b);
        if (areVectors && (VectorComparison.IsCompact(a) || VectorComparison.IsCompact(b)))
            return (null, true);
        var tensors = terminal.Track("compare", Amount.Weights, (starting, progress) =>
            CheckpointComparison.Compare(a, b, list.Selects(parsed), parsed.GetValue(threads), starting, progress, cancellationToken));
        return (tensors, areVectors);
    }

    private InterferenceReport CompareVectors(
        ComparedSide[] sides, ModelReferences models, ParseResult parsed, ILinearAlgebra? algebra, ToolTerminal terminal, CancellationToken cancellationToken)
    {
        using var comparison = VectorComparison.Open(sides[0], sides[1], models.PathOf(parsed.GetValue(baseModel)), models.PathOf(parsed.GetValue(target)));
        return terminal.Track("compare", Amount.Weights, (starting, progress) => comparison.Measure(
            new()
            {
                Selects = list.Selects(parsed),
                Threads = parsed.GetValue(threads),
                LinearAlgebra = algebra,
                Spectrum = spectrum.Options(parsed) ?? new(),
                Starting = starting,
                Progress = progress,
            },
            cancellationToken));
    }

    private void PrintWeights(ToolTerminal terminal, IReadOnlyList<TensorComparison> tensors, ParseResult parsed)
    {
        if (list.Lists(parsed))
            PrintTensors(terminal, Sorted(tensors, list.Key(parsed)));
        ComparisonTable.Print(terminal, tensors);
        PrintMisfits(terminal, tensors);
    }

    private void PrintVectors(ToolTerminal terminal, InterferenceReport report, ParseResult parsed)
    {
        if (list.Lists(parsed))
            InterferenceTable.PrintTensors(terminal, report, list.Key(parsed));
        InterferenceTable.Print(terminal, report);
        if (report.LeftOut.Count > 0)
            terminal.Line($"{report.LeftOut.Count} left out: {Listing.Of(report.LeftOut)}");
    }

    private static IEnumerable<TensorComparison> Sorted(IReadOnlyList<TensorComparison> tensors, string? key) => key switch
    {
        "change" => tensors.OrderByDescending(t => double.IsNaN(t.RelativeDistance) ? double.PositiveInfinity : t.RelativeDistance),
        "cosine" => tensors.OrderBy(t => double.IsNaN(t.Cosine) ? double.NegativeInfinity : t.Cosine),
        "equal" => tensors.OrderBy(t => t.EqualFraction),
        _ => tensors,
    };

    private static void PrintTensors(ToolTerminal terminal, IEnumerable<TensorComparison> tensors)
    {
        var table = new TextTable("tensor", "equal", "cosine", "change");
        foreach (var tensor in tensors)
        {
            if (tensor.Left is null || tensor.Right is null)
                table.Add(tensor.Name, "", "only in", tensor.Left is null ? "b" : "a");
            else
                table.Add(tensor.Name, Amount.Percent(tensor.EqualFraction), Amount.Cosine(tensor.Cosine), Amount.Short(tensor.RelativeDistance));
        }
        terminal.Table(table);
        terminal.Line();
    }

    /// <summary>What no number tells: tensors of one side only, other shapes, other dtypes.</summary>
    private static void PrintMisfits(ToolTerminal terminal, IReadOnlyList<TensorComparison> tensors)
    {
        Print("only in a", t => t.Right is null);
        Print("only in b", t => t.Left is null);
        Print("of another dtype or shape", t => t.Left is not null && t.Right is not null && t.Left != t.Right);

        void Print(string what, Func<TensorComparison, bool> matches)
        {
            if (tensors.Where(matches).ToList() is { Count: > 0 } found)
                terminal.Line($"{found.Count} {what}: {Listing.Of([.. found.Select(t => t.Left is null || t.Right is null ? t.Name : $"{t.Name} ({t.Left}, {t.Right})")])}");
        }
    }
}
