using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Inputs;
using TaskArithmetic.Layouts;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Planning;

/// <summary>The models of a merge on the vocabulary of its output.</summary>
internal sealed class VocabularyMatching
{
    private readonly MergeSources sources;
    private readonly IReadOnlyList<(VocabularyModel Model, TensorSource Source)> models;

    private VocabularyMatching(MergeSources sources, IReadOnlyList<(VocabularyModel Model, TensorSource Source)> models, VocabularyLayout layout)
    {
        this.sources = sources;
        this.models = models;
        Layout = layout;
    }

    /// <summary>The vocabulary.</summary>
    public VocabularyLayout Layout { get; }

    /// <summary>What sums and quotients of rows are rounded to.</summary>
    private DType? Rounding(ITensorInput tensor) => sources.Recipe.Precision == Precision.Mergekit ? sources.Recipe.WorkingDType ?? tensor.DType : null;

    /// <summary>The vocabulary that a recipe asks for; null where rows stay as they are, or where findings say why they cannot be laid out.</summary>
    public static VocabularyMatching? Of(MergeSources sources, List<Diagnostic> findings)
    {
        var recipe = sources.Recipe;
        if (recipe.Tokenizer is null && recipe.VocabularyMismatch != VocabularyMismatch.Common)
            return null;
        var models = ModelsOf(sources);
        var named = models.Select(m => m.Model).ToList();
        var target = named.FindIndex(m => m.Checkpoint == sources.Target);
        try
        {
            var layout = recipe.Tokenizer is { } tokenizer ? VocabularyLayout.Of(tokenizer, named, target, recipe.Base is not null || recipe.Slices?[0].Base is not null, findings) : VocabularyLayout.Common(named, target, findings);
            return layout is null ? null : new VocabularyMatching(sources, models, layout);
        }
        catch (DiagnosticException e)
        {
            findings.AddRange(e.Diagnostics);
            return null;
        }
    }

    /// <summary>Whether rows of an input stand for other tokens than the target's, as far as its files tell.</summary>
    public static bool Differs(SourceInput input, Checkpoint target)
    {
        var rows = new VocabularyModel("", target).Rows;
        return input.Checkpoints.Any(c => new VocabularyModel("", c).Rows is var own && own > 0 && own != rows)
            || (input.Minus is null && !input.From.IsFolder ? [] : input.Checkpoints).Any(c => c.Tokenizer is { } tokenizer && target.Tokenizer is { } expected && expected.Conflicts(tokenizer).Any());
    }

    /// <summary>A model's tensor on the vocabulary; null where it has none.</summary>
    public ITensorInput? OfModel(string model, string name)
    {
        var tensors = models.Select(m => m.Source.Find(name, sources.Target.IsTied)).ToList();
        var own = tensors.OfType<ITensorInput>().FirstOrDefault();
        return own is null ? null : Layout.Remap(model, tensors, Rounding(own));
    }

    /// <summary>The tensor of a slice's target on the vocabulary.</summary>
    public ITensorInput? OfTarget(string name, SourceSlice slice) =>
        models.FirstOrDefault(m => m.Model.Checkpoint == slice.Target.Checkpoint).Model is { } model ? OfModel(model.Name, name) : null;

    /// <summary>Every model once, the target first where it is no input.</summary>
    private static List<(VocabularyModel Model, TensorSource Source)> ModelsOf(MergeSources sources)
    {
        var inputs = sources.Inputs.SelectMany(i => i.MinusSource is null
            ? new[] { (Name: i.Model, Source: i.FromSource, IsVector: !sources.CombinesModels) }
            : [(i.Model, i.FromSource, false), (i.Input.Minus!, i.MinusSource, false)]);
        var targets = sources.Slices.Select(s => (Name: s.Target.Checkpoint.Path, Source: s.Target, IsVector: false))
            .Prepend((Name: sources.Target.Path, Source: TensorSource.Of(sources.Target), IsVector: false));
        var all = inputs.Any(i => i.Source.Checkpoint == sources.Target && i.Name == sources.Target.Path) ? inputs.Concat(targets) : targets.Concat(inputs);
        return [.. all.DistinctBy(m => m.Name).Select(m => (Model(m.Name, m.Source.Checkpoint, m.IsVector), m.Source))];

        // A vector file has no tokenizer, and is of the target's vocabulary unless its donors' tokenizer was another.
        VocabularyModel Model(string name, Checkpoint checkpoint, bool isVector) => isVector && !checkpoint.IsFolder && VectorMetadata.Of(checkpoint)?.TokenizerDigest is var digest
            && (digest is null || digest == sources.Target.Tokenizer?.Digest)
            && new VocabularyModel("", checkpoint).Rows is var rows && (rows == 0 || rows == new VocabularyModel("", sources.Target).Rows)
                ? new VocabularyModel(name, checkpoint) { IsVector = true, Tokenizer = sources.Target.Tokenizer }
                : new VocabularyModel(name, checkpoint) { IsVector = isVector };
    }
}
