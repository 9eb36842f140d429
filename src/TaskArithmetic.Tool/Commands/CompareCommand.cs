using System.CommandLine;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Comparing;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Tool.CommandLine;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Commands;

/// <summary><c>compare</c>: how two models differ, by kind of tensor and layer, or tensor by tensor.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        var left = new Argument<string>("a") { Description = "Model folder or safetensors file." };
        var right = new Argument<string>("b") { Description = "Model folder or safetensors file." };
        var (list, threads) = (new TensorListOptions("name", "change", "cosine", "equal"), CommonOptions.Threads());
        var command = new Verb("compare", "Compares the weights of two models. Exit code 0 if all are equal, 1 if not.")
        {
            Examples = ["compare models/sft models/grpo", "compare models/sft models/grpo --sort change", "compare out/model models/target --tensors \"*.mlp.*\""],
            Arguments = { left, right },
        };
        list.AddTo(command);
        foreach (var option in (Option[])[threads, CommonOptions.Json(), CommonOptions.Origin()])
            command.Options.Add(option);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = parsed.Terminal();
            return terminal.RunAsync(() =>
            {
                using var a = Checkpoint.Open(parsed.GetValue(left)!);
                using var b = Checkpoint.Open(parsed.GetValue(right)!);
                var tensors = terminal.Track("compare", Amount.Weights, (starting, progress) =>
                    CheckpointComparison.Compare(a, b, list.Selects(parsed), parsed.GetValue(threads), starting, progress, cancellationToken));
                var equal = tensors.Count(t => t.IsEqual);
                terminal.Result(new { equal, different = tensors.Count - equal, kinds = ComparisonTable.Kinds(tensors), tensors }, () =>
                {
                    if (list.Lists(parsed))
                        PrintTensors(terminal, Sorted(tensors, list.Key(parsed)));
                    ComparisonTable.Print(terminal, tensors);
                    PrintMisfits(terminal, tensors);
                    terminal.Line($"{equal} of {tensors.Count} tensors are equal");
                });
                return equal == tensors.Count ? ExitCode.Done : ExitCode.GateFailed;
            });
        });
        return command;
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
