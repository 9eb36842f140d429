using System.Diagnostics;
using System.Globalization;
using TaskArithmetic.Merging;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Benchmarks.WholeMerge;

/// <summary>One merge in a process of its own, so that its memory is its own.</summary>
internal static class MergeChild
{
    /// <param name="args">Folder with the three models, output, cache folder.</param>
    public static int Run(string[] args)
    {
        var watch = Stopwatch.StartNew();
        ModelMerge.Run(
            new Recipe
            {
                Base = Path.Combine(args[0], "target"),
                Inputs = [RecipeInput.Of(Path.Combine(args[0], "grpo"), Path.Combine(args[0], "sft"), ParameterValue.Parse("0.7"))],
            },
            args[1],
            new MergeOptions { CacheDirectory = args[2], UseCache = false },
            CancellationToken.None);
        Console.WriteLine(watch.Elapsed.TotalSeconds.ToString("R", CultureInfo.InvariantCulture));
        return 0;
    }
}
