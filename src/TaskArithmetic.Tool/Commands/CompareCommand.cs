using System.CommandLine;
using System.Globalization;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Comparing;

namespace TaskArithmetic.Tool.Commands;

/// <summary><c>compare</c>: how two models differ, tensor by tensor.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        var left = new Argument<string>("a") { Description = "Model folder or safetensors file." };
        var right = new Argument<string>("b") { Description = "Model folder or safetensors file." };
        var threads = CommonOptions.Threads();
        var command = new Command("compare", "Compares two models tensor by tensor. Exit code 0 if all are equal, 1 if not.") { left, right, threads, CommonOptions.Json(), CommonOptions.Origin() };
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = parsed.Terminal();
            return terminal.RunAsync(() =>
            {
                using var a = Checkpoint.Open(parsed.GetValue(left)!);
                using var b = Checkpoint.Open(parsed.GetValue(right)!);
                var tensors = CheckpointComparison.Compare(a, b, parsed.GetValue(threads), cancellationToken);
                var equal = tensors.Count(t => t.IsEqual);
                terminal.Result(new { equal, different = tensors.Count - equal, tensors }, () =>
                {
                    foreach (var tensor in tensors.Where(t => !t.IsEqual))
                        Console.Out.WriteLine(Line(tensor));
                    Console.Out.WriteLine($"{equal} of {tensors.Count} tensors are equal");
                });
                return equal == tensors.Count ? ExitCode.Done : ExitCode.GateFailed;
            });
        });
        return command;
    }

    private static string Line(TensorComparison tensor)
    {
        if (tensor.Left is null || tensor.Right is null)
            return $"{tensor.Name}: only in {(tensor.Left is null ? "b" : "a")}";
        var kinds = tensor.Left == tensor.Right ? tensor.Left : $"{tensor.Left} against {tensor.Right}";
        return tensor.Elements == 0
            ? $"{tensor.Name}: {kinds}"
            : string.Create(CultureInfo.InvariantCulture, $"{tensor.Name}: {kinds}, {(double)tensor.Equal / tensor.Elements * 100:0.00} % equal, cosine {tensor.Cosine:0.000000}, distance {tensor.RelativeDistance:G4}");
    }
}
