using System.CommandLine;
using System.Globalization;
using TaskArithmetic.Compression;
using TaskArithmetic.Methods;
using TaskArithmetic.Tool.CommandLine;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Commands;

/// <summary><c>compress</c>: a vector in a smaller form that every verb reads as a vector.</summary>
internal static class CompressCommand
{
    private static readonly Dictionary<string, CompactForm> Forms = new(StringComparer.Ordinal)
    {
        ["sparse"] = CompactForm.Sparse,
        ["lowrank"] = CompactForm.LowRank,
        ["bitdelta"] = CompactForm.BitDelta,
        ["zstd"] = CompactForm.Zstd,
    };

    public static Command Create()
    {
        var vector = new Argument<string>("vector") { Description = "Vector file, NAME.safetensors, here or on the hub (hf:)." };
        var output = new Option<string>("--output") { HelpName = "FILE", Description = "Vector file to write, NAME.safetensors.", Required = true };
        var form = CommonOptions.OptionalChoice("--form", "sparse and zstd lose nothing; sparse with --max-size, lowrank and bitdelta do.", [.. Forms.Keys]);
        form.Required = true;
        var maxSize = CommonOptions.Size("--max-size", "Most bytes of the file; sparse keeps the largest magnitudes, lowrank the singular values, that fit.");
        var rank = new Option<int?>("--rank") { HelpName = "R", Description = "lowrank: singular values that each matrix keeps." };
        var energy = CommonOptions.Number("--energy", "lowrank: share of the squared singular values that each matrix keeps, above 0 to 1.");
        var oneScale = new Option<bool>("--one-scale") { Description = "bitdelta: one magnitude for each tensor instead of one for each row." };
        var target = new Option<string?>("--target") { HelpName = "DIR", Description = "Model in whose dtype it is measured what survives rounding." };
        var command = new Verb("compress", "Writes a vector in a smaller form and measures what is lost.")
        {
            Examples =
            [
                "compress vector.safetensors --form zstd \\\n      --output small.safetensors",
                "compress vector.safetensors --form sparse \\\n      --max-size 250MB --target models/target --output small.safetensors",
            ],
            Arguments = { vector },
            Options = { form, output, maxSize, rank, energy, oneScale, target, ModelReferences.Offline(), CommonOptions.Json(), CommonOptions.Origin() },
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = parsed.Terminal();
            return terminal.RunAsync(async () =>
            {
                var chosen = Forms[parsed.GetValue(form)!];
                var algebra = chosen == CompactForm.LowRank ? await LinearAlgebra.LoadAsync(terminal.Log, cancellationToken) : null;
                return await Task.Run(() => Compress(chosen, algebra), cancellationToken);
            });

            int Compress(CompactForm chosen, ILinearAlgebra? algebra)
            {
                var models = ModelReferences.Resolve([parsed.GetValue(vector), parsed.GetValue(target)], parsed, terminal, cancellationToken);
                var report = terminal.Track("compress", Amount.Weights, (starting, progress) => VectorCompression.Run(
                    models.PathOf(parsed.GetValue(vector)!), parsed.GetValue(output)!,
                    new CompressOptions
                    {
                        Form = chosen,
                        MaxSize = parsed.GetValue(maxSize),
                        Rank = parsed.GetValue(rank),
                        Energy = parsed.GetValue(energy),
                        OneScale = parsed.GetValue(oneScale),
                        Target = models.PathOf(parsed.GetValue(target)),
                        Starting = starting,
                        Progress = progress,
                    },
                    algebra, cancellationToken));
                terminal.Report(report.Findings);
                terminal.Result(new { report.File, report.Form, report.InputBytes, report.OutputBytes, report.Quality, report.Tensors }, () => Print(terminal, report));
                return ExitCode.Done;
            }
        });
        return command;
    }

    private static void Print(ToolTerminal terminal, CompressReport report)
    {
        var quality = report.Quality;
        terminal.Line(string.Create(CultureInfo.InvariantCulture,
            $"{Amount.Bytes(report.InputBytes)} -> {Amount.Bytes(report.OutputBytes)}, {100.0 * report.OutputBytes / report.InputBytes:0.0} % of the size"));
        terminal.Line(quality.IsLossless
            ? "lossless: every weight is the same"
            : $"relative error {Amount.Short(quality.RelativeError)}, cosine {Amount.Cosine(quality.Cosine)}, {Amount.Percent((double)quality.Kept / quality.Elements)} of weights not zero");
        if (quality.SameOutput is { } same)
        {
            terminal.Line($"of the vector's changes {Amount.Percent(quality.Survival ?? double.NaN)} survive rounding in the target at alpha 1, of the compact vector's {Amount.Percent(quality.CompactSurvival ?? double.NaN)}");
            terminal.Line($"{Amount.Percent(same)} of weights come out the same with either");
        }
        terminal.Line($"vector -> {report.File}");
    }
}
