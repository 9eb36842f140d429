using System.CommandLine;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TaskArithmetic.Caching;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Recipes;
using TaskArithmetic.Tool.CommandLine;
using TaskArithmetic.Tool.Evaluation;

namespace TaskArithmetic.Tool.Commands;

/// <summary><c>doctor</c>: what this machine offers and what is missing.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var directory = CommonOptions.CacheDirectory();
        var device = new Option<string>("--device") { Description = "The device to look for: auto, cpu, cuda or cuda:N.", DefaultValueFactory = _ => "auto" };
        var command = new Verb("doctor", "Says what was found on this machine: runtime, SIMD, cache, libtorch, sandbox. Downloads nothing.")
        {
            Examples = ["doctor", "doctor --device cuda:0"],
            Options = { directory, device, CommonOptions.Json(), CommonOptions.Origin() },
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = parsed.Terminal();
            return terminal.RunAsync(async () =>
            {
                var findings = Examine(parsed.GetValue(directory));
                foreach (var (name, value) in await EngineExamination.RunAsync(parsed.GetValue(device)!, cancellationToken))
                    findings[name] = value;
                terminal.Result(findings, () =>
                {
                    foreach (var (name, value) in findings)
                        terminal.Line($"{name}: {value}");
                });
                return ExitCode.Done;
            });
        });
        return command;
    }

    private static OrderedDictionary<string, string> Examine(string? cacheDirectory) => new()
    {
        ["tool"] = $"{ToolIdentity.Current.Name} {ToolIdentity.Current.Version}",
        ["runtime"] = $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}, {RuntimeInformation.RuntimeIdentifier}",
        ["processors"] = $"{Environment.ProcessorCount}, {(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 32)}-bit SIMD",
        ["memory"] = ByteSize.Format(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes),
        ["cache"] = DescribeCache(cacheDirectory),
    };

    private static string DescribeCache(string? directory)
    {
        if (directory is null)
            return "none: the user has no home and no folder is named";
        var cache = new ContentCache(directory);
        var entries = cache.List();
        return $"{cache.Root}, {entries.Count} entries, {ByteSize.Format(entries.Sum(e => e.Entry.Size))}";
    }
}
