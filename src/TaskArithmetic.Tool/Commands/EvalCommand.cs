using System.CommandLine;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Catalog;
using TaskArithmetic.Evaluation.Execution;
using TaskArithmetic.Evaluation.Gates;
using TaskArithmetic.Evaluation.Reports;
using TaskArithmetic.Methods;
using TaskArithmetic.Tool.CommandLine;
using TaskArithmetic.Tool.Evaluation;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Commands;

/// <summary><c>eval</c>: scores a model on benchmarks, against a baseline and its gates if asked.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        var options = new EvalOptions();
        var command = new Verb("eval", "Scores a model on benchmarks as lm-evaluation-harness does, compares it with a baseline, and judges gates.")
        {
            Examples =
            [
                "eval --list",
                "eval --validate benchmarks/arithmetic.yaml",
                "eval out/model --output out/scores --benchmark gsm8k",
                "eval out/model --output out/results \\\n      --baseline models/target --benchmark gsm8k,limit=200,max-regression=5",
            ],
        };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            if (options.Lists(parsed))
                return BenchmarkList.RunAsync(parsed.Terminal("eval list"), () => options.Catalog(parsed));
            if (options.Validates(parsed) is { } file)
                return TaskFileCheck.RunAsync(parsed.Terminal("eval validate"), file, options, parsed, cancellationToken);
            var terminal = parsed.Terminal();
            return terminal.RunAsync(async () =>
            {
                var problems = new List<Diagnostic>();
                return await RunAsync(await Task.Run(() => options.Settings(parsed, problems, terminal, cancellationToken), cancellationToken), problems, options.Engines(parsed), terminal, cancellationToken);
            });
        });
        return command;
    }

    private static async Task<int> RunAsync(
        EvaluationSettings settings, List<Diagnostic> problems, EngineFactory engines, ToolTerminal terminal, CancellationToken cancellationToken)
    {
        var evaluation = new GatedEvaluation(BenchmarkCatalog.Load(settings.IncludePaths), settings.Benchmarks, settings.Options, settings.Gate);
        problems.AddRange(evaluation.Problems(hasBaseline: true, runsPrograms: settings.AllowCodeExecution != CodeExecution.None));
        if (settings.Baseline is null)
            problems.AddRange(settings.Benchmarks.Where(b => b.Criteria.NeedsBaseline).Select(b => ToolDiagnostics.GateWithoutBaseline(b.Benchmark)));
        if (problems.Count > 0)
            throw new DiagnosticException(problems);
        var (merged, baseline, files) = await new ModelScoring(settings, engines, evaluation, terminal).RunAsync(cancellationToken);
        var report = evaluation.Judge(merged, baseline);
        if (report.IsGateOrComparison)
            files.AddRange(await WriteReportsAsync(report, settings.Output, cancellationToken));
        terminal.Result(EvaluationJson.Of(report, files), () => EvaluationText.Print(report, settings.Output));
        terminal.Report(report.Gate.Diagnostics);
        return !report.Gate.Blocks ? ExitCode.Done : report.Gate.Verdict == GateVerdict.Fail ? ExitCode.GateFailed : ExitCode.Inconclusive;
    }

    private static async Task<IReadOnlyList<string>> WriteReportsAsync(EvaluationReport report, string output, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable("GITHUB_STEP_SUMMARY") is { Length: > 0 } summary)
            await MarkdownSummary.AppendAsync(summary, report.Gate, report.Context, cancellationToken);
        return await GateReportFiles.WriteAsync(report, output, cancellationToken);
    }
}
