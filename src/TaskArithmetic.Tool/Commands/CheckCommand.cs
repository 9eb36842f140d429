using System.CommandLine;
using TaskArithmetic.Merging;
using TaskArithmetic.Planning;
using TaskArithmetic.Recipes;
using TaskArithmetic.Tool.CommandLine;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Commands;

/// <summary><c>check</c>: everything a merge would find, and nothing written.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var recipe = new RecipeOptions();
        var list = new TensorListOptions("name", "norm", "change", "cosine", "survival");
        var command = new Verb("check", "Preflight, lineage and survival of a merge, without writing anything.")
        {
            Examples =
            [
                "check --base models/target \\\n      --vector \"models/grpo,minus=models/sft,alpha=0.7\"",
                "check --base models/target --vector v.safetensors --all",
            ],
        };
        recipe.AddTo(command);
        list.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = parsed.Terminal();
            return terminal.RunAsync(() =>
            {
                var what = recipe.Recipe(parsed);
                var report = terminal.Track("check", Amount.Bytes, (starting, progress) =>
                    ModelMerge.Check(what, recipe.Run(parsed, terminal.Log, starting, progress), cancellationToken));
                terminal.Report(report.Findings);
                terminal.Result(new { report.OutputBytes, report.Summary }, () =>
                {
                    var selects = list.Selects(parsed);
                    var tensors = report.Tensors.Where(t => selects(t.Key)).Select(t => new MergedTensor(t.Key, t.Value)).ToList();
                    if (list.Lists(parsed))
                        SurvivalTable.PrintTensors(terminal, tensors, list.Key(parsed));
                    SurvivalTable.Print(terminal, tensors);
                    MergeCommand.PrintTerms(terminal, report.Summary);
                    terminal.Line(report.Findings.Count == 0 ? "check: no problem found" : $"check: {report.Findings.Count} warnings");
                });
                return ExitCode.Done;
            });
        });
        return command;
    }
}
