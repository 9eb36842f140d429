using System.Collections.Frozen;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Methods;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Recipes;

using Parameters = IReadOnlyDictionary<string, ParameterValue>;

/// <summary>
/// Everything that decides the bytes of a merged model, apart from the bytes of its inputs. Items of a build, options of the command
/// line, mergekit YAML and JSON all become one; provenance records it, and <c>merge --recipe</c> reads it again.
/// </summary>
public sealed record Recipe
{
    /// <summary>Most bytes of tensors in one output file where a recipe does not say: 5 GB, as Hugging Face writes them.</summary>
    public const long DefaultMaxShardSize = 5_000_000_000;

    /// <summary>No parameter.</summary>
    public static Parameters NoParameters { get; } = FrozenDictionary<string, ParameterValue>.Empty;

    /// <summary>Name of the method, see <see cref="MergeMethods"/>.</summary>
    public string Method { get; init; } = "task_arithmetic";

    /// <summary>
    /// The model that vectors are added to and that gives layout, configuration and tokenizer; null for methods that need none, whose
    /// first input gives them.
    /// </summary>
    public string? Base { get; init; }

    /// <summary>The models or vectors, in the order in which they are combined. Empty where <see cref="Slices"/> are given.</summary>
    public IReadOnlyList<RecipeInput> Inputs { get; init; } = [];

    /// <summary>Layers that are stacked, each merged from inputs of its own; null for whole models.</summary>
    public IReadOnlyList<RecipeSlice>? Slices { get; init; }

    /// <summary>The inputs of the merge, or of slice after slice.</summary>
    internal IEnumerable<RecipeInput> AllInputs => Slices?.SelectMany(s => s.Inputs) ?? Inputs;

    /// <summary>Every model, vector and adapter that is named.</summary>
    internal IEnumerable<string> AllModels => AllInputs.SelectMany(i => new[] { i.Path, i.Minus, i.Adapter }).Concat(Slices?.Select(s => s.Base) ?? []).Prepend(Base).OfType<string>();

    /// <summary>As <see cref="AllModels"/>, and every model that gives a tokenizer or a token.</summary>
    internal IEnumerable<string> AllNames => AllModels.Concat(new[] { Tokenizer?.Source }.Concat(Tokenizer?.Tokens.Values.Select(t => t.Model) ?? []).OfType<string>()).Distinct(StringComparer.Ordinal);

    /// <summary>The method's parameters for the merge, and for inputs that do not give their own.</summary>
    public Parameters Parameters { get; init; } = NoParameters;

    /// <summary>Whether an input without a weight is an error, as it is in mergekit's files; otherwise the method's default counts.</summary>
    public bool WeightsAreRequired { get; init; }

    /// <summary>Where roundings happen.</summary>
    public Precision Precision { get; init; } = Precision.Exact;

    /// <summary>Dtype that inputs are brought to first, and rounded to after every operation in mergekit precision; null: their common dtype.</summary>
    public DType? WorkingDType { get; init; }

    /// <summary>Dtype of merged tensors; null: the target's own, or the working dtype in mergekit precision.</summary>
    public DType? OutputDType { get; init; }

    /// <summary>Seed of random masks and of placebo vectors.</summary>
    public long Seed { get; init; }

    /// <summary>Lets NaN and infinities through.</summary>
    public bool AllowNonFinite { get; init; }

    /// <summary>Refuses donors that do not share the target's lineage instead of warning.</summary>
    public bool RequireSameLineage { get; init; }

    /// <summary>Most bytes of tensors in one output file.</summary>
    public long MaxShardSize { get; init; } = DefaultMaxShardSize;

    /// <summary>What happens to embeddings and heads whose vocabularies differ.</summary>
    public VocabularyMismatch VocabularyMismatch { get; init; }

    /// <summary>The vocabulary of the output; null: the base's files, byte for byte.</summary>
    public RecipeTokenizer? Tokenizer { get; init; }

    /// <summary>The recipe with another value of a parameter of the merge.</summary>
    public Recipe With(string parameter, ParameterValue value) =>
        this with { Parameters = new Dictionary<string, ParameterValue>(Parameters, StringComparer.Ordinal) { [parameter] = value } };

    /// <summary>The recipe with other names for some of its models, such as the folder that stands for the result of another merge.</summary>
    internal Recipe With(IReadOnlyDictionary<string, string> names)
    {
        if (names.Count == 0)
            return this;
        return this with
        {
            Base = Named(Base),
            Inputs = InputsOf(Inputs),
            Slices = Slices?.Select(s => s with { Base = Named(s.Base), Inputs = InputsOf(s.Inputs) }).ToList(),
            Tokenizer = Tokenizer is { } tokenizer
                ? tokenizer with
                {
                    Source = Named(tokenizer.Source)!,
                    Tokens = tokenizer.Tokens.ToDictionary(t => t.Key, t => t.Value with { Model = Named(t.Value.Model) }, StringComparer.Ordinal),
                }
                : null,
        };

        string? Named(string? model) => model is not null && names.TryGetValue(model, out var name) ? name : model;

        List<RecipeInput> InputsOf(IReadOnlyList<RecipeInput> inputs) =>
            [.. inputs.Select(i => i with { Path = Named(i.Path)!, Minus = Named(i.Minus), Adapter = Named(i.Adapter) })];
    }

