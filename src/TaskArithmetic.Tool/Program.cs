using System.CommandLine;
using TaskArithmetic.Tool.Commands;

namespace TaskArithmetic.Tool;

/// <summary><c>dotnet taskarithmetic</c>, and the worker process that builds start.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        ParentProcess.EndWithIt();
        var root = new RootCommand("Puts reasoning vectors into language models: extract, merge, check, verify, evaluate.")
        {
            MergeCommand.Create(),
            ExtractCommand.Create(),
            CheckCommand.Create(),
            InspectCommand.Create(),
            CompareCommand.Create(),
            VerifyCommand.Create(),
            EvalCommand.Create(),
            CacheCommand.Create(),
            DoctorCommand.Create(),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync(ToolDiagnostics.Usage(error.Message).ToCanonicalString(ToolDiagnostics.Origin));
            return ExitCode.Refused;
        }
        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }
}
