using System.CommandLine;
using System.Globalization;
using TaskArithmetic.Merging;

namespace TaskArithmetic.Tool.Commands;

/// <summary><c>check</c>: everything a merge would find, and nothing written.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var recipe = new RecipeOptions();
        var perTensor = new Option<bool>("--tensors") { Description = "Also list every tensor: norms, survival, cosine and distance to the donors." };
        var command = new Command("check", "Preflight, lineage and survival of a merge, without writing anything.");
        recipe.AddTo(command);
        command.Options.Add(perTensor);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = parsed.Terminal();
            return terminal.RunAsync(() =>
            {
                var what = recipe.Recipe(parsed);
                var report = terminal.Track("check", (starting, progress) =>
                    ModelMerge.Check(what, recipe.Run(parsed, terminal.Log, starting, progress), cancellationToken));
                terminal.Report(report.Findings);
                terminal.Result(new { report.OutputBytes, report.Findings, report.Summary }, () =>
                {
                    if (parsed.GetValue(perTensor))
                        PrintTensors(report.Summary);
                    MergeCommand.PrintTerms(report.Summary);
                    Console.Out.WriteLine(report.Findings.Count == 0 ? "check: no problem found" : $"check: {report.Findings.Count} warnings");
                });
                return ExitCode.Done;
            });
        });
        return command;
    }

    private static void PrintTensors(MergeSummary summary)
    {
        foreach (var (name, tensor) in summary.Tensors.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name}: |t| {tensor.TargetNorm:G5}, |v| {Join(tensor.VectorNorms, "G5")}, survival {tensor.Survival * 100:0.0} %, cosine {Join(tensor.Cosines, "0.0000")}, distance {Join(tensor.RelativeDistances, "G4")}"));
        }
    }

    private static string Join(IReadOnlyList<double> values, string format) =>
        values.Count == 0 ? "–" : string.Join(" ", values.Select(v => v.ToString(format, CultureInfo.InvariantCulture)));
}
