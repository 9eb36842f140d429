using TaskArithmetic.Checkpoints;
using TaskArithmetic.Inputs;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Planning;

/// <summary>An input of a recipe with its checkpoints open.</summary>
/// <param name="Index">Place in the recipe, from 0.</param>
/// <param name="Input">What the recipe says.</param>
/// <param name="FromSource">The tensors of the vector, of the donor with the skill, or of the model.</param>
/// <param name="MinusSource">The tensors of the donor without the skill, or null.</param>
internal sealed record SourceInput(int Index, RecipeInput Input, TensorSource FromSource, TensorSource? MinusSource)
{
    /// <summary>The layers of the other donor that a slice takes; null for all.</summary>
    public LayerRange? MinusLayers { get; init; }

    /// <summary>The vector, the donor with the skill, or the model.</summary>
    public Checkpoint From => FromSource.Checkpoint;

    /// <summary>The donor without the skill, or null.</summary>
    public Checkpoint? Minus => MinusSource?.Checkpoint;

    /// <summary>Its model as the recipe names it, with its adapter.</summary>
    public string Model => Input.Adapter is null ? Input.Path : $"{Input.Path}+{Input.Adapter}";

    public IEnumerable<TensorSource> Sources => MinusSource is null ? [FromSource] : [FromSource, MinusSource];

    public IEnumerable<Checkpoint> Checkpoints => Sources.Select(s => s.Checkpoint);

    /// <summary>Donors of a pair: whole models that must fit the target. A vector file has none.</summary>
    public IEnumerable<Checkpoint> Donors => Minus is null ? [] : [From, Minus];

    /// <summary>The input as messages name it.</summary>
    public string Label => Input.Layers is { } layers ? $"{Name}, layers {layers.First} to {layers.End - 1}" : Name;

    private string Name => Minus is null ? Model : $"{Model} − {Input.Minus}";
}

/// <summary>What a stretch of the output is merged from: a slice of stacked layers, or whole models.</summary>
/// <param name="Slice">What the recipe says of the slice; null for whole models.</param>
/// <param name="Target">The base, or the first model where there is none: names, shapes, and what results are measured against.</param>
/// <param name="TargetLayers">The layers that are taken from it; null for all.</param>
/// <param name="HasBase">Whether the target is a base that the arithmetic uses.</param>
/// <param name="Inputs">The inputs.</param>
internal sealed record SourceSlice(RecipeSlice? Slice, TensorSource Target, LayerRange? TargetLayers, bool HasBase, IReadOnlyList<SourceInput> Inputs);
