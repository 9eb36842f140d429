using System.CommandLine;
using System.CommandLine.Parsing;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Merging;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Commands;

/// <summary>The options that make up a recipe or name the file of one, the same for <c>merge</c> and <c>check</c> and for the metadata of the build.</summary>
internal sealed class RecipeOptions
{
    private static readonly string DefaultMethod = new Recipe().Method;

    /// <summary>Names of options that no parameter of a method can have.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. new RecipeOptions(MergeMethods.BuiltIn).Own.Select(o => o.Name), "--output", "--help", "--version", "--all", "--tensors", "--sort", "--heatmap", "--heatmap-of"];

    private readonly MergeMethods methods;
    private readonly Option<string> baseModel = new("--base") { HelpName = "MODEL", Description = "Model to change (the target): a folder, or hf:organisation/name[@revision][/folder] on the hub." };

    private readonly Option<string[]> vectors = new("--vector")
    {
        HelpName = "SPEC",
        Description = "PATH or hf:NAME, then any of ,minus=PATH ,alpha=0.7|[0.8,0.2] ,KEY=VALUE ,tensors=GLOB ,exclude=GLOB: a vector file, a donor pair, a model or an adapter, with the method's parameters for it; repeatable, added in this order.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> recipeFile = new("--recipe") { HelpName = "FILE", Description = "JSON of a recipe, or the taskarithmetic.json of a merged model, in place of base, vectors and method." };
    private readonly Option<string> mergeKitFile = new("--mergekit") { HelpName = "FILE", Description = "Configuration of mergekit (YAML), likewise." };
    private readonly Option<string> method;
    private readonly MethodOptions parameters;
    private readonly Option<string> precision = CommonOptions.Choice("--precision", "exact rounds once; mergekit repeats mergekit's roundings bit for bit.", "exact", "mergekit");
    private readonly Option<long?> seed = new("--seed") { HelpName = "N", Description = "Seed of random masks (default: 0)." };
    private readonly Option<DType?> workingDType = CommonOptions.DType("--working-dtype", "Dtype rounded to after every operation in mergekit precision (default: the target's).");
    private readonly Option<DType?> outputDType = CommonOptions.DType("--output-dtype", "Dtype of merged tensors (default: the target's).");
    private readonly Option<long?> maxShardSize = CommonOptions.MaxShardSize();
    private readonly Option<string?> vocabularyMismatch = CommonOptions.OptionalChoice("--vocabulary-mismatch", "Embeddings and heads of other vocabularies: refuse the merge (the default), merge the rows of common tokens, or skip them.", "error", "common", "skip");
    private readonly Option<bool> allowNonFinite = CommonOptions.AllowNonFinite();
    private readonly Option<bool> requireSameLineage = new("--require-same-lineage") { Description = "Refuse donors that do not share the target's lineage instead of warning." };
    private readonly Option<int> threads = CommonOptions.Threads();
    private readonly Option<string?> cacheDirectory = CommonOptions.CacheDirectory();
    private readonly Option<bool> noCache = CommonOptions.NoCache();

    public RecipeOptions(MergeMethods methods)
    {
        this.methods = methods;
        method = CommonOptions.Choice("--method", "How the inputs combine; 'methods' describes each.", [DefaultMethod, .. methods.All.Select(m => m.Schema.Name).Where(n => n != DefaultMethod)]);
        method.HelpName = "NAME";
        parameters = new MethodOptions(methods, Own.Select(o => o.Name).Append("--output"));
    }

    /// <summary>Every option but those of methods.</summary>
    private Option[] Own =>
    [
        baseModel, vectors, recipeFile, mergeKitFile, method, precision, seed, workingDType, outputDType, maxShardSize, vocabularyMismatch, allowNonFinite, requireSameLineage,
        CommonOptions.MethodAssembly(), threads, cacheDirectory, noCache, ModelReferences.Offline(), CommonOptions.Json(), CommonOptions.Origin(),
    ];

    public void AddTo(Command command)
    {
        var own = Own.ToList();
        foreach (var option in own[..5].Concat(parameters.All).Concat(own[5..]))
            command.Options.Add(option);
        command.Validators.Add(Validate);
    }

    /// <summary>The recipes that are asked for, each after those whose results it uses, the last the result; models of the hub are on this machine.</summary>
    public IReadOnlyList<RecipeSource> Read(ParseResult parsed, ToolTerminal terminal, CancellationToken cancellationToken)
    {
        var sources = Read(parsed);
        var results = sources.Select(s => s.Name).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var references = ModelReferences.Resolve(
            sources.SelectMany(s => s.Recipe.AllNames).Where(name => !results.Contains(name)), parsed, terminal, cancellationToken, readsBareNames: parsed.GetValue(mergeKitFile) is not null);
        return references.Paths.Count == 0 ? sources : [.. sources.Select(source => source with
        {
            Recipe = source.Recipe.With(references.Paths),
            With = folders => source.With(folders).With(references.Paths),
            Placed = finding => source.Placed(references.AsWritten(finding)),
            Names = references.Names,
        })];
    }

    private IReadOnlyList<RecipeSource> Read(ParseResult parsed)
    {
        if (parsed.GetValue(mergeKitFile) is { } yaml)
        {
            var file = MergeKitFile.Read(yaml, methods);
            return
            [
                .. file.Documents.Select(d => new RecipeSource(Override(parsed, d.Recipe), d.Name, d.Placed)
                {
                    With = folders => Override(parsed, d.With(folders)),
                    Warnings = d == file.Documents[^1] ? file.Warnings : [],
                }),
            ];
        }
        var recipe = parsed.GetValue(recipeFile) is { } json ? RecipeJson.Read(json, methods) : FromOptions(parsed);
        return [new RecipeSource(Override(parsed, recipe), null, finding => finding)];
    }

    /// <summary>Worker threads.</summary>
    public int Threads(ParseResult parsed) => parsed.GetValue(threads);

    public MergeOptions Run(ParseResult parsed, Action<string> log, Action<long> starting, IProgress<long> progress) => new()
    {
        Threads = parsed.GetValue(threads),
        CacheDirectory = parsed.GetValue(cacheDirectory),
        UseCache = !parsed.GetValue(noCache),
        Methods = methods,
        LinearAlgebra = LinearAlgebra.Deferred(log),
        Log = log,
        Starting = starting,
        Progress = progress,
    };

    /// <summary>A file says it all, and options say it all without one; what only sets how the result is written may stand beside a file.</summary>
    private void Validate(CommandResult call)
    {
        Option[] files = [.. new Option[] { recipeFile, mergeKitFile }.Where(o => IsGiven(call, o))];
        if (files.Length == 0)
        {
            if (!IsGiven(call, baseModel) && SchemaOf(call)?.Base is null or BaseUse.Required)
                Missing(call, baseModel);
            if (!IsGiven(call, vectors))
                Missing(call, vectors);
            return;
        }
        foreach (var other in files[1..].Concat(new Option[] { baseModel, vectors, method }.Concat(parameters.All).Where(o => IsGiven(call, o))))
            call.AddError($"{files[0].Name} and {other.Name} exclude each other");
    }

    /// <summary>In the words of the library, which are reworded together with its own.</summary>
    private static void Missing(CommandResult call, Option option) => call.AddError($"Option '{option.Name}' is required.");

    private static bool IsGiven(SymbolResult call, Option option) => call.GetResult(option) is { Implicit: false };

    private MethodSchema? SchemaOf(CommandResult call) => Find(IsGiven(call, method) && call.GetResult(method)!.Tokens is [var name, ..] ? name.Value : DefaultMethod);

    private MethodSchema? Find(string name) => methods.TryFind(name, out var found) ? found.Schema : null;

    private Recipe FromOptions(ParseResult parsed) =>
        FromTexts(Find(parsed.GetValue(method)!)!, parsed.GetValue(vectors)!, parameters.Of(parsed)) with { Base = parsed.GetValue(baseModel) };

    /// <summary>The recipe that options write, its base aside; the faults of all of them are reported together.</summary>
    /// <param name="schema">The method.</param>
    /// <param name="vectors">The inputs, as <c>--vector</c> says them.</param>
    /// <param name="given">Parameters of the merge.</param>
    public static Recipe FromTexts(MethodSchema schema, IReadOnlyList<string> vectors, Dictionary<string, ParameterValue> given)
    {
        var findings = new List<Diagnostic>();
        var inputs = new List<RecipeInput>();
        foreach (var text in vectors)
        {
            try
            {
                inputs.Add(VectorText.Parse(text, schema));
            }
            catch (DiagnosticException e)
            {
                findings.AddRange(e.Diagnostics);
            }
        }
        findings.AddRange(given.Keys.Where(name => schema.Find(name) is null)
            .Select(name => ParameterDiagnostics.UnknownParameter("--" + name.Replace('_', '-'), schema.Name, name, [.. schema.Parameters.Select(p => p.Name)])));
        return findings.Count > 0 ? throw new DiagnosticException(findings) : new Recipe { Method = schema.Name, Inputs = inputs, Parameters = given };
    }

    /// <summary>What is given beside a file wins over what the file says.</summary>
    private Recipe Override(ParseResult parsed, Recipe recipe) => recipe with
    {
        Precision = IsGiven(parsed.CommandResult, precision) ? (parsed.GetValue(precision) == "mergekit" ? Precision.Mergekit : Precision.Exact) : recipe.Precision,
        Seed = parsed.GetValue(seed) ?? recipe.Seed,
        WorkingDType = IsGiven(parsed.CommandResult, workingDType) ? parsed.GetValue(workingDType) : recipe.WorkingDType,
        OutputDType = IsGiven(parsed.CommandResult, outputDType) ? parsed.GetValue(outputDType) : recipe.OutputDType,
        MaxShardSize = parsed.GetValue(maxShardSize) ?? recipe.MaxShardSize,
        VocabularyMismatch = parsed.GetValue(vocabularyMismatch) is { } mismatch ? Enum.Parse<VocabularyMismatch>(mismatch, ignoreCase: true) : recipe.VocabularyMismatch,
        AllowNonFinite = IsGiven(parsed.CommandResult, allowNonFinite) ? parsed.GetValue(allowNonFinite) : recipe.AllowNonFinite,
        RequireSameLineage = IsGiven(parsed.CommandResult, requireSameLineage) ? parsed.GetValue(requireSameLineage) : recipe.RequireSameLineage,
    };
}
