using System.CommandLine;
using System.Globalization;
using TaskArithmetic.Extraction;

namespace TaskArithmetic.Tool.Commands;

/// <summary><c>extract</c>: the difference of two models becomes a vector file.</summary>
internal static class ExtractCommand
{
    public static Command Create()
    {
        var from = new Option<string>("--from") { Description = "Model folder of the donor with the skill (GRPO).", Required = true };
        var minus = new Option<string>("--minus") { Description = "Model folder of the donor without it (SFT).", Required = true };
        var output = new Option<string>("--output") { Description = "Vector file to write, NAME.safetensors.", Required = true };
        var dtype = CommonOptions.DType("--dtype", "Dtype of the vector; auto stores bfloat16 where that is exact and float32 where not.");
        var (threads, cacheDirectory, noCache) = (CommonOptions.Threads(), CommonOptions.CacheDirectory(), CommonOptions.NoCache());
        var (maxShardSize, allowNonFinite) = (CommonOptions.MaxShardSize(), CommonOptions.AllowNonFinite());
        var command = new Command("extract", "Extracts the vector v = from − minus.") { from, minus, output, dtype, threads, cacheDirectory, noCache, maxShardSize, allowNonFinite, CommonOptions.Json(), CommonOptions.Origin() };
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = parsed.Terminal();
            return terminal.RunAsync(() =>
            {
                var report = terminal.Track("extract", (starting, progress) => VectorExtraction.Run(
                    parsed.GetValue(from)!, parsed.GetValue(minus)!, parsed.GetValue(output)!,
                    new ExtractOptions
                    {
                        DType = parsed.GetValue(dtype),
                        Threads = parsed.GetValue(threads),
                        CacheDirectory = parsed.GetValue(cacheDirectory)!,
                        UseCache = !parsed.GetValue(noCache),
                        MaxShardSize = parsed.GetValue(maxShardSize),
                        AllowNonFinite = parsed.GetValue(allowNonFinite),
                        Log = terminal.Log,
                        Starting = starting,
                        Progress = progress,
                    },
                    cancellationToken));
                terminal.Report(report.Findings);
                terminal.Result(new { report.Files, report.CacheHit, report.Findings, report.Metadata }, () => Print(report));
                return ExitCode.Done;
            });
        });
        return command;
    }

    private static void Print(ExtractReport report)
    {
        var m = report.Metadata;
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{m.Norms.Count} tensors, |v| {m.Norm:G6}, {m.EqualFraction * 100:0.0} % of weights equal in both donors, {m.InexactInBFloat16Fraction * 100:0.00} % of differences not exact in bfloat16"));
        foreach (var file in report.Files)
            Console.Out.WriteLine($"vector -> {file}");
    }
}
