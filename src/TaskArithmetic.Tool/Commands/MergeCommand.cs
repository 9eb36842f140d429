using System.CommandLine;
using System.Globalization;
using TaskArithmetic.Measuring;
using TaskArithmetic.Merging;
using TaskArithmetic.Methods;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Commands;

/// <summary><c>merge</c>: a recipe becomes a model folder.</summary>
internal static class MergeCommand
{
    public static Command Create(MergeMethods methods)
    {
        var recipe = new RecipeOptions(methods);
        var output = new Option<string>("--output") { HelpName = "DIR", Description = "Model folder to write.", Required = true };
        var command = new Verb("merge", "Merges models: target + Σ alpha·(from − minus), or by any other method.")
        {
            Examples =
            [
                "merge --base models/target --output out/model \\\n      --vector \"models/grpo,minus=models/sft,alpha=0.7\"",
                "merge --base models/target --output out/model \\\n      --vector \"vector.safetensors,alpha=[0.8,0.2],tensors=**/mlp/**\"",
                "merge --base hf:acme/instruct --output out/model \\\n      --vector \"hf:acme/grpo,minus=hf:acme/sft,alpha=0.7\"",
                "merge --recipe out/model/taskarithmetic.json \\\n      --output out/again",
                "merge --mergekit config.yml --output out/model",
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
                var report = Merge(recipe, parsed, path, terminal, cancellationToken);
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

    /// <summary>
    /// Runs every recipe of the call. Results that only later ones use lie beside the output, in a folder that is named after it, so that
    /// the same call records the same paths; it goes when the last is done.
    /// </summary>
    private static MergeReport Merge(RecipeOptions options, ParseResult parsed, string output, ToolTerminal terminal, CancellationToken cancellationToken)
    {
        var sources = options.Read(parsed, terminal, cancellationToken);
        var parts = Path.TrimEndingDirectorySeparator(output) + ".parts";
        var folders = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < sources.Count - 1; i++)
        {
            var part = Path.Combine(parts, (i + 1).ToString(CultureInfo.InvariantCulture));
            Merge(sources[i], part);
            folders[sources[i].Name!] = part;
        }
        var report = Merge(sources[^1], output);
        // What was just written is ours; what else may lie in the folder is not.
        foreach (var part in folders.Values)
            Directory.Delete(part, recursive: true);
        if (folders.Count > 0 && !Directory.EnumerateFileSystemEntries(parts).Any())
            Directory.Delete(parts);
        return report;

        MergeReport Merge(RecipeSource source, string path)
        {
            var recipe = source.With(folders);
            foreach (var line in RecipeText.Of(recipe.With(source.Names), path, options.Threads(parsed)))
                terminal.Log($"merge: {line}");
            var report = source.Run(() => terminal.Track("merge", Amount.Bytes, (starting, progress) =>
                ModelMerge.Run(recipe, path, options.Run(parsed, terminal.Log, starting, progress) with { Names = source.Names }, cancellationToken)));
            terminal.Report([.. source.Warnings, .. report.Findings.Select(source.Placed)]);
            return report;
        }
    }
}
