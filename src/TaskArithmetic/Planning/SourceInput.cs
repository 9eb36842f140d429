using TaskArithmetic.Checkpoints;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Planning;

/// <summary>An input of a recipe with its checkpoints open.</summary>
/// <param name="Index">Place in the recipe, from 0.</param>
/// <param name="Input">What the recipe says.</param>
/// <param name="From">The vector, the donor with the skill, or the model.</param>
/// <param name="Minus">The donor without the skill, or null.</param>
internal sealed record SourceInput(int Index, RecipeInput Input, Checkpoint From, Checkpoint? Minus)
{
    public IEnumerable<Checkpoint> Checkpoints => Minus is null ? [From] : [From, Minus];

    /// <summary>Donors of a pair: whole models that must fit the target. A vector file has none.</summary>
    public IEnumerable<Checkpoint> Donors => Minus is null ? [] : [From, Minus];

    /// <summary>The input as messages name it.</summary>
    public string Label => Minus is null ? Input.Path : $"{Input.Path} − {Input.Minus}";
}
