using System.CommandLine;
using System.Globalization;
using TaskArithmetic.Extraction;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tool.CommandLine;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Commands;

/// <summary><c>extract</c>: the difference of two models becomes a vector file, or an adapter.</summary>
internal static class ExtractCommand
{
    public static Command Create()
    {
        var from = new Option<string>("--from") { HelpName = "MODEL", Description = "The donor with the skill (GRPO): a model folder, or hf:organisation/name[@revision][/folder].", Required = true };
        var minus = new Option<string>("--minus") { HelpName = "MODEL", Description = "The donor without it (SFT), likewise.", Required = true };
        var output = new Option<string>("--output") { HelpName = "FILE", Description = "Vector file to write, NAME.safetensors; with --lora a folder.", Required = true };
        var dtype = CommonOptions.DType("--dtype", "Dtype of the vector; auto stores bfloat16 where that is exact and float32 where not.");
        var (threads, cacheDirectory, noCache) = (CommonOptions.Threads(), CommonOptions.CacheDirectory(), CommonOptions.NoCache());
        var (maxShardSize, allowNonFinite) = (CommonOptions.MaxShardSize(), CommonOptions.AllowNonFinite());
        var command = new Verb("extract", "Extracts the vector v = from − minus.")
        {
            Examples =
            [
                "extract --from models/grpo --minus models/sft \\\n      --output vector.safetensors",
                "extract --lora --from models/grpo --minus models/sft \\\n      --rank 16 --output adapter",
            ],
            Options = { from, minus, output, dtype, threads, cacheDirectory, noCache, maxShardSize, allowNonFinite, ModelReferences.Offline(), CommonOptions.Json(), CommonOptions.Origin() },
        };
        var lora = new LoraSwitch();
        lora.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = parsed.Terminal();
            return terminal.RunAsync(async () => lora.IsOn(parsed)
                ? ExtractAdapter(await LinearAlgebra.LoadAsync(terminal.Log, cancellationToken))
                : await Task.Run(ExtractVector, cancellationToken));

            ModelReferences Donors() => ModelReferences.Resolve([parsed.GetValue(from), parsed.GetValue(minus)], parsed, terminal, cancellationToken);

            int ExtractAdapter(ILinearAlgebra algebra)
            {
                var donors = Donors();
                var report = terminal.Track("extract", Amount.Weights, (starting, progress) => LoraExtraction.Run(
                    donors.PathOf(parsed.GetValue(from)!), donors.PathOf(parsed.GetValue(minus)!), parsed.GetValue(output)!,
                    lora.Options(parsed, parsed.GetValue(dtype), starting, progress), algebra, cancellationToken));
                terminal.Report(report.Findings);
                terminal.Result(
                    new { report.Files, cacheHit = false, adapter = new { report.KeptEnergy, report.RelativeError, report.Bytes, report.Modules, report.Saved, report.LeftOut } },
                    () => LoraSwitch.Print(terminal, report));
                return ExitCode.Done;
            }

            int ExtractVector()
            {
                var donors = Donors();
                var report = terminal.Track("extract", Amount.Weights, (starting, progress) => VectorExtraction.Run(
                    donors.PathOf(parsed.GetValue(from)!), donors.PathOf(parsed.GetValue(minus)!), parsed.GetValue(output)!,
                    new ExtractOptions
                    {
                        DType = parsed.GetValue(dtype),
                        Threads = parsed.GetValue(threads),
                        CacheDirectory = parsed.GetValue(cacheDirectory),
                        UseCache = !parsed.GetValue(noCache),
                        MaxShardSize = parsed.GetValue(maxShardSize) ?? Recipes.Recipe.DefaultMaxShardSize,
                        AllowNonFinite = parsed.GetValue(allowNonFinite),
                        Log = terminal.Log,
                        Starting = starting,
                        Progress = progress,
                    },
                    cancellationToken));
                terminal.Report(report.Findings);
                terminal.Result(new { report.Files, report.CacheHit, report.Metadata }, () => Print(terminal, report));
                return ExitCode.Done;
            }
        });
        return command;
    }

    /// <summary>The lines of a vector that was made.</summary>
    public static void Print(ToolTerminal terminal, ExtractReport report, string equal = "of weights equal in both donors", string inexact = "of differences not exact")
    {
        var m = report.Metadata;
        terminal.Line(string.Create(CultureInfo.InvariantCulture,
            $"{m.Norms.Count} tensors, |v| {m.Norm:G6}, {m.EqualFraction * 100:0.0} % {equal}, {m.InexactInBFloat16Fraction * 100:0.00} % {inexact} in bfloat16"));
        foreach (var file in report.Files)
            terminal.Line($"vector -> {file}");
    }
}
