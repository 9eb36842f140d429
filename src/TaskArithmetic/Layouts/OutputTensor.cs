using TaskArithmetic.Checkpoints;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Layouts;

/// <summary>A tensor that comes out.</summary>
/// <param name="Name">Its name in the output.</param>
/// <param name="Target">The tensor of the base, or of the first model where there is none, whose place it takes.</param>
/// <param name="Depth">Depth of its layer in the model or slice, from 0 to 1: 0 outside of the layers, 1 where there is one layer only.</param>
/// <param name="Slice">Number of the slice whose models it is merged from.</param>
/// <param name="Offset">Its layer's place in the slice, from 0; null outside of the layers and where layers are not stacked.</param>
internal sealed record OutputTensor(string Name, CheckpointTensor Target, double Depth, int Slice, int? Offset)
{
    /// <summary>What it is called in a model of which the slice takes these layers.</summary>
    public string NameIn(LayerRange? layers) => Offset is { } offset && layers is { } range ? LayerPosition.At(Name, range.First + offset) : Name;
}