    /// <summary>Chat template of the output: a name, <c>auto</c> or Jinja source; null: the base's.</summary>
    public string? ChatTemplate { get; init; }
}

/// <summary>A model or vector of a recipe.</summary>
/// <param name="Path">Model folder, vector file or adapter folder.</param>
public sealed record RecipeInput(string Path)
{
    /// <summary>The input with another value of a parameter.</summary>
    public RecipeInput With(string parameter, ParameterValue value) =>
        this with { Parameters = new Dictionary<string, ParameterValue>(Parameters, StringComparer.Ordinal) { [parameter] = value } };

    /// <summary>A weighted input: a vector file, a model, or with <paramref name="minus"/> a pair of donors.</summary>
    /// <param name="path">Model folder, vector file or adapter folder.</param>
    /// <param name="minus">The donor that is subtracted from it; null for none.</param>
    /// <param name="weight">Its factor α.</param>
    /// <param name="selection">The tensors that it changes; null for all.</param>
    public static RecipeInput Of(string path, string? minus, ParameterValue weight, TensorSelection? selection = null) => new(path)
    {
        Minus = minus,
        Parameters = new Dictionary<string, ParameterValue>(StringComparer.Ordinal) { ["weight"] = weight },
        Selection = selection ?? TensorSelection.All,
    };

    /// <summary>The donor that is subtracted from it; null for a vector or a whole model.</summary>
    public string? Minus { get; init; }

    /// <summary>A LoRA adapter that is merged into the model first (<c>model+lora</c>); null for none.</summary>
    public string? Adapter { get; init; }

    /// <summary>The layers that a slice takes from it; null for all.</summary>
    public LayerRange? Layers { get; init; }

    /// <summary>The method's parameters for this input.</summary>
    public Parameters Parameters { get; init; } = Recipe.NoParameters;

    /// <summary>The tensors of the output that it changes.</summary>
    public TensorSelection Selection { get; init; } = TensorSelection.All;
}

/// <summary>Layers of the output that are merged from the same layers of its inputs.</summary>
/// <param name="Inputs">The models, each with its range of layers.</param>
public sealed record RecipeSlice(IReadOnlyList<RecipeInput> Inputs)
{
    /// <summary>The base of this slice; null: the recipe's.</summary>
    public string? Base { get; init; }

    /// <summary>The layers that are taken from the base, and from the donor that an input is subtracted by; null: the input's own.</summary>
    public LayerRange? BaseLayers { get; init; }

    /// <summary>The method's parameters for this slice.</summary>
    public Parameters Parameters { get; init; } = Recipe.NoParameters;
}

/// <summary>Layers from <paramref name="First"/> up to, not including, <paramref name="End"/>.</summary>
/// <param name="First">First layer, from 0.</param>
/// <param name="End">The layer after the last.</param>
public readonly record struct LayerRange(int First, int End)
{
    /// <summary>Number of layers.</summary>
    public int Count => End - First;
}

/// <summary>What happens to embeddings and heads whose vocabularies differ.</summary>
public enum VocabularyMismatch
{
    /// <summary>The merge is refused.</summary>
    Error,

    /// <summary>Rows of tokens that all models know are merged by token string; the target's other rows stay.</summary>
    Common,

    /// <summary>Embeddings and heads of models with another vocabulary are left out.</summary>
    Skip,
}

/// <summary>The vocabulary of the output.</summary>
/// <param name="Source"><c>base</c>, <c>union</c>, or the model whose tokenizer is taken.</param>
public sealed record RecipeTokenizer(string Source)
{
    /// <summary>The base's vocabulary.</summary>
    internal const string Base = "base";

    /// <summary>The base's vocabulary with what the other models know besides.</summary>
    internal const string Union = "union";

    /// <summary>Sources that are no model.</summary>
    internal static IReadOnlyList<string> Words { get; } = [Base, Union];

    /// <summary>Where single tokens get their rows, by token string.</summary>
    public IReadOnlyDictionary<string, TokenSource> Tokens { get; init; } = FrozenDictionary<string, TokenSource>.Empty;

    /// <summary>Rows are filled up to a multiple of this; null: the number of tokens.</summary>
    public int? PadToMultipleOf { get; init; }
}

/// <summary>Where a token gets its row.</summary>
public sealed record TokenSource
{
    /// <summary>The model whose row is taken; null with <see cref="Zero"/>.</summary>
    public string? Model { get; init; }

    /// <summary>Its token of another string; null: the same string.</summary>
    public string? Token { get; init; }

    /// <summary>Its token of this id; null: by string.</summary>
    public int? TokenId { get; init; }

    /// <summary>Whether the row is zero.</summary>
    public bool Zero { get; init; }

    /// <summary>Whether models that know the token use this row as well.</summary>
    public bool Force { get; init; }
}
