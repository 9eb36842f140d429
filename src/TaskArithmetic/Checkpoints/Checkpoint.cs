using System.Diagnostics.CodeAnalysis;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Checkpoints;

/// <summary>
/// A model on disk: its tensors wherever its files hold them, its config.json and its tokenizer. Opening reads headers only.
/// </summary>
public sealed class Checkpoint : IDisposable
{
    private readonly Lazy<TokenizerIdentity?> tokenizer;
    private readonly Lazy<bool> isTied;

    private Checkpoint(string path, CheckpointFiles files, ModelConfig? config)
    {
        Path = path;
        Shards = files.Shards;
        Tensors = files.Tensors;
        Warnings = files.Warnings;
        Config = config;
        isTied = new(() => config?.TieWordEmbeddings ?? VectorMetadata.Of(this)?.TieWordEmbeddings ?? false);
        tokenizer = new(() => IsFolder ? TokenizerIdentity.Read(path) : null);
    }

    private Checkpoint(string folder, SafetensorsFile adapter)
    {
        Path = folder;
        Shards = [adapter];
        Tensors = new Dictionary<string, CheckpointTensor>();
        Warnings = [];
        IsAdapter = true;
        isTied = new(false);
        tokenizer = new((TokenizerIdentity?)null);
    }

    private Checkpoint(Checkpoint original, IReadOnlyList<SafetensorsFile> shards, IReadOnlyDictionary<string, CheckpointTensor> tensors)
    {
        Path = original.Path;
        Shards = shards;
        Tensors = tensors;
        Warnings = original.Warnings;
        Config = original.Config;
        isTied = original.isTied;
        tokenizer = original.tokenizer;
    }

    /// <summary>Whether it is a PEFT folder, whose tensors only mean something on a model.</summary>
    internal bool IsAdapter { get; }

    /// <summary>The folder, or the single safetensors file, as it was given.</summary>
    public string Path { get; }

    /// <summary>Whether <see cref="Path"/> is a model folder rather than one file.</summary>
    public bool IsFolder => Directory.Exists(Path);

    /// <summary>The safetensors files, in the order of their names.</summary>
    public IReadOnlyList<SafetensorsFile> Shards { get; }

    /// <summary>All tensors by name.</summary>
    public IReadOnlyDictionary<string, CheckpointTensor> Tensors { get; }

    /// <summary>config.json, or null where there is none.</summary>
    public ModelConfig? Config { get; }

    /// <summary>What the tokenizer maps, or null where the folder has no tokenizer.</summary>
    /// <exception cref="DiagnosticException">TA2008 the tokenizer's files are damaged.</exception>
    public TokenizerIdentity? Tokenizer => tokenizer.Value;

    /// <summary>Whether head and embedding are one tensor: config.json says so, or the metadata of a vector about its donors.</summary>
    public bool IsTied => isTied.Value;

    /// <summary>Oddities found while opening that do not stop the work.</summary>
    public IReadOnlyList<Diagnostic> Warnings { get; }

    /// <summary>Opens a model folder or a single safetensors file.</summary>
    /// <remarks>
    /// A folder is read as transformers reads it: model.safetensors if there is one, else the index, else the shards
    /// <c>model-00001-of-0000N.safetensors</c> when all N are there, else the only safetensors file.
    /// </remarks>
    /// <exception cref="DiagnosticException">TA2001–TA2005: every problem with the files, at once.</exception>
    public static Checkpoint Open(string path)
    {
        var files = CheckpointFiles.Open(path);
        try
        {
            var configPath = System.IO.Path.Combine(path, "config.json");
            return new Checkpoint(path, files, RegularFile.IsPresent(configPath) ? ModelConfig.Read(configPath) : null);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Finds a tensor, taking the head of a tied model for its embedding and the embedding for its head: writers keep
    /// either of the two names.
    /// </summary>
    public bool TryGetTensor(string name, [NotNullWhen(true)] out CheckpointTensor? tensor) =>
        Tensors.TryGetValue(name, out tensor)
        || (IsTied && TiedHead.OtherName(name, this) is { } other && Tensors.TryGetValue(other, out tensor));

    /// <summary>The same open files with other tensor names, which must stay distinct.</summary>
    internal Checkpoint Renamed(Func<string, string> rename) => new(
        this, Shards, Tensors.Values.Select(t => t with { Info = t.Info with { Name = rename(t.Info.Name) } }).ToDictionary(t => t.Info.Name, StringComparer.Ordinal));

    /// <summary>What is known of a PEFT folder without the model that it changes: its file, and no tensor of its own.</summary>
    internal static Checkpoint OfAdapter(string folder, SafetensorsFile file) => new(folder, file);

    /// <summary>What this is otherwise, with other tensors; the first of a name counts.</summary>
    internal Checkpoint With(IReadOnlyList<SafetensorsFile> shards, IEnumerable<CheckpointTensor> others)
    {
        var tensors = new Dictionary<string, CheckpointTensor>(StringComparer.Ordinal);
        foreach (var tensor in others)
            tensors.TryAdd(tensor.Info.Name, tensor);
        return new Checkpoint(this, shards, tensors);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var shard in Shards)
            shard.Dispose();
    }
}
