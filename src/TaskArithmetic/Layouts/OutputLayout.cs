using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Layouts;

/// <summary>Layers that are stacked: the model that they are named and shaped after, and its layers.</summary>
/// <param name="Target">The base of the slice, or its first model where there is none.</param>
/// <param name="Layers">The layers that are taken from it.</param>
internal sealed record LayoutSlice(Checkpoint Target, LayerRange Layers);

/// <summary>
/// Which tensors come out, under which names, and what they are called in the models. Like the target, or layers stacked from slices:
/// what lies before the layers (embeddings) then comes from the first slice's models, what lies behind them (final norm, head) from the
/// last slice's.
/// </summary>
internal sealed class OutputLayout
{
    private OutputLayout(IReadOnlyList<OutputTensor> tensors, IReadOnlyList<int>? layers, IReadOnlyList<Diagnostic> findings)
    {
        Tensors = tensors;
        Layers = layers;
        Findings = findings;
    }

    /// <summary>The tensors, in the order in which they are written.</summary>
    public IReadOnlyList<OutputTensor> Tensors { get; }

    /// <summary>For every layer of the output the layer of its slice's target that it is named after; null for the target's own layers.</summary>
    public IReadOnlyList<int>? Layers { get; }

    /// <summary>Layers that do not exist.</summary>
    public IReadOnlyList<Diagnostic> Findings { get; }

    /// <summary>Every tensor of the target, in the order of its files.</summary>
    public static OutputLayout Like(Checkpoint target)
    {
        var count = LayerPosition.Count(target);
        return new OutputLayout(
            [.. InFileOrder(target).Select(t => new OutputTensor(t.Info.Name, t, LayerPosition.Of(t.Info.Name) is { } layer ? Depth(layer, count) : 0, 0, null))], null, []);
    }

    /// <summary>Layers stacked from slices.</summary>
    public static OutputLayout Stacked(IReadOnlyList<LayoutSlice> slices)
    {
        List<Diagnostic> findings = [.. slices.SelectMany(s => Check(s.Target, s.Layers)).Distinct()];
        // Ranges may say anything: what is laid out are layers that exist.
        slices = [.. slices.Select(s => s with { Layers = Existing(s) })];
        var tensors = new List<OutputTensor>();
        var orders = slices.Select(s => s.Target).Distinct().ToDictionary(t => t, InFileOrder);
        var first = 0;
        for (var i = 0; i < slices.Count; i++)
        {
            var (all, isFirst, isLast, number, below) = (orders[slices[i].Target], i == 0, i == slices.Count - 1, i, first);
            tensors.AddRange(all.Where(t => LayerPosition.Of(t.Info.Name) is null && (LiesBeforeLayers(t.Info.Name) ? isFirst : isLast)).Select(t => new OutputTensor(t.Info.Name, t, 0, number, null)));
            tensors.AddRange(all.Select(t => Layer(t, slices[number], number, below)).OfType<OutputTensor>());
            first += slices[i].Layers.Count;
        }
        return new OutputLayout(tensors, [.. slices.SelectMany(s => Enumerable.Range(s.Layers.First, s.Layers.Count))], findings);
    }

    private static LayerRange Existing(LayoutSlice slice)
    {
        var count = LayerPosition.Count(slice.Target);
        return new LayerRange(Math.Clamp(slice.Layers.First, 0, count), Math.Clamp(slice.Layers.End, 0, count));
    }

    /// <summary>Whether a model has the layers that are taken from it.</summary>
    public static IEnumerable<Diagnostic> Check(Checkpoint model, LayerRange layers)
    {
        var count = LayerPosition.Count(model);
        return layers.End > count ? [LayoutDiagnostics.LayersBeyond(model.Path, layers.End, count)] : [];
    }

    private static OutputTensor? Layer(CheckpointTensor tensor, LayoutSlice slice, int number, int below) =>
        LayerPosition.Of(tensor.Info.Name) is { } layer && layer >= slice.Layers.First && layer < slice.Layers.End
            ? new OutputTensor(
                LayerPosition.At(tensor.Info.Name, below + layer - slice.Layers.First), tensor, Depth(layer - slice.Layers.First, slice.Layers.Count), number, layer - slice.Layers.First)
            : null;

    /// <summary>Without layers between which values could fade the depth is the last.</summary>
    private static double Depth(int layer, int count) => count > 1 ? (double)layer / (count - 1) : 1;

    /// <summary>Embeddings of tokens and positions; all else outside of the layers comes behind them.</summary>
    private static bool LiesBeforeLayers(string name) =>
        name.Split('.') is var parts && (parts.Any(p => p is "wte" or "wpe" or "embed_tokens" or "embed_in" or "tok_embeddings" or "embeddings")
            || parts.Any(p => p.StartsWith("word_embeddings", StringComparison.Ordinal) || p.StartsWith("embed_positions", StringComparison.Ordinal)));

    private static List<CheckpointTensor> InFileOrder(Checkpoint target)
    {
        var order = target.Shards.Select((shard, i) => (shard, i)).ToDictionary(s => s.shard, s => s.i);
        return [.. target.Tensors.Values.OrderBy(t => order[t.File]).ThenBy(t => t.Info.Begin).ThenBy(t => t.Info.Name, StringComparer.Ordinal)];
    }
}
