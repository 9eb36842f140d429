using System.CommandLine;
using TaskArithmetic.Measuring;
using TaskArithmetic.Merging;
using TaskArithmetic.Methods;
using TaskArithmetic.Planning;
using TaskArithmetic.Recipes;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Commands;

/// <summary><c>check</c>: everything a merge would find, and nothing written.</summary>
internal static class CheckCommand
{
    public static Command Create(MergeMethods methods)
    {
        var recipe = new RecipeOptions(methods);
        var list = new TensorListOptions("name", "norm", "change", "cosine", "survival");
        var (heatMap, spectrum) = (new HeatMapOptions(), new SpectrumSwitch());
        var command = new Verb("check", "Preflight, lineage, survival and interference of a merge, without writing anything.")
        {
            Examples =
            [
                "check --base models/target \\\n      --vector \"models/grpo,minus=models/sft,alpha=0.7\"",
                "check --base models/target --vector v.safetensors --all",
            ],
        };
        recipe.AddTo(command);
        list.AddTo(command);
        heatMap.AddTo(command);
        spectrum.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = parsed.Terminal();
            return terminal.RunAsync(async () =>
            {
                var algebra = await spectrum.LoadAsync(parsed, terminal, cancellationToken);
                return await Task.Run(() => Check(algebra));
            });

            int Check(ILinearAlgebra? algebra)
            {
                heatMap.Require(parsed);
                var sources = recipe.Read(parsed, terminal, cancellationToken);
                if (sources.Count > 1)
                    throw ToolDiagnostics.SeveralMerges("check", sources.Count);
                var report = sources[0].Run(() => terminal.Track("check", Amount.Bytes, (starting, progress) =>
                {
                    var run = recipe.Run(parsed, terminal.Log, starting, progress);
                    return ModelMerge.Check(sources[0].Recipe, run with { Names = sources[0].Names, Spectrum = spectrum.Options(parsed), LinearAlgebra = algebra ?? run.LinearAlgebra }, cancellationToken);
                }));
                terminal.Report([.. sources[0].Warnings, .. report.Findings.Select(sources[0].Placed)]);
                var drawn = heatMap.Draw(parsed, report.Interference);
                terminal.Result(new { report.OutputBytes, report.Summary, report.Interference, heatMap = drawn }, () =>
                {
                    var selects = list.Selects(parsed);
                    var tensors = report.Tensors.Where(t => selects(t.Key)).Select(t => new MergedTensor(t.Key, t.Value)).ToList();
                    if (list.Lists(parsed))
                        SurvivalTable.PrintTensors(terminal, tensors, list.Key(parsed));
                    SurvivalTable.Print(terminal, tensors);
                    MergeCommand.PrintTerms(terminal, report.Summary);
                    if (report.Interference is { } interference)
                        PrintInterference(terminal, interference);
                    if (drawn is not null)
                        terminal.Line($"heat map -> {drawn}");
                    terminal.Line(report.Findings.Count == 0 ? "check: no problem found" : $"check: {report.Findings.Count} warnings");
                });
                return ExitCode.Done;
            }
        });
        return command;
    }

    /// <summary>The vectors beside each other; of one vector alone the tables above tell all but what it suggests.</summary>
    private static void PrintInterference(ToolTerminal terminal, InterferenceReport report)
    {
        terminal.Line();
        if (report.Vectors.Count > 1)
            InterferenceTable.Print(terminal, report);
        else
            InterferenceTable.PrintRemarks(terminal, report);
    }
}
