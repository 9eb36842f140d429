using System.CommandLine;
using TaskArithmetic.Gguf;
using TaskArithmetic.Gguf.Format;
using TaskArithmetic.Tool.CommandLine;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Commands;

/// <summary><c>export</c>: a model folder as one file that other engines run.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("model") { Description = "Model folder, or hf:organisation/name[@revision][/folder]." };
        var form = CommonOptions.Choice("--form", "What other engines read; gguf is llama.cpp's.", "gguf");
        var quantization = CommonOptions.OptionalChoice("--quantization", "How weights are stored (default: as they are). Forms below q8_0 are made by llama.cpp.", [.. GgufQuantization.All.Select(q => q.Name)]);
        quantization.HelpName = "NAME";
        var name = new Option<string?>("--name") { HelpName = "NAME", Description = "Name that engines show (default: the folder's)." };
        var output = new Option<string?>("--output") { HelpName = "FILE", Description = "File to write, NAME.gguf (default: the folder's name, here)." };
        var threads = CommonOptions.Threads();
        var command = new Verb("export", "Writes a model as a GGUF file, which llama.cpp and its like run.")
        {
            Examples =
            [
                "export out/model --quantization q8_0 --output model.gguf",
                "export out/model --form gguf --quantization q4_k_m",
            ],
            Arguments = { model },
            Options = { form, quantization, name, output, threads, ModelReferences.Offline(), CommonOptions.Json(), CommonOptions.Origin() },
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = parsed.Terminal();
            return terminal.RunAsync(() => Task.Run(
                () =>
                {
                    var references = ModelReferences.Resolve([parsed.GetValue(model)], parsed, terminal, cancellationToken);
                    var report = terminal.Track("export", Amount.Weights, (starting, progress) => GgufExport.RunAsync(
                        new GgufExportOptions
                        {
                            Model = references.PathOf(parsed.GetValue(model)!),
                            Output = parsed.GetValue(output) ?? DefaultOutput(parsed.GetValue(model)!, parsed.GetValue(quantization)),
                            Quantization = parsed.GetValue(quantization),
                            Name = parsed.GetValue(name),
                            Threads = parsed.GetValue(threads),
                            Starting = starting,
                            Progress = progress,
                            Log = new ToolTerminal.DirectProgress<string>(terminal.Log),
                        },
                        cancellationToken).GetAwaiter().GetResult());
                    terminal.Report(report.Findings);
                    terminal.Result(
                        new { report.File, report.Quantization, report.InputBytes, report.OutputBytes },
                        () => terminal.Line($"{Amount.Bytes(report.InputBytes)} -> {Amount.Bytes(report.OutputBytes)} {report.Quantization} -> {report.File}"));
                    return ExitCode.Done;
                },
                cancellationToken));
        });
        return command;
    }

    private static string DefaultOutput(string model, string? quantization) =>
        $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(model)))}{(quantization is null ? "" : "." + quantization)}.gguf";
}
