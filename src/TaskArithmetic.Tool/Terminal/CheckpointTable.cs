using System.Globalization;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Inputs;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Tool.Terminal;

/// <summary>What <c>inspect</c> prints of a checkpoint.</summary>
internal sealed class CheckpointTable(ToolTerminal terminal)
{
    private const int ShapesShown = 2;

    /// <summary>A line for each kind of tensor and dtype, and one for each run of layers that are alike.</summary>
    public void PrintKinds(IReadOnlyList<TensorInfo> tensors)
    {
        if (tensors.Count == 0)
            return;
        var kinds = new TextTable("kind", "tensors", "dtype", "shape", "weights", "bytes");
        foreach (var group in tensors.GroupBy(t => (TensorPlace.Of(t.Name).Kind, t.DType)).OrderBy(g => g.Key.Kind).ThenBy(g => g.Key.DType))
            kinds.Add(TensorPlace.Label(group.Key.Kind), Count(group.Count()), group.Key.DType.Name(), Shapes(group), Weights(group), Bytes(group));
        kinds.Add("all", Count(tensors.Count), "", "", Weights(tensors), Bytes(tensors));
        terminal.Table(kinds);
        terminal.Line();
        PrintLayers(tensors);
    }

    public void PrintTensors(IReadOnlyList<CheckpointTensor> tensors, IReadOnlyDictionary<string, double>? norms, string? key)
    {
        var table = new TextTable(["tensor", "dtype", "shape", "bytes", .. norms is null ? [] : (string[])["norm"]]);
        foreach (var tensor in key switch
        {
            "size" => tensors.OrderByDescending(t => t.Info.ByteLength),
            "norm" => tensors.OrderByDescending(t => norms?.GetValueOrDefault(t.Info.Name) ?? 0),
            _ => tensors.AsEnumerable(),
        })
        {
            table.Add([tensor.Info.Name, tensor.Info.DType.Name(), tensor.Info.ShapeText, Amount.Bytes(tensor.Info.ByteLength), .. norms is null ? [] : (string[])[Amount.Short(norms.GetValueOrDefault(tensor.Info.Name, double.NaN))]]);
        }
        terminal.Table(table);
        terminal.Line();
    }

    /// <summary>What is no tensor: configuration, tokenizer, files, metadata.</summary>
    public void PrintFacts(Checkpoint checkpoint, VectorMetadata? vector)
    {
        if (checkpoint.Config is { } config)
            terminal.Line($"config: {config.ModelType}, {config.LayerCount} layers, vocabulary {config.VocabularySize}, {(config.TieWordEmbeddings ? "tied" : "own")} head");
        if (checkpoint.Tokenizer is { } tokenizer)
            terminal.Line($"tokenizer: {tokenizer.Vocabulary.Count} tokens, digest {tokenizer.Digest[..12]}…");
        terminal.Line($"files: {checkpoint.Shards.Count}, {Amount.Bytes(checkpoint.Shards.Sum(s => s.Length))}");
        foreach (var (key, value) in checkpoint.Shards.SelectMany(s => s.Header.Metadata).Distinct().Where(m => m.Key is not (VectorMetadata.Key or CompactHeader.Key)))
            terminal.Line($"metadata: {key} = {value}");
        if (CompactHeader.Of(checkpoint) is { } compact)
            terminal.Line($"compact vector: {compact.Form}, {compact.Tensors.Count} tensors in that form");
        if (vector is not null)
            PrintVector(vector);
    }

    private void PrintLayers(IReadOnlyList<TensorInfo> tensors)
    {
        var layers = tensors.GroupBy(t => TensorPlace.Of(t.Name).Layer).Where(g => g.Key is not null).OrderBy(g => g.Key).ToList();
        if (layers.Count == 0)
            return;
        var table = new TextTable("layers", "tensors each", "weights each", "bytes each");
        for (var first = 0; first < layers.Count;)
        {
            var last = first;
            while (last + 1 < layers.Count && layers[last + 1].Key == layers[last].Key + 1 && Row(layers[last + 1]).SequenceEqual(Row(layers[first])))
                last++;
            table.Add([first == last ? Count(layers[first].Key!.Value) : $"{layers[first].Key} to {layers[last].Key}", .. Row(layers[first])]);
            first = last + 1;
        }
        terminal.Table(table);
        terminal.Line();
    }

    private void PrintVector(VectorMetadata metadata)
    {
        terminal.Line(string.Create(CultureInfo.InvariantCulture,
            $"vector: {metadata.Formula}, |v| {metadata.Norm:G6}, {metadata.EqualFraction * 100:0.0} % of weights equal in both donors"));
        terminal.Line($"from: {metadata.From.Reference} ({metadata.From.DType}), digest {metadata.From.Digest}");
        terminal.Line($"minus: {metadata.Minus.Reference} ({metadata.Minus.DType}), digest {metadata.Minus.Digest}");
        terminal.Line($"licence: {metadata.License ?? "not named"}; made by TaskArithmetic {metadata.ToolVersion}");
    }

    private static string[] Row(IEnumerable<TensorInfo> layer) => [Count(layer.Count()), Weights(layer), Bytes(layer)];

    private static string Shapes(IEnumerable<TensorInfo> tensors)
    {
        var shapes = tensors.Select(t => t.ShapeText).Distinct().ToList();
        return string.Join(" ", shapes.Take(ShapesShown)) + (shapes.Count > ShapesShown ? " …" : "");
    }

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Weights(IEnumerable<TensorInfo> tensors) => Amount.Weights(tensors.Sum(t => t.ElementCount));

    private static string Bytes(IEnumerable<TensorInfo> tensors) => Amount.Bytes(tensors.Sum(t => t.ByteLength));
}
