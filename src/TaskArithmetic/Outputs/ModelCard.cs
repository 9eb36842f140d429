using System.Globalization;
using System.Text;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Measuring;
using TaskArithmetic.Methods;
using TaskArithmetic.Planning;
using TaskArithmetic.Recipes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using Scalar = YamlDotNet.Core.Events.Scalar;

namespace TaskArithmetic.Outputs;

/// <summary>The README.md of a merged model, with the front matter that the hub reads.</summary>
internal static class ModelCard
{
    /// <summary>The card's file name.</summary>
    public const string FileName = "README.md";

    public static byte[] Write(MergeSources sources, MergeSummary summary)
    {
        var text = new StringBuilder();
        text.Append("---\n").Append(FrontMatter(sources)).Append("---\n\n");
        text.Append(CultureInfo.InvariantCulture, $"# {HubName.Of(sources.Target)} with {sources.Inputs.Count} {(sources.CombinesModels ? "model" : "vector")}{(sources.Inputs.Count == 1 ? "" : "s")}\n\n");
        text.Append("Merged by TaskArithmetic; `taskarithmetic.json` records the digests of all inputs and outputs.\n\n## Recipe\n\n");
        AppendRecipe(text, sources);
        AppendSummary(text, sources, summary);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>What the hub reads. Event by event: a serializer would look at types for longer than a small merge takes.</summary>
    private static string FrontMatter(MergeSources sources)
    {
        var text = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(text, EmitterSettings.Default.WithNewLine("\n"));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        emitter.Emit(new MappingStart());
        Sequence("base_model", sources.Checkpoints.Where(c => c.Config is not null).Select(HubName.Of).Distinct());
        Text("base_model_relation", "merge");
        Text("library_name", "transformers");
        Sequence("tags", ["merge", sources.Method.Schema.Name.Replace('_', '-'), "reasoning-vector", "taskarithmetic"]);
        if (CardLicense.Of(sources.Target.Path) is { } license)
            Text("license", license);
        emitter.Emit(new MappingEnd());
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();

        void Text(string key, string value)
        {
            emitter.Emit(new Scalar(key));
            emitter.Emit(new Scalar(value));
        }

        void Sequence(string key, IEnumerable<string> values)
        {
            emitter.Emit(new Scalar(key));
            emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Block));
            foreach (var value in values)
                emitter.Emit(new Scalar(value));
            emitter.Emit(new SequenceEnd());
        }
    }

    private static void AppendRecipe(StringBuilder text, MergeSources sources)
    {
        var (recipe, schema) = (sources.Recipe, sources.Method.Schema);
        var parameters = schema.Parameters.Where(p => p.Scope == ParameterScope.Input).ToList();
        text.Append(CultureInfo.InvariantCulture, $"Method `{schema.Name}`: {schema.Formula} ({schema.Source}). ");
        text.Append(CultureInfo.InvariantCulture, $"{(sources.CombinesModels ? "Configuration and tokenizer of" : "Base")}: `{HubName.Of(sources.Target)}`.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| input |{string.Concat(parameters.Select(p => $" {p.Name} |"))} tensors |\n|---|{string.Concat(parameters.Select(_ => "---|"))}---|\n");
        foreach (var (source, slice) in sources.Slices.SelectMany(s => s.Inputs.Select(i => (i, s.Slice))))
            text.Append(CultureInfo.InvariantCulture, $"| {NameOf(source)} |{string.Concat(parameters.Select(p => $" {Cell(source.Input.Parameters, slice?.Parameters, recipe, p)} |"))} {TensorsOf(source.Input.Selection)} |\n");
        foreach (var parameter in schema.Parameters.Where(p => p.Scope == ParameterScope.Global && recipe.Parameters.ContainsKey(p.Name)))
            text.Append(CultureInfo.InvariantCulture, $"\n{parameter.Name}: {recipe.Parameters[parameter.Name]}.\n");
        text.Append(CultureInfo.InvariantCulture, $"\nPrecision: {recipe.Precision.ToString().ToLowerInvariant()}.{(schema.IsRandom ? $" Seed: {recipe.Seed}." : "")}\n\n");
    }

    /// <summary>An input's value, else the slice's, else the merge's, else the default.</summary>
    private static string Cell(IReadOnlyDictionary<string, ParameterValue> own, IReadOnlyDictionary<string, ParameterValue>? slice, Recipe recipe, MethodParameter parameter)
    {
        var outer = recipe.Parameters.GetValueOrDefault(parameter.Name);
        outer = slice?.GetValueOrDefault(parameter.Name)?.Or(outer) ?? outer;
        var value = own.GetValueOrDefault(parameter.Name)?.Or(outer) ?? outer;
        return (value?.ToString() ?? Convert.ToString(parameter.Default, CultureInfo.InvariantCulture) ?? "–").Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static string TensorsOf(TensorSelection selection)
    {
        var tensors = selection.Include.Count == 0 ? "all" : string.Join("; ", selection.Include);
        if (selection.Exclude.Count > 0)
            tensors += " without " + string.Join("; ", selection.Exclude);
        return tensors.Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static void AppendSummary(StringBuilder text, MergeSources sources, MergeSummary summary)
    {
        text.Append("## What changed\n\n");
        text.Append(summary.SurvivalText).Append(".\n\n");
        text.Append("| term | norm | against the target | equal weights | lowest cosine target · donor |\n|---|---|---|---|---|\n");
        foreach (var (source, term) in sources.Inputs.Zip(summary.Terms))
            text.Append(CultureInfo.InvariantCulture, $"| {NameOf(source)} | {term.Norm:G6} | {term.RelativeNorm:G4} | {term.EqualFraction * 100:0.0} % | {(term.LowestCosine is { } cosine ? cosine.ToString("0.0000", CultureInfo.InvariantCulture) : "–")} |\n");
    }

    private static string NameOf(SourceInput source)
    {
        var name = source.Input.Adapter is { } adapter ? $"{HubName.Of(source.From)} + {Path.GetFileName(Path.TrimEndingDirectorySeparator(adapter))}" : HubName.Of(source.From);
        var vector = source.Minus is null ? name : $"{name} − {HubName.Of(source.Minus)}";
        return source.Input.Layers is { } layers ? $"{vector}, layers {layers.First} to {layers.End - 1}" : vector;
    }
}
