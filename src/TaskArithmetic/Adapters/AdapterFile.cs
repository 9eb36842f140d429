using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Adapters;

/// <summary>The tensors of one module of an adapter, by what they are.</summary>
/// <param name="Name">The module, as the model names it.</param>
internal sealed record AdapterModule(string Name)
{
    /// <summary>lora_A [rank, in], or lora_embedding_A [rank, vocabulary].</summary>
    public CheckpointTensor? A { get; set; }

    /// <summary>lora_B [out, rank], or lora_embedding_B [dimension, rank].</summary>
    public CheckpointTensor? B { get; set; }

    /// <summary>Whether the factors are those of an embedding: then the delta is (B·A)ᵀ.</summary>
    public bool IsEmbedding { get; set; }

    /// <summary>lora_B.bias [out].</summary>
    public CheckpointTensor? FactorBias { get; set; }

    /// <summary>lora_magnitude_vector [out].</summary>
    public CheckpointTensor? Magnitude { get; set; }

    /// <summary>base_layer.weight: the module's own weight, which PEFT stores beside factors of embedding and head.</summary>
    public CheckpointTensor? Weight { get; set; }

    /// <summary>base_layer.bias: the module's own bias, trained.</summary>
    public CheckpointTensor? Bias { get; set; }

    /// <summary>trainable_tokens_delta [tokens, dimension]: rows that take the place of the embedding's.</summary>
    public CheckpointTensor? TokenRows { get; set; }

    /// <summary>Whether there is any part of a low-rank product.</summary>
    public bool HasFactors => (A ?? B ?? FactorBias ?? Magnitude) is not null;

    /// <summary>All its tensors.</summary>
    public IEnumerable<CheckpointTensor> Tensors =>
        new[] { A, B, FactorBias, Magnitude, Weight, Bias, TokenRows }.OfType<CheckpointTensor>();
}

/// <summary>The open adapter_model.safetensors of a PEFT folder, its tensors sorted by module.</summary>
internal sealed class AdapterFile : IDisposable
{
    /// <summary>Name of the file.</summary>
    public const string WeightsFile = "adapter_model.safetensors";

    /// <summary>What PEFT puts in front of a module's name.</summary>
    public const string Prefix = "base_model.model.";

    private static readonly (string Suffix, Action<AdapterModule, CheckpointTensor> Put)[] Kinds =
    [
        (".lora_A.weight", (m, t) => m.A = t),
        (".lora_B.weight", (m, t) => m.B = t),
        (".lora_B.bias", (m, t) => m.FactorBias = t),
        (".lora_embedding_A", (m, t) => (m.A, m.IsEmbedding) = (t, true)),
        (".lora_embedding_B", (m, t) => (m.B, m.IsEmbedding) = (t, true)),
        (".lora_magnitude_vector", (m, t) => m.Magnitude = t),
        (".lora_magnitude_vector.weight", (m, t) => m.Magnitude = t),
        (".base_layer.weight", (m, t) => m.Weight = t),
        (".base_layer.bias", (m, t) => m.Bias = t),
        (".token_adapter.trainable_tokens_delta", (m, t) => m.TokenRows = t),
    ];

    private readonly Dictionary<string, AdapterModule> modules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CheckpointTensor> whole = new(StringComparer.Ordinal);

    private AdapterFile(SafetensorsFile file) => File = file;

    /// <summary>The open file.</summary>
    public SafetensorsFile File { get; }

    /// <summary>Modules of which there is anything but a plain tensor, by name.</summary>
    public IReadOnlyDictionary<string, AdapterModule> Modules => modules;

    /// <summary>Tensors that take the place of the model's, by the model's name for them.</summary>
    public IReadOnlyDictionary<string, CheckpointTensor> Whole => whole;

    /// <summary>Opens the weights of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="findings">Receives what is wrong.</param>
    /// <returns>Null where there are none to be read.</returns>
    public static AdapterFile? Open(string folder, List<Diagnostic> findings)
    {
        var path = Path.Combine(folder, WeightsFile);
        if (!RegularFile.IsPresent(path))
        {
            var pickled = Path.Combine(folder, "adapter_model.bin");
            findings.Add(AdapterDiagnostics.NoWeights(folder, System.IO.File.Exists(pickled) ? " but adapter_model.bin, which is a program as much as a file and is not read" : ""));
            return null;
        }
        try
        {
            var file = new AdapterFile(SafetensorsFile.Open(path));
            file.Sort(findings);
            return file;
        }
        catch (DiagnosticException e)
        {
            findings.AddRange(e.Diagnostics);
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => File.Dispose();

    private void Sort(List<Diagnostic> findings)
    {
        var foreign = new List<string>();
        foreach (var info in File.Header.Tensors)
        {
            var tensor = new CheckpointTensor(File, info);
            if (!info.Name.StartsWith(Prefix, StringComparison.Ordinal))
                foreign.Add(info.Name);
            else if (!info.DType.IsMergeable())
                findings.Add(AdapterDiagnostics.WrongDType(tensor));
            else
                Put(info.Name[Prefix.Length..], tensor);
        }
        if (foreign.Count > 0)
            findings.Add(AdapterDiagnostics.NoPrefix(File.Path, foreign));
        if (File.Header.Tensors.Count == 0)
            findings.Add(AdapterDiagnostics.NoTensors(File.Path));
    }

    private void Put(string name, CheckpointTensor tensor)
    {
        foreach (var (suffix, put) in Kinds)
        {
            if (!name.EndsWith(suffix, StringComparison.Ordinal))
                continue;
            var module = name[..^suffix.Length];
            if (!modules.TryGetValue(module, out var found))
                modules.Add(module, found = new AdapterModule(module));
            put(found, tensor);
            return;
        }
        whole.Add(name, tensor);
    }
}
