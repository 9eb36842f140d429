using System.CommandLine;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Extraction;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Commands;

/// <summary><c>combine</c>: vectors become a vector, by any method for task vectors.</summary>
internal static class CombineCommand
{
    public static Command Create(MergeMethods methods)
    {
        var output = new Option<string>("--output") { HelpName = "FILE", Description = "Vector file to write, NAME.safetensors.", Required = true };
        var vectors = new Option<string[]>("--vector")
        {
            HelpName = "SPEC",
            Description = "PATH or hf:NAME, then any of ,minus=PATH ,alpha=0.7|[0.8,0.2] ,KEY=VALUE ,tensors=GLOB ,exclude=GLOB: a vector file or a donor pair; repeatable, combined in this order.",
            Required = true,
            Arity = ArgumentArity.OneOrMore,
        };
        var names = methods.All.Where(m => m.Schema.Operands == Operands.TaskVectors).Select(m => m.Schema.Name).ToList();
        var method = CommonOptions.Choice("--method", "How the vectors combine; 'methods' describes each.", [.. names.Where(n => n == new Recipe().Method), .. names.Where(n => n != new Recipe().Method)]);
        method.HelpName = "NAME";
        var precision = CommonOptions.Choice("--precision", "exact rounds once; mergekit repeats mergekit's roundings.", "exact", "mergekit");
        var seed = new Option<long>("--seed") { HelpName = "N", Description = "Seed of random masks and placebo vectors (default: 0)." };
        var dtype = CommonOptions.DType("--dtype", "Dtype of the vector; auto stores bfloat16 where that is exact and float32 where not.");
        var (threads, cacheDirectory, noCache) = (CommonOptions.Threads(), CommonOptions.CacheDirectory(), CommonOptions.NoCache());
        var (maxShardSize, allowNonFinite) = (CommonOptions.MaxShardSize(), CommonOptions.AllowNonFinite());
        Option[] own = [vectors, output, method, precision, seed, dtype, maxShardSize, allowNonFinite, CommonOptions.MethodAssembly(), threads, cacheDirectory, noCache, ModelReferences.Offline(), CommonOptions.Json(), CommonOptions.Origin()];
        var parameters = new MethodOptions(methods, own.Select(o => o.Name));
        var command = new Verb("combine", "Combines vectors into one: sums, differences, scaled and negated ones, trimmed, elected, projected, randomised.")
        {
            Examples =
            [
                "combine --vector math.safetensors --vector code.safetensors,alpha=-0.5 \\\n      --output difference.safetensors",
                "combine --method ties --density 0.2 --vector a.safetensors --vector b.safetensors \\\n      --output consensus.safetensors",
                "combine --method placebo --seed 1 --vector math.safetensors \\\n      --output placebo.safetensors",
            ],
        };
        foreach (var option in own[..3].Concat(parameters.All).Concat(own[3..]))
            command.Options.Add(option);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = parsed.Terminal();
            return terminal.RunAsync(() =>
            {
                methods.TryFind(parsed.GetValue(method)!, out var chosen);
                var recipe = RecipeOptions.FromTexts(chosen!.Schema, parsed.GetValue(vectors)!, parameters.Of(parsed)) with
                {
                    Precision = parsed.GetValue(precision) == "mergekit" ? Precision.Mergekit : Precision.Exact,
                    Seed = parsed.GetValue(seed),
                    AllowNonFinite = parsed.GetValue(allowNonFinite),
                };
                recipe = recipe.With(ModelReferences.Resolve(recipe.AllNames, parsed, terminal, cancellationToken).Paths);
                var report = terminal.Track("combine", Amount.Weights, (starting, progress) => VectorCombination.Run(
                    recipe, parsed.GetValue(output)!,
                    new ExtractOptions
                    {
                        DType = parsed.GetValue(dtype),
                        Threads = parsed.GetValue(threads),
                        CacheDirectory = parsed.GetValue(cacheDirectory),
                        UseCache = !parsed.GetValue(noCache),
                        MaxShardSize = parsed.GetValue(maxShardSize) ?? Recipe.DefaultMaxShardSize,
                        Methods = methods,
                        LinearAlgebra = LinearAlgebra.Deferred(terminal.Log),
                        Log = terminal.Log,
                        Starting = starting,
                        Progress = progress,
                    },
                    cancellationToken));
                terminal.Report(report.Findings);
                terminal.Result(new { report.Files, report.CacheHit, report.Metadata }, () => ExtractCommand.Print(terminal, report, "of them zero", "not exact"));
                return ExitCode.Done;
            });
        });
        return command;
    }
}
