using System.CommandLine;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Running;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Commands;

/// <summary><c>eval --validate</c>: all that is wrong with a task file.</summary>
internal static class TaskFileCheck
{
    public static Task<int> RunAsync(ToolTerminal terminal, string file, EvalOptions options, ParseResult parsed, CancellationToken cancellationToken) => terminal.RunAsync(async () =>
    {
        var problems = await BenchmarkValidation.FindProblemsAsync(
            file, options.Catalog(parsed), options.LocalData(parsed), Environment.CurrentDirectory, options.RunOptions(parsed, isGate: false), cancellationToken);
        terminal.Report(problems, all: true);
        var errors = problems.Count(p => p.Severity == DiagnosticSeverity.Error);
        terminal.Result(new { benchmark = file, errors, warnings = problems.Count - errors }, () =>
            terminal.Line(problems.Count == 0 ? $"{file}: no problem found" : $"{file}: {errors} errors, {problems.Count - errors} warnings"));
        return errors == 0 ? ExitCode.Done : ExitCode.For(problems);
    });
}
