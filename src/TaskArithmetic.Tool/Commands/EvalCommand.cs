using System.CommandLine;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Gates;
using TaskArithmetic.Evaluation.Results;
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
                "eval out/model --output out/scores --benchmark gsm8k",
                "eval out/model --output out/results \\\n      --baseline models/target --benchmark gsm8k,limit=200,max-regression=5",
            ],
        };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = parsed.Terminal();
            return terminal.RunAsync(async () => await RunAsync(options.Settings(parsed), options.Engines(parsed), terminal, cancellationToken));
        });
        return command;
    }

    private static async Task<int> RunAsync(EvaluationSettings settings, EngineFactory engines, ToolTerminal terminal, CancellationToken cancellationToken)
    {
        if (settings.Baseline is null && settings.Benchmarks.Where(b => b.NeedsBaseline).Select(b => b.Benchmark).ToList() is { Count: > 0 } without)
            throw new DiagnosticException([.. without.Select(ToolDiagnostics.GateWithoutBaseline)]);
        var evaluation = new ModelEvaluation(settings, engines, terminal);
        var merged = await evaluation.ScoreAsync(settings.Model, cancellationToken);
        var baseline = settings.Baseline is null ? null : await evaluation.ScoreAsync(settings.Baseline, cancellationToken);
        if (baseline is null && !settings.Benchmarks.Any(b => b.IsGate))
        {
            terminal.Result(Scores(merged), () => Print(merged));
            return ExitCode.Done;
        }
        var gate = new ModelGate(settings, evaluation, merged, baseline);
        var report = gate.Judge();
        var files = await gate.WriteAsync(report, cancellationToken);
        terminal.Result(new { verdict = report.Verdict, model = Scores(merged), baseline = baseline is null ? null : Scores(baseline), report.Diagnostics, files }, () =>
        {
            if (baseline is not null)
                Print(baseline);
            Print(merged);
            GateLines.Print(report);
            Console.Out.WriteLine($"reports -> {Path.GetFullPath(settings.Output)}");
        });
        terminal.Report(report.Diagnostics);
        if (!report.Blocks)
            return ExitCode.Done;
        return report.Verdict == GateVerdict.Fail ? ExitCode.GateFailed : ExitCode.Inconclusive;
    }

    private static object Scores(ModelResults results) => new
    {
        results.Model,
        tasks = results.Runs.SelectMany(r => r.Tasks).Select(t => new { name = t.Task.Name, n = t.Documents.Count, t.Scores, t.TruncationRate, t.SkippedBecause }),
        groups = results.Runs.SelectMany(r => r.Groups).Select(g => new { name = g.Group.Name, g.Scores }),
        results.Files,
    };

    private static void Print(ModelResults results)
    {
        Console.Out.WriteLine($"{results.Model}:");
        foreach (var run in results.Runs)
            Console.Out.WriteLine(ScoreTable.Summarize(run));
    }
}
