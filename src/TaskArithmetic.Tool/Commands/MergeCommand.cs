using System.CommandLine;
using System.Globalization;
using TaskArithmetic.Merging;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Commands;

/// <summary><c>merge</c>: a recipe becomes a model folder.</summary>
internal static class MergeCommand
{
    public static Command Create()
    {
        var recipe = new RecipeOptions();
        var output = new Option<string>("--output") { Description = "Model folder to write.", Required = true };
        var command = new Command("merge", "Adds vectors to a model: target + Σ alpha·(from − minus).");
        recipe.AddTo(command);
        command.Options.Add(output);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = parsed.Terminal();
            return terminal.RunAsync(() =>
            {
                var path = parsed.GetValue(output)!;
                var what = recipe.Recipe(parsed);
                var report = terminal.Track("merge", (starting, progress) =>
                    ModelMerge.Run(what, path, recipe.Run(parsed, terminal.Log, starting, progress), cancellationToken));
                terminal.Report(report.Findings);
                terminal.Result(
                    new { output = Path.GetFullPath(path), report.Key, report.CacheHit, report.OutputBytes, report.Findings, report.Summary },
                    () => Print(report.Summary, path));
                return ExitCode.Done;
            });
        });
        return command;
    }

    /// <summary>The lines that merge and check share.</summary>
    public static void PrintTerms(MergeSummary summary)
    {
        foreach (var term in summary.Terms)
        {
            var cosine = term.LowestCosine is { } lowest ? string.Create(CultureInfo.InvariantCulture, $", lowest cosine target·donor {lowest:0.0000}") : "";
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{term.Label}: {term.Tensors} tensors, |v| {term.Norm:G6} = {term.RelativeNorm:G4} of the target, {term.EqualFraction * 100:0.0} % of weights left as they are{cosine}"));
        }
        Console.Out.WriteLine(summary.SurvivalText);
    }

    private static void Print(MergeSummary summary, string path)
    {
        PrintTerms(summary);
        Console.Out.WriteLine($"model -> {Path.GetFullPath(path)}");
    }
}
