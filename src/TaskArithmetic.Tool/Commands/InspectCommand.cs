using System.CommandLine;
using System.Globalization;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Extraction;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Tool.Commands;

/// <summary><c>inspect</c>: what a model folder or a safetensors file holds.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("path") { Description = "Model folder or safetensors file." };
        var command = new Command("inspect", "Lists tensors, dtypes, metadata, configuration and tokenizer of a model or vector.") { path, CommonOptions.Json(), CommonOptions.Origin() };
        command.SetAction((parsed, _) =>
        {
            var terminal = parsed.Terminal();
            return terminal.RunAsync(() =>
            {
                using var checkpoint = Checkpoint.Open(parsed.GetValue(path)!);
                terminal.Report(checkpoint.Warnings);
                terminal.Result(Describe(checkpoint), () => Print(checkpoint));
                return ExitCode.Done;
            });
        });
        return command;
    }

    private static object Describe(Checkpoint checkpoint) => new
    {
        checkpoint.Path,
        modelType = checkpoint.Config?.ModelType,
        layers = checkpoint.Config?.LayerCount,
        vocabularySize = checkpoint.Config?.VocabularySize,
        tiedHead = checkpoint.Config?.TieWordEmbeddings,
        tokenizerDigest = checkpoint.Tokenizer?.Digest,
        tokens = checkpoint.Tokenizer?.Vocabulary.Count,
        parameters = checkpoint.Tensors.Values.Sum(t => t.Info.ElementCount),
        bytes = checkpoint.Tensors.Values.Sum(t => t.Info.ByteLength),
        vector = VectorMetadata.Of(checkpoint),
        files = checkpoint.Shards.Select(s => new { s.Path, s.Length, s.Header.Metadata }),
        tensors = Ordered(checkpoint).Select(t => new { t.Info.Name, dtype = t.Info.DType.Name(), t.Info.Shape, file = Path.GetFileName(t.File.Path), t.Info.Begin, t.Info.End }),
    };

    private static void Print(Checkpoint checkpoint)
    {
        foreach (var tensor in Ordered(checkpoint))
            Console.Out.WriteLine($"{tensor.Info.Name}  {tensor.Info.DType.Name()} {tensor.Info.ShapeText}  {Path.GetFileName(tensor.File.Path)}");
        foreach (var group in checkpoint.Tensors.Values.GroupBy(t => t.Info.DType).OrderByDescending(g => g.Key))
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{group.Key.Name()}: {group.Count()} tensors, {group.Sum(t => t.Info.ElementCount)} elements, {ByteSize.Format(group.Sum(t => t.Info.ByteLength))}"));
        if (checkpoint.Config is { } config)
            Console.Out.WriteLine($"config: {config.ModelType}, {config.LayerCount} layers, vocabulary {config.VocabularySize}, {(config.TieWordEmbeddings ? "tied" : "own")} head");
        if (checkpoint.Tokenizer is { } tokenizer)
            Console.Out.WriteLine($"tokenizer: {tokenizer.Vocabulary.Count} tokens, digest {tokenizer.Digest}");
        foreach (var (key, value) in checkpoint.Shards.SelectMany(s => s.Header.Metadata).Distinct().Where(m => m.Key != VectorMetadata.Key))
            Console.Out.WriteLine($"metadata: {key} = {value}");
        if (VectorMetadata.Of(checkpoint) is { } vector)
            PrintVector(vector);
    }

    private static void PrintVector(VectorMetadata vector)
    {
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"vector: {vector.Formula}, |v| {vector.Norm:G6}, {vector.EqualFraction * 100:0.0} % of weights equal in both donors, licence {vector.License ?? "not named"}, by TaskArithmetic {vector.ToolVersion}"));
        Console.Out.WriteLine($"from: {vector.From.Reference} ({vector.From.DType}), digest {vector.From.Digest}");
        Console.Out.WriteLine($"minus: {vector.Minus.Reference} ({vector.Minus.DType}), digest {vector.Minus.Digest}");
    }

    private static IEnumerable<CheckpointTensor> Ordered(Checkpoint checkpoint) =>
        checkpoint.Tensors.Values.OrderBy(t => t.Info.Name, StringComparer.Ordinal);
}
