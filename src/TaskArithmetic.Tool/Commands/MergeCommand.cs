using System.CommandLine;
using System.Globalization;
using TaskArithmetic.Measuring;
using TaskArithmetic.Merging;
using TaskArithmetic.Recipes;
using TaskArithmetic.Tool.CommandLine;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Commands;

/// <summary><c>merge</c>: a recipe becomes a model folder.</summary>
internal static class MergeCommand
{
    public static Command Create()
    {
        var recipe = new RecipeOptions();
        var output = new Option<string>("--output") { HelpName = "DIR", Description = "Model folder to write.", Required = true };
        var command = new Verb("merge", "Adds vectors to a model: target + Σ alpha·(from − minus).")
        {
            Examples =
            [
                "merge --base models/target --output out/model \\\n      --vector \"models/grpo,minus=models/sft,alpha=0.7\"",
                "merge --base models/target --output out/model \\\n      --vector \"vector.safetensors,alpha=[0.8,0.2],tensors=**/mlp/**\"",
            ],
        };
        recipe.AddTo(command);
        command.Options.Add(output);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = parsed.Terminal();
            return terminal.RunAsync(() =>
            {
                var path = Path.GetFullPath(parsed.GetValue(output)!);
                var what = recipe.Recipe(parsed);
                foreach (var line in RecipeText.Of(what, path, recipe.Threads(parsed)))
                    terminal.Log($"merge: {line}");
                var report = terminal.Track("merge", Amount.Bytes, (starting, progress) =>
                    ModelMerge.Run(what, path, recipe.Run(parsed, terminal.Log, starting, progress), cancellationToken));
                terminal.Report(report.Findings);
                terminal.Result(
                    new { output = path, report.Key, report.CacheHit, report.OutputBytes, report.Summary },
                    () =>
                    {
                        PrintTerms(terminal, report.Summary);
                        terminal.Line($"model -> {path}");
                    });
                return ExitCode.Done;
            });
        });
        return command;
    }

    /// <summary>The lines that merge and check share.</summary>
    public static void PrintTerms(ToolTerminal terminal, MergeSummary summary)
    {
        foreach (var term in summary.Terms)
        {
            terminal.Line($"{term.Label}:");
            terminal.Line(string.Create(CultureInfo.InvariantCulture,
                $"  {term.Tensors} tensors, |v| {term.Norm:G6} = {term.RelativeNorm:G4} of the target, {term.EqualFraction * 100:0.0} % zero"));
            if (term.LowestCosine is { } lowest)
                terminal.Line(string.Create(CultureInfo.InvariantCulture, $"  lowest cosine of target and donors in a large matrix: {lowest:0.0000}"));
        }
        terminal.Line(summary.SurvivalText);
    }
}
