using System.CommandLine;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tool.CommandLine;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Commands;

/// <summary><c>inspect</c>: what a model folder, a vector, an adapter or a safetensors file holds.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("path") { Description = "Model folder, vector, adapter folder or safetensors file." };
        var list = new TensorListOptions("name", "size", "norm");
        var command = new Verb("inspect", "Says what a model or vector holds: kinds, shapes, dtypes, metadata, configuration, tokenizer.")
        {
            Examples = ["inspect models/target", "inspect vector.safetensors --sort norm", "inspect models/target --tensors \"*.q_proj.*\""],
            Arguments = { path },
        };
        list.AddTo(command);
        command.Options.Add(CommonOptions.Json());
        command.Options.Add(CommonOptions.Origin());
        command.SetAction((parsed, _) =>
        {
            var terminal = parsed.Terminal();
            return terminal.RunAsync(() =>
            {
                var model = parsed.GetValue(path)!;
                if (Adapter.At(model) is { } adapter)
                    InspectAdapter(terminal, model, adapter);
                else
                    InspectModel(terminal, model, list.Selects(parsed), list.Lists(parsed), list.Key(parsed));
                return ExitCode.Done;
            });
        });
        return command;
    }

    private static void InspectModel(ToolTerminal terminal, string path, Func<string, bool> selects, bool lists, string? key)
    {
        using var checkpoint = Checkpoint.Open(path);
        terminal.Report(checkpoint.Warnings);
        var vector = VectorMetadata.Of(checkpoint);
        var tensors = checkpoint.Tensors.Values.Where(t => selects(t.Info.Name)).OrderBy(t => t.Info.Name, StringComparer.Ordinal).ToList();
        terminal.Result(Describe(checkpoint, vector, tensors), () =>
        {
            var table = new CheckpointTable(terminal);
            if (lists)
                table.PrintTensors(tensors, vector?.Norms, key);
            table.PrintKinds([.. tensors.Select(t => t.Info)]);
            table.PrintFacts(checkpoint, vector);
        });
    }

    /// <summary>An adapter is told of as what it is; whether it fits a model is told where it meets one.</summary>
    private static void InspectAdapter(ToolTerminal terminal, string path, string description)
    {
        var weights = File.Exists(path) ? path : Path.Combine(path, "adapter_model.safetensors");
        using var file = File.Exists(weights) ? SafetensorsFile.Open(weights) : null;
        var tensors = file is null ? [] : file.Header.Tensors;
        terminal.Result(
            new
            {
                path,
                adapter = description,
                parameters = tensors.Sum(t => t.ElementCount),
                bytes = tensors.Sum(t => t.ByteLength),
                files = file is null ? [] : new[] { new { file.Path, file.Length, file.Header.Metadata } },
                tensors = tensors.Select(t => Describe(t, file!.Path)),
            },
            () =>
            {
                new CheckpointTable(terminal).PrintKinds(tensors);
                terminal.Line($"PEFT adapter: {description}");
            });
    }

    private static object Describe(Checkpoint checkpoint, VectorMetadata? vector, IReadOnlyList<CheckpointTensor> tensors) => new
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
        vector,
        adapter = (string?)null,
        files = checkpoint.Shards.Select(s => new { s.Path, s.Length, s.Header.Metadata }),
        tensors = tensors.Select(t => Describe(t.Info, t.File.Path)),
    };

    private static object Describe(TensorInfo tensor, string file) => new
    {
        tensor.Name,
        dtype = tensor.DType.Name(),
        tensor.Shape,
        layer = TensorPlace.Of(tensor.Name).Layer,
        kind = TensorPlace.Label(TensorPlace.Of(tensor.Name).Kind),
        file = Path.GetFileName(file),
        tensor.Begin,
        tensor.End,
    };
}
