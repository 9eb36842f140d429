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
        var path = new Argument<string>("path") { Description = "Model folder, vector, adapter folder or safetensors file, here or on the hub (hf:), of which only headers are fetched." };
        var list = new TensorListOptions("name", "size", "norm");
        var command = new Verb("inspect", "Says what a model or vector holds: kinds, shapes, dtypes, metadata, configuration, tokenizer.")
        {
            Examples = ["inspect models/target", "inspect hf:Qwen/Qwen2.5-1.5B-Instruct", "inspect vector.safetensors --sort norm", "inspect models/target --tensors \"*.q_proj.*\""],
            Arguments = { path },
        };
        list.AddTo(command);
        command.Options.Add(ModelReferences.Offline());
        command.Options.Add(CommonOptions.Json());
        command.Options.Add(CommonOptions.Origin());
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = parsed.Terminal();
            return terminal.RunAsync(() =>
            {
                var written = parsed.GetValue(path)!;
                using var headers = ModelReferences.Look(written, parsed, terminal, cancellationToken);
                var (model, shown) = headers is null ? (written, written) : (headers.Path, headers.Reference.ToString());
                if (Adapter.At(model) is { } adapter)
                    InspectAdapter(terminal, model, shown, adapter);
                else
                    InspectModel(terminal, model, shown, list.Selects(parsed), list.Lists(parsed), list.Key(parsed));
                return ExitCode.Done;
            });
        });
        return command;
    }

    private static void InspectModel(ToolTerminal terminal, string path, string shown, Func<string, bool> selects, bool lists, string? key)
    {
        using var checkpoint = Checkpoint.Open(path);
        terminal.Report(checkpoint.Warnings);
        var vector = VectorMetadata.Of(checkpoint);
        var tensors = checkpoint.Tensors.Values.Where(t => selects(t.Info.Name)).OrderBy(t => t.Info.Name, StringComparer.Ordinal).ToList();
        terminal.Result(Describe(checkpoint, shown, vector, tensors), () =>
        {
            var table = new CheckpointTable(terminal);
            if (lists)
                table.PrintTensors(tensors, vector?.Norms, key);
            table.PrintKinds([.. tensors.Select(t => t.Info)]);
            table.PrintFacts(checkpoint, vector);
        });
    }

    /// <summary>An adapter is told of as what it is; whether it fits a model is told where it meets one.</summary>
    private static void InspectAdapter(ToolTerminal terminal, string path, string shown, string description)
    {
        var weights = File.Exists(path) ? path : Path.Combine(path, "adapter_model.safetensors");
        using var file = File.Exists(weights) ? SafetensorsFile.Open(weights) : null;
        var tensors = file is null ? [] : file.Header.Tensors;
        terminal.Result(
            new
            {
                path = shown,
                adapter = description,
                parameters = tensors.Sum(t => t.ElementCount),
                bytes = tensors.Sum(t => t.ByteLength),
                files = file is null ? [] : new[] { new { Path = Shown(file.Path, path, shown), file.Length, file.Header.Metadata } },
                tensors = tensors.Select(t => Describe(t, file!.Path)),
            },
            () =>
            {
                new CheckpointTable(terminal).PrintKinds(tensors);
                terminal.Line($"PEFT adapter: {description}");
            });
    }

    private static object Describe(Checkpoint checkpoint, string shown, VectorMetadata? vector, IReadOnlyList<CheckpointTensor> tensors) => new
    {
        path = shown,
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
        files = checkpoint.Shards.Select(s => new { Path = Shown(s.Path, checkpoint.Path, shown), s.Length, s.Header.Metadata }),
        tensors = tensors.Select(t => Describe(t.Info, t.File.Path)),
    };

    /// <summary>A file of a model that stands elsewhere than where it was named.</summary>
    private static string Shown(string file, string path, string shown) => path != shown && file.StartsWith(path, StringComparison.Ordinal) ? shown + file[path.Length..] : file;

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
