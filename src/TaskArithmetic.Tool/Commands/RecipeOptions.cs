using System.CommandLine;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Merging;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Tool.Commands;

/// <summary>The options that make up a recipe, the same for <c>merge</c> and <c>check</c> and for the metadata of the build.</summary>
internal sealed class RecipeOptions
{
    private readonly Option<string> baseModel = new("--base") { HelpName = "DIR", Description = "Model folder to change (the target).", Required = true };

    private readonly Option<string[]> vectors = new("--vector")
    {
        HelpName = "SPEC",
        Description = "PATH, then any of ,minus=PATH ,alpha=0.7|[0.8,0.2] ,tensors=GLOB ,exclude=GLOB: a vector file, or a donor pair; repeatable, added in this order.",
        Required = true,
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> method = CommonOptions.Choice("--method", "How the inputs combine.", ["task_arithmetic", .. MergeMethods.BuiltIn.All.Select(m => m.Schema.Name).Where(n => n != "task_arithmetic")]);
    private readonly Option<string> precision = CommonOptions.Choice("--precision", "exact rounds once; mergekit repeats mergekit's roundings bit for bit.", "exact", "mergekit");
    private readonly Option<bool?> normalize = new("--normalize") { HelpName = "true|false", Description = "Divide by the sum of alphas (default: linear true, task_arithmetic false)." };
    private readonly Option<double?> lambda = CommonOptions.Number("--lambda", "Scale of the summed vectors (task_arithmetic; default: 1).");
    private readonly Option<DType?> workingDType = CommonOptions.DType("--working-dtype", "Dtype rounded to after every operation in mergekit precision (default: the target's).");
    private readonly Option<DType?> outputDType = CommonOptions.DType("--output-dtype", "Dtype of merged tensors (default: the target's).");
    private readonly Option<long?> maxShardSize = CommonOptions.MaxShardSize();
    private readonly Option<bool> allowNonFinite = CommonOptions.AllowNonFinite();
    private readonly Option<bool> requireSameLineage = new("--require-same-lineage") { Description = "Refuse donors that do not share the target's lineage instead of warning." };
    private readonly Option<int> threads = CommonOptions.Threads();
    private readonly Option<string?> cacheDirectory = CommonOptions.CacheDirectory();
    private readonly Option<bool> noCache = CommonOptions.NoCache();

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { baseModel, vectors, method, precision, normalize, lambda, workingDType, outputDType, maxShardSize, allowNonFinite, requireSameLineage, threads, cacheDirectory, noCache, CommonOptions.Json(), CommonOptions.Origin() })
            command.Options.Add(option);
    }

    /// <summary>The recipe; the faults of all vectors are reported together.</summary>
    public Recipe Recipe(ParseResult parsed)
    {
        var findings = new List<Diagnostic>();
        var inputs = new List<RecipeInput>();
        foreach (var text in parsed.GetValue(vectors)!)
        {
            try
            {
                inputs.Add(VectorText.Parse(text));
            }
            catch (DiagnosticException e)
            {
                findings.AddRange(e.Diagnostics);
            }
        }
        if (findings.Count > 0)
            throw new DiagnosticException(findings);
        return new Recipe
        {
            Base = parsed.GetValue(baseModel)!,
            Inputs = inputs,
            Parameters = Parameters(parsed),
            Method = parsed.GetValue(method)!,
            Precision = parsed.GetValue(precision) == "mergekit" ? Precision.Mergekit : Precision.Exact,
            WorkingDType = parsed.GetValue(workingDType),
            OutputDType = parsed.GetValue(outputDType),
            MaxShardSize = parsed.GetValue(maxShardSize) ?? Recipes.Recipe.DefaultMaxShardSize,
            AllowNonFinite = parsed.GetValue(allowNonFinite),
            RequireSameLineage = parsed.GetValue(requireSameLineage),
        };
    }

    private Dictionary<string, ParameterValue> Parameters(ParseResult parsed)
    {
        var parameters = new Dictionary<string, ParameterValue>(StringComparer.Ordinal);
        if (parsed.GetValue(normalize) is { } divides)
            parameters["normalize"] = divides;
        if (parsed.GetValue(lambda) is { } scale)
            parameters["lambda"] = scale;
        return parameters;
    }

    /// <summary>Worker threads.</summary>
    public int Threads(ParseResult parsed) => parsed.GetValue(threads);

    public MergeOptions Run(ParseResult parsed, Action<string> log, Action<long> starting, IProgress<long> progress) => new()
    {
        Threads = parsed.GetValue(threads),
        CacheDirectory = parsed.GetValue(cacheDirectory),
        UseCache = !parsed.GetValue(noCache),
        Log = log,
        Starting = starting,
        Progress = progress,
    };
}
